"""A printed paper: its letters are in it, what people wrote stays text, and long texts go on over the pages."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from kit.papers import Facts, Paper, Said, Step, Story
from kit.printing import pdf_of

HOSTILE = [
    "<b>bold</b> & <script>alert(1)</script>",
    '<font color="[[].append(1)]">red</font>',
    '<img src="file:///etc/passwd"/>',
    "<para>{{7*7}} ${x} %s %(a)s",
    "</para><br/>&#x41;&amp;",
    "]]> <!-- <?xml",
]


def paper(*texts: str, language: str = "en") -> Paper:
    said = [Said("Told", text) for text in texts]
    parts = [Facts("Facts", [Said("Subject", text[:100]) for text in texts]), Story("Story", [Step("10:00", said)])]
    return Paper(language, "Form", "Chain · Store", "S1-C00001", parts, ("Customer", "Staff"), "Printed now")


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_i08_what_people_wrote_is_text_and_never_markup(text: str) -> None:
    printed = bare("".join(pages_of(pdf_of(paper(text)))))
    assert printed.count(bare(text)) == 2


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_chinese_of_both_writings_is_printed_in_every_language(language: str) -> None:
    words = "面条是冷的，请重做。麵條是冷的，請重做。垚喆嘅 €12.50 ✓"
    pdf = pdf_of(paper(words, language=language))
    assert bare(words) in bare("".join(pages_of(pdf)))
    reader = PdfReader(BytesIO(pdf))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    carried = [font["/FontDescriptor"] for font in fonts if font["/Subtype"] == "/TrueType"]
    assert carried
    assert all("/FontFile2" in descriptor for descriptor in carried)
    assert reader.trailer["/Root"]["/Lang"] == language


def test_a_long_text_goes_on_over_the_pages_and_each_page_says_which_it_is() -> None:
    chinese, latin = "顾客说面条是冷的，等了很久。" * 700, "word " * 1_000 + "A" * 3_000
    pages = pages_of(pdf_of(paper(chinese, latin)))
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
        assert "S1-C00001 · Printed now" in page
    printed = bare("".join(pages))
    assert printed.count("顾客说") >= 700
    assert printed.count("A") >= 3_000
    assert "Staff" in pages[-1]


def test_odd_letters_and_empty_texts_break_nothing() -> None:
    odd = "a\u0301 \u200d \ufeff 😀 𠮷 \ue000 \r\n\ttab\n\n" + "\u202e".join("ab")
    assert len(pages_of(pdf_of(paper(odd, "", " ", "\n")))) == 1


def test_a_letter_that_no_font_has_is_told_by_its_name_or_number_and_never_a_box() -> None:
    printed = bare(pages_of(pdf_of(paper("So \U0001f600\U0001f3fd, said \U000200bb \U000e0067 \ue000")))[0])
    assert printed.count("So[grinningface],said[U+200BB][U+E000]") == 2

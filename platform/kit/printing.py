"""Printed papers as PDF files that have their letters in them, Chinese ones too.

What people wrote is never markup: every text is escaped, however it looks (corpus I08).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import weblate_fonts
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import getFont, registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from kit.papers import Facts, Paper, Story

_FONTS = Path(weblate_fonts.__file__).parent / "static" / "weblate_fonts" / "kurinto" / "ttf"
_SIMPLIFIED, _TRADITIONAL, _OTHER = "KurintoSansSC-Rg", "KurintoSansTC-Rg", "KurintoSans-Rg"
# A letter that the first font lacks is taken from the next one; together they have all of GB 2312, Big5 and HKSCS.
_IN_TURN = {"zh-hant": (_TRADITIONAL, _SIMPLIFIED, _OTHER)}
_USUAL = (_SIMPLIFIED, _TRADITIONAL, _OTHER)
# Format signs, marks on the letter before, and the controls.
_STEERING = ("Cf", "Cc", "Mn", "Me", "Sk")
_FIRST_CHINESE = "\u2e80"

_MARGIN, _LINE = 18 * mm, HexColor("#8a8f98")
# A frame keeps six points free on each side.
_WIDTH = A4[0] - 2 * _MARGIN - 12
_LEAST_OF_A_PART = 30 * mm
_LABEL_WIDTH = 38 * mm


def pdf_of(paper: Paper) -> bytes:
    """Return the paper as a PDF of as many A4 pages as it needs, each with its number and how many there are."""
    fonts = _IN_TURN.get(paper.language, _USUAL)
    for font in fonts:
        _load(font)
    pages = BytesIO()
    document = SimpleDocTemplate(
        pages,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=22 * mm,
        title=f"{paper.title} {paper.number}",
        author=paper.issuer,
        lang=paper.language,
    )
    foot = f"{paper.number} · {paper.printed}"
    document.build(
        list(_flow(paper, fonts)), canvasmaker=lambda *given, **more: _Numbered(*given, foot=foot, fonts=fonts, **more)
    )
    return pages.getvalue()


class _Numbered(Canvas):  # type: ignore[misc]
    """A canvas that knows how many pages there are only when all are drawn, and puts the feet in then."""

    def __init__(self, *given: Any, foot: str, fonts: Sequence[str], **more: Any) -> None:
        super().__init__(*given, **more)
        self._foot, self._foot_fonts = foot, fonts
        self._drawn: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the library's name
        """Keep a page until the number of pages is known."""
        self._drawn.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Draw the feet and write all pages down."""
        for number, page in enumerate(self._drawn, start=1):
            self.__dict__.update(page)
            foot = Paragraph(_marked(self._foot, self._foot_fonts), _style("foot", self._foot, self._foot_fonts))
            foot.wrapOn(self, _WIDTH - 30 * mm, 20 * mm)
            foot.drawOn(self, _MARGIN + 6, 10 * mm)
            self.setFont(self._foot_fonts[0], 8)
            self.drawRightString(_MARGIN + 6 + _WIDTH, 10 * mm + 2, f"{number} / {len(self._drawn)}")
            super().showPage()
        super().save()


def _flow(paper: Paper, fonts: Sequence[str]) -> Iterator[Flowable]:
    yield _text(paper.issuer, "small", fonts)
    yield _text(paper.title, "title", fonts)
    yield _text(paper.number, "number", fonts)
    for part in paper.parts:
        yield from _facts(part, fonts) if isinstance(part, Facts) else _story(part, fonts)
    if paper.signatures:
        yield Spacer(1, 12 * mm)
        yield KeepTogether([_signatures(paper.signatures, fonts)])


def _facts(part: Facts, fonts: Sequence[str]) -> Iterator[Flowable]:
    yield CondPageBreak(_LEAST_OF_A_PART)
    yield _text(part.title, "heading", fonts)
    rows = [[_text(each.name, "label", fonts), _text(each.text, "body", fonts)] for each in part.facts]
    # A text longer than a page would not fit into one cell: the row is split over pages.
    table = Table(rows, colWidths=(_LABEL_WIDTH, _WIDTH - _LABEL_WIDTH), splitInRow=1, hAlign="LEFT")
    thin = [("LINEBELOW", (0, 0), (-1, -1), 0.25, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    table.setStyle(TableStyle([*thin, ("LEFTPADDING", (0, 0), (0, -1), 0)]))
    yield table


def _story(part: Story, fonts: Sequence[str]) -> Iterator[Flowable]:
    yield CondPageBreak(_LEAST_OF_A_PART)
    yield _text(part.title, "heading", fonts)
    for step in part.steps:
        yield _text(step.line, "line", fonts)
        for said in step.said:
            yield _text(f"{said.name}: {said.text}", "told", fonts)


def _signatures(names: Sequence[str], fonts: Sequence[str]) -> Table:
    gap = 10 * mm
    width = (_WIDTH - gap * (len(names) - 1)) / len(names)
    cells: list[Any] = []
    widths: list[float] = []
    for name in names:
        if cells:
            cells.append("")
            widths.append(gap)
        cells.append(_text(name, "small", fonts))
        widths.append(width)
    lines: list[Any] = [("LINEABOVE", (place, 0), (place, 0), 0.75, _LINE) for place in range(0, len(cells), 2)]
    lines.append(("VALIGN", (0, 0), (-1, -1), "TOP"))
    return Table(
        [cells], colWidths=widths, hAlign="LEFT", style=TableStyle([*lines, ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    )


_SIZES = {"title": 18, "number": 11, "heading": 12, "line": 10, "foot": 8, "small": 9}
_SPACES = {"heading": (12, 4), "title": (2, 2), "line": (6, 2), "number": (0, 4), "told": (0, 3)}


def _style(kind: str, text: str, fonts: Sequence[str]) -> ParagraphStyle:
    size = _SIZES.get(kind, 9.5)
    before, after = _SPACES.get(kind, (0, 0))
    # Chinese is broken between any two letters, other writing between words.
    is_chinese = any(letter >= _FIRST_CHINESE for letter in text)
    return ParagraphStyle(
        kind,
        fontName=fonts[0],
        fontSize=size,
        leading=size * 1.45,
        spaceBefore=before,
        spaceAfter=after,
        leftIndent=5 * mm if kind == "told" else 0,
        textColor=HexColor("#4a4f57") if kind in ("label", "small", "foot") else HexColor("#111418"),
        keepWithNext=kind == "line",
        wordWrap="CJK" if is_chinese else None,
        splitLongWords=1,
    )


def _text(text: str, kind: str, fonts: Sequence[str]) -> Paragraph:
    return Paragraph(_marked(text, fonts), _style(kind, text, fonts))


def _marked(text: str, fonts: Sequence[str]) -> str:
    """Return a text as the paragraph's own markup: escaped, with its line breaks, each letter in a font that has it."""
    marked: list[str] = []
    for font, run in _runs(text, fonts):
        lines = "<br/>".join(escape(line) for line in run.split("\n"))
        marked.append(lines if font == fonts[0] else f'<font name="{font}">{lines}</font>')
    return "".join(marked)


def _runs(text: str, fonts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Return the text in runs of letters that are taken from the same font."""
    taken, run = fonts[0], ""
    for letter in _printable(text, fonts):
        font = next((each for each in fonts if letter == "\n" or ord(letter) in _load(each)), fonts[0])
        if font != taken and run:
            yield taken, run
            run = ""
        taken, run = font, run + letter
    if run:
        yield taken, run


def _printable(text: str, fonts: Sequence[str]) -> Iterator[str]:
    """Return the letters of a text as they can be printed: what no font has is told by its name or number.

    Signs that only steer others, such as those in an emoji, are left out.
    """
    for letter in text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "):
        if letter == "\n" or any(ord(letter) in _load(font) for font in fonts):
            yield letter
        elif unicodedata.category(letter) == "So":
            yield from f"[{unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}]"
        elif unicodedata.category(letter) not in _STEERING:
            yield from f"[U+{ord(letter):04X}]"


@cache
def _load(font: str) -> Any:
    """Load a font once for the process, and return which letters it has."""
    registerFont(TTFont(font, str(_FONTS / f"{font}.ttf")))
    return getFont(font).face.charToGlyph

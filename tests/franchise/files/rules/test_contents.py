"""What is taken is told by its content (I10): photos are written anew, documents stay, everything else is refused."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from files.models import MediaType
from files.rules import contents
from files.rules.contents import FileEmpty, FileNotTaken, FileTooLarge, PhotoDamaged, PhotoTooLarge, content_of
from files.rules.scans import scans_in
from kit.refusals import Refusal
from tests.factories.files import PDF, WHERE_IT_WAS_TAKEN, photo, photo_in_scans

HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_written_anew_as_jpeg_and_says_no_more_where_it_was_taken(kind: str) -> None:
    sent = photo(kind=kind)
    kept = content_of(sent)
    assert kept.media_type is MediaType.JPEG and kept.data.startswith(b"\xff\xd8\xff")
    assert WHERE_IT_WAS_TAKEN not in kept.data and b"Exif" not in kept.data
    with Image.open(BytesIO(kept.data)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (kept.width, kept.height), {})


def test_a_photo_is_turned_upright_and_made_no_larger_than_needed() -> None:
    assert WHERE_IT_WAS_TAKEN in photo()
    assert (content_of(photo((40, 30))).width, content_of(photo((40, 30))).height) == (30, 40)
    kept = content_of(photo((6_000, 3_000), kind="PNG"))
    assert (kept.width, kept.height) == (2_560, 1_280)


def test_what_can_be_seen_through_is_shown_on_white() -> None:
    for mode, colour in (("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))):
        with Image.open(BytesIO(content_of(photo(kind="PNG", mode=mode, colour=colour)).data)) as image:
            assert image.getpixel((5, 5)) == (255, 255, 255)


def test_a_second_file_behind_a_photo_is_gone() -> None:
    for hidden in (HTML, b"<?php system($_GET['c']); ?>", b"MZ\x90\x00", PDF):
        assert hidden not in content_of(photo() + hidden).data


@pytest.mark.parametrize(
    "sent",
    [
        HTML,
        SVG,
        b"MZ\x90\x00\x03" + bytes(200),
        b"<?php phpinfo(); ?>",
        b"GIF89a" + HTML,
        b"\x00" * 64,
        b"not a photo",
        b"\n%PDF-1.4\n%%EOF",
        b"%PDF-1.4 without an end",
        HTML + photo(),
        b"PK\x03\x04" + bytes(60),
    ],
)
def test_whatever_is_no_photo_and_no_document_is_refused(sent: bytes) -> None:
    with pytest.raises(FileNotTaken) as refused:
        content_of(sent)
    assert refused.value.field == ("file",)


def test_a_gif_or_a_bitmap_is_no_photo_of_ours() -> None:
    for kind in ("GIF", "BMP", "TIFF"):
        with pytest.raises(FileNotTaken):
            content_of(photo(kind=kind))


def test_a_document_stays_as_it_is() -> None:
    kept = content_of(PDF)
    assert (kept.media_type, kept.data, kept.width) == (MediaType.PDF, PDF, None)


def test_nothing_and_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileEmpty):
        content_of(b"")
    monkeypatch.setattr(contents, "MOST_BYTES", 100)
    with pytest.raises(FileTooLarge):
        content_of(b"x" * 101)


def test_a_photo_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    bomb = BytesIO()
    Image.new("1", (9_000, 9_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 20_000
    with pytest.raises(PhotoTooLarge):
        content_of(bomb.getvalue())


def test_a_photo_that_would_be_gone_through_without_end_is_refused_before_it_is_decoded() -> None:
    plain = photo_in_scans(0)
    assert content_of(plain).width == 64
    assert (scans_in(plain, most=50), scans_in(photo(), most=50)) == (10, 1)
    assert scans_in(photo_in_scans(9_999), most=50) == 51
    for many in (photo_in_scans(30), photo_in_scans(200_000)):
        with pytest.raises(PhotoDamaged):
            content_of(many)


def test_marks_that_stand_in_something_else_are_no_scans() -> None:
    hidden = b"\xff\xda\x00\x02" * 100
    noted = photo()[:2] + b"\xff\xfe" + (len(hidden) + 2).to_bytes(2) + hidden + photo()[2:]
    for harmless in (noted, photo() + hidden):
        assert scans_in(harmless, most=50) == 1
        assert content_of(harmless).media_type is MediaType.JPEG
    assert [scans_in(nothing, most=50) for nothing in (b"", b"\xff", b"\xff\xda", b"\xff\xff\xff\xe0")] == [0, 0, 1, 0]


def test_half_a_photo_is_damaged() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        sent = photo((200, 200), kind=kind)
        with pytest.raises((PhotoDamaged, FileNotTaken)):
            content_of(sent[: len(sent) // 2])


@settings(max_examples=60)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_a_broken_photo_is_refused_or_written_anew_and_nothing_else(kind: str, at: int, instead: bytes) -> None:
    sent = bytearray(photo(kind=kind))
    at %= len(sent)
    sent[at : at + len(instead)] = instead
    try:
        kept = content_of(bytes(sent))
    except Refusal:
        return
    assert kept.data.startswith(b"\xff\xd8\xff")

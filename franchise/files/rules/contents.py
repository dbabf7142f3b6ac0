"""What a file is, by its content alone: neither its name nor what the sender calls it is asked (corpus I10).

A photo is decoded and written anew, so that nothing is kept but its pixels: no place where it was taken, no second file
behind the first. Whatever is neither a photo nor a PDF document is refused.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from files.models import MediaType
from files.rules.scans import scans_in
from kit.refusals import Refusal

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
# Cameras write one scan, whoever wants a photo to come in bit by bit about ten; each may cost as much as all pixels.
MOST_SCANS = 30
LONGEST_SIDE = 2_560
QUALITY = 85
# The decoders that are tried; every other one that the library has stays shut.
_OTHERS = ("PNG", "WEBP")
_PHOTOS = ("JPEG", *_OTHERS)
_PDF_BEGINS = (b"%PDF-1.", b"%PDF-2.")
_PDF_ENDS = b"%%EOF"
# How far from its end a document's last mark may stand.
_TAIL = 1_024
_WHITE = (255, 255, 255)


class FileEmpty(Refusal):
    """Nothing was sent."""

    message = _("This file is empty.")


class FileTooLarge(Refusal):
    """More bytes than are taken."""

    message = _("This file is too large: at most %(megabytes)s MB are taken.")


class FileNotTaken(Refusal):
    """Its content is neither a photo nor a PDF document."""

    message = _("This is not a photo (JPEG, PNG, WebP) or a PDF document, whatever it is called.")


class PhotoTooLarge(Refusal):
    """More pixels than are decoded."""

    message = _("This photo is too large: at most %(megapixels)s million pixels are taken.")


class PhotoDamaged(Refusal):
    """It begins as a photo and can't be read to its end."""

    message = _("This photo can't be read to its end. Take or save it again.")


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept of a file; `width` and `height` in pixels are of a photo."""

    media_type: MediaType
    data: bytes
    width: int | None = None
    height: int | None = None

    @property
    def fingerprint(self) -> str:
        """What tells this content from every other."""
        return sha256(self.data).hexdigest()


def content_of(sent: bytes) -> Content:
    """Return what is kept of a file that was sent.

    Refusals: FileEmpty, FileTooLarge, FileNotTaken, PhotoTooLarge, PhotoDamaged.
    """
    if not sent:
        raise FileEmpty(field="file")
    if len(sent) > MOST_BYTES:
        raise FileTooLarge(field="file", megabytes=MOST_BYTES // 1024**2)
    if sent.startswith(_PDF_BEGINS):
        if _PDF_ENDS not in sent[-_TAIL:]:
            raise FileNotTaken(field="file")
        return Content(MediaType.PDF, sent)
    return _photo(sent)


def _photo(sent: bytes) -> Content:
    # Decoders meet bytes that were made to hurt them, and fail in many ways: none of them is ours to tell apart.
    try:
        image = Image.open(BytesIO(sent), formats=_PHOTOS)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:
        raise FileNotTaken(field="file") from error
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    if image.format not in _OTHERS and scans_in(sent, most=MOST_SCANS) > MOST_SCANS:
        raise PhotoDamaged(field="file")
    try:
        return _written_anew(image)
    except Exception as error:
        raise PhotoDamaged(field="file") from error


def _written_anew(image: Image.Image) -> Content:
    # A JPEG can be decoded at a fraction of its size, in a fraction of the memory.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size, _WHITE)
    # What can be seen through is shown on white.
    shown = upright.convert("RGBA") if upright.has_transparency_data else upright.convert("RGB")
    plain.paste(shown, mask=shown.getchannel("A") if shown.mode == "RGBA" else None)
    written = BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True)
    return Content(MediaType.JPEG, written.getvalue(), plain.width, plain.height)


def _too_large() -> PhotoTooLarge:
    return PhotoTooLarge(field="file", megapixels=MOST_PIXELS // 1_000_000)

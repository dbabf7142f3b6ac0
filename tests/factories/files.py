"""Files as people send them in: photos with more in them than can be seen, and a document."""

from datetime import datetime
from io import BytesIO
from uuid import UUID

from PIL import Image

from chains.actor import Actor
from files.actions.storing import store_file
from files.models import Purpose, StoredFile
from files.rules.contents import content_of

PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WHERE_IT_WAS_TAKEN = b"31.2304N 121.4737E"
_DESCRIPTION, _ORIENTATION, _TURNED = 0x010E, 0x0112, 6


def photo(size: tuple[int, int] = (40, 30), *, kind: str = "JPEG", colour: object = "red", mode: str = "RGB") -> bytes:
    """Return a photo; that of a JPEG says where it was taken, and that it has to be turned to be upright."""
    image, written = Image.new(mode, size, colour), BytesIO()
    told = Image.Exif()
    told[_DESCRIPTION], told[_ORIENTATION] = WHERE_IT_WAS_TAKEN.decode(), _TURNED
    image.save(written, kind, **({"exif": told} if kind == "JPEG" else {}))
    return written.getvalue()


def photo_in_scans(more: int) -> bytes:
    """Return a photo that comes in bit by bit, in ten scans and so many more of a few bytes each."""
    written = BytesIO()
    Image.new("RGB", (64, 64), "red").save(written, "JPEG", progressive=True)
    whole = written.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * (more + 1) + whole[-2:]


def stored(actor: Actor, store_id: UUID, now: datetime, colour: object = "red") -> StoredFile:
    """Send in a photo as evidence; each colour is another one."""
    content = content_of(photo(colour=colour))
    file = store_file(
        actor=actor, purpose=Purpose.EVIDENCE, content=content, name="photo.jpg", now=now, store_id=store_id
    )
    assert isinstance(file, StoredFile)
    return file

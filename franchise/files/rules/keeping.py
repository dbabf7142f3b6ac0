"""For what a file is kept, under which names, and for how long."""

import re
from collections.abc import Collection
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from files.models import KeptFile, MediaType, Purpose
from kit.refusals import Invalid, Refusal
from kit.texts import LONGEST_LINE
from members.rules.permissions import REACH_OF, Reach, Role

# What nothing refers to by then is forgotten.
KEPT_UNATTACHED = timedelta(hours=24)
# How long a file on the disk may be without a row: an upload that is under way has none yet.
UPLOADED_WITHIN = timedelta(hours=1)
MOST_AT_ONCE = 10
OF_A_STORE = frozenset({Purpose.EVIDENCE})
OF_THE_CHAIN = frozenset({Purpose.LESSON})
ENDINGS = {MediaType.JPEG: "jpg", MediaType.PDF: "pdf"}
# Controls, and the signs that turn what follows them round.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class FileAttached(Refusal):
    """It belongs to something already."""

    message = _("This file belongs to something already. Send it in once more.")


class StorageFull(Refusal):
    """The store keeps as much as it may."""

    message = _("No more files can be kept: the limit of %(gigabytes)s GB is reached.")


def is_from_outside(roles: Collection[str]) -> bool:
    """Tell whether whoever is this at a store comes from its area or from headquarters; a machine does not.

    What they send in tells of an inspection that is not announced: the store hears of it with what it shows.
    """
    return any(REACH_OF[Role(role)] is not Reach.STORE for role in roles if role in Role.values)


def check_purpose(purpose: Purpose, *, is_of_a_store: bool) -> None:
    """Refuse with Invalid a file of a store for what is the chain's, and the other way round."""
    if purpose not in (OF_A_STORE if is_of_a_store else OF_THE_CHAIN):
        why = _("the purpose of a store's file") if is_of_a_store else _("the purpose of a file of the chain")
        raise Invalid(field="purpose", why=why)


def name_of(sent: str, *, media_type: MediaType) -> str:
    """Return what a file is called on the screen: no path, nothing unseen, and an ending that is true (I13)."""
    last = _UNSEEN.sub("", re.split(r"[/\\]", sent)[-1]).strip()
    stem = last.rpartition(".")[0].strip(" .") or last.strip(" .")
    ending = ENDINGS[media_type]
    return f"{stem[: LONGEST_LINE - len(ending) - 1] or 'file'}.{ending}"


def check_count(file_ids: Collection[object], *, field: str | tuple[str, ...]) -> None:
    """Refuse with Invalid more files than go with one thing, and the same one twice."""
    if len(file_ids) > MOST_AT_ONCE or len(set(file_ids)) != len(file_ids):
        raise Invalid(field=field, why=_("at most %(most)s different files") % {"most": MOST_AT_ONCE})


def must_be_free(file: KeptFile, purpose: Purpose, *, field: str | tuple[str, ...]) -> None:
    """Refuse a file that was sent in for something else (Invalid), or that something has already (FileAttached)."""
    if file.purpose != purpose:
        raise Invalid(field=field, why=purpose.label)
    if file.attached_at is not None:
        raise FileAttached(field=field)


def must_fit(byte_count: int, *, stored: int, most: int) -> None:
    """Refuse with StorageFull what would bring the kept bytes over the limit."""
    if stored + byte_count > most:
        raise StorageFull(field="file", gigabytes=most // 1024**3)

"""Deeds at areas: to draw one, and to give it another name."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from journal.actions import append
from kit.texts import line_of
from members.rules.permissions import Permission
from stores.actions.locks import lock_area, refusing_duplicates
from stores.models import Area
from stores.rules.business import LONGEST_NAME, AreaNameTaken, NothingChanged
from stores.rules.happenings import Happening


@transaction.atomic
def draw_area(*, actor: Actor, name: str, now: datetime) -> Area:
    """Make an area that stores can be moved to. Refusals: NotPermitted, Invalid, TooLong, AreaNameTaken."""
    actor.must(Permission.DRAW_AREA)
    area = Area(name=line_of(name, field="name", limit=LONGEST_NAME), drawn_at=now)
    with refusing_duplicates(AreaNameTaken(field="name", name=area.name)):
        area.save(force_insert=True)
    _tell(Happening.AREA_DRAWN, actor=actor, area=area, now=now)
    return area


@transaction.atomic
def rename_area(*, actor: Actor, area_id: UUID, name: str, now: datetime) -> Area:
    """Give an area another name. Refusals: NotPermitted, NotFound, Invalid, TooLong, AreaNameTaken, NothingChanged."""
    actor.must(Permission.DRAW_AREA)
    area = lock_area(area_id)
    before = area.name
    area.name = line_of(name, field="name", limit=LONGEST_NAME)
    if area.name == before:
        raise NothingChanged
    with refusing_duplicates(AreaNameTaken(field="name", name=area.name)):
        area.save(update_fields=["name"])
    _tell(Happening.AREA_RENAMED, actor=actor, area=area, now=now, before=before)
    return area


def _tell(kind: Happening, *, actor: Actor, area: Area, now: datetime, before: str | None = None) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Area",
        subject_id=area.id,
        store_id=None,
        now=now,
        before=None if before is None else {"name": before},
        after={"name": area.name},
    )

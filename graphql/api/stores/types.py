"""The types around stores."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of, call_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.things import Thing, computed
from api.members.names import member_in
from api.stores.equipment import StoreEquipmentType
from api.stores.hours import TimeOfDay
from stores.models import (
    Area,
    Duty,
    Holiday,
    HolidayHours,
    Layer,
    OpeningHours,
    Position,
    StaffPosition,
    Store,
    StoreClosure,
    StoreKind,
    StoreState,
    Weekday,
)
from stores.queries import calendars_of
from stores.rules.business import StoreAction, available_actions
from stores.rules.calendar import HoursNotRecorded

_OPENS = "When the store opens, on its own wall clock."
_CLOSES = "When it closes; a time that is not after `opens` is the next day's."


def _open_now(rows: Sequence[Store], info: GraphQLResolveInfo) -> dict[UUID, bool]:
    now = call_of(info).now
    found = {}
    for key, calendar in calendars_of(rows).items():
        try:
            found[key] = calendar.is_open(now)
        except HoursNotRecorded:
            continue
    closed = {row.pk: False for row in rows if row.state == StoreState.CLOSED}
    return found | closed


def _actions(row: Store, info: GraphQLResolveInfo) -> list[StoreAction]:
    actor = actor_of(info)
    return available_actions(row.state, lambda permission: actor.may(permission, at=row.pk))


class AreaType(Thing):
    """Stores that a supervisor looks after together."""

    class Meta:
        name = "Area"
        model = Area
        fields = ("name", "drawn_at")
        descriptions = {"name": "What the area is called.", "drawn_at": "When it was drawn."}

    stores = Listed(
        lambda: StoreType, by="area", order=("code",), description="The stores in this area that you see, by code."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the areas of the stores that the caller sees."""
        rows: QuerySet[Any] = Area.objects.visible_to(actor_of(info))
        return rows


class StoreType(Thing):
    """One place of business of the chain."""

    class Meta:
        name = "Store"
        model = Store
        fields = ("code", "name", "franchisee_name", "area", "time_zone", "currency", "opened_at", "version")
        enums = {"kind": StoreKind, "state": StoreState}
        descriptions = {
            "code": "Its code, which no other store of the chain has.",
            "name": "What the store is called.",
            "kind": "Whose business it is.",
            "franchisee_name": "The franchisee that runs it; empty for a store that the chain runs itself.",
            "area": "The area it lies in, if any.",
            "time_zone": "Its time zone, as a name of the IANA database such as `Asia/Shanghai`.",
            "currency": "The currency of its amounts, as the three letters of ISO 4217.",
            "state": "Whether it does business.",
            "opened_at": "When it was opened here.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
        }

    place = "pk"
    is_open_now = computed(
        graphene.Boolean,
        _open_now,
        for_all=True,
        needs=("time_zone", "state"),
        description="Whether it is open at this moment; null where its hours are not recorded.",
    )
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(StoreAction))),
        _actions,
        needs=("state",),
        required=True,
        description="What you can do with it as it is now.",
    )
    opening_hours = Listed(
        lambda: OpeningHoursType,
        by="store",
        order=("valid_from", "weekday", "opens"),
        description="Its usual weeks, one interval a row; those of the latest `validFrom` that has come hold now.",
    )
    holidays = Listed(
        lambda: HolidayType, by="store", order=("observed_on",), description="Its days with hours of their own."
    )
    closures = Listed(
        lambda: StoreClosureType, by="store", order=("-closed_at",), description="When and why it was closed."
    )
    equipment = Listed(
        lambda: StoreEquipmentType, by="store", order=("installed_at",), description="What it has, or had."
    )
    held_positions = Listed(
        lambda: StaffPositionType,
        by="store",
        order=("assigned_at",),
        description="Who holds, or held, which position here.",
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the stores that the caller sees."""
        rows: QuerySet[Any] = Store.objects.visible_to(actor_of(info))
        return rows


class StoreClosureType(Thing):
    """A time in which a store does no business."""

    class Meta:
        name = "StoreClosure"
        model = StoreClosure
        fields = ("store", "reason", "closed_at", "reopened_at")
        descriptions = {
            "store": "The store.",
            "reason": "Why it was closed.",
            "closed_at": "When it was closed.",
            "reopened_at": "When it was opened again; null while it is closed.",
        }

    closed_by_id = member_in("closed_by_id", description="Who closed it; null for the system.")
    reopened_by_id = member_in("reopened_by_id", description="Who opened it again, if anybody did.")


class OpeningHoursType(Thing):
    """One interval of a store's usual week."""

    class Meta:
        name = "OpeningHours"
        model = OpeningHours
        fields = ("store", "valid_from")
        enums = {"weekday": Weekday}
        descriptions = {
            "store": "The store.",
            "valid_from": "The first day, in the store's own time, on which this week holds.",
            "weekday": "The day of the week.",
        }

    opens = TimeOfDay(required=True, description=_OPENS)
    closes = TimeOfDay(required=True, description=_CLOSES)


class HolidayType(Thing):
    """A day on which a store has hours of its own; without any it is closed."""

    class Meta:
        name = "Holiday"
        model = Holiday
        fields = ("store", "observed_on", "name")
        descriptions = {
            "store": "The store.",
            "observed_on": "The day, in the store's own time.",
            "name": "What the day is called.",
        }

    hours = Listed(
        lambda: HolidayHoursType, by="holiday", order=("opens",), description="When the store is open on that day."
    )


class HolidayHoursType(Thing):
    """One interval in which a store is open on a holiday."""

    class Meta:
        name = "HolidayHours"
        model = HolidayHours
        fields = ("holiday",)
        descriptions = {"holiday": "The holiday."}

    opens = TimeOfDay(required=True, description=_OPENS)
    closes = TimeOfDay(required=True, description=_CLOSES)


class PositionType(Thing):
    """What a member of staff is there for, in every store of the chain."""

    class Meta:
        name = "Position"
        model = Position
        fields = ("name", "defined_at", "version")
        enums = {"layer": Layer}
        descriptions = {
            "name": "What the position is called.",
            "layer": "The layer of staff by which its holder is appraised.",
            "defined_at": "When it was defined.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
        }

    duties = Listed(
        lambda: DutyType, by="position", order=("number",), description="What its holder has to do, in order."
    )


class DutyType(Thing):
    """One thing that the holder of a position has to do."""

    class Meta:
        name = "Duty"
        model = Duty
        fields = ("position", "number", "text")
        descriptions = {
            "position": "The position.",
            "number": "Its place among the position's duties, from 1.",
            "text": "What has to be done.",
        }


class StaffPositionType(Thing):
    """That a member holds a position in a store."""

    class Meta:
        name = "StaffPosition"
        model = StaffPosition
        fields = ("store", "member", "position", "assigned_at", "withdrawn_at")
        descriptions = {
            "store": "The store.",
            "member": "Who holds it.",
            "position": "The position.",
            "assigned_at": "Since when.",
            "withdrawn_at": "Until when; null while it is held.",
        }

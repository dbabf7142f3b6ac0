"""Deeds: setting a store's usual week and its holidays."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf
from api.base.scalars import Date
from api.stores.hours import HolidayInput, WeekdayHoursInput, days_off, week_of
from api.stores.types import StoreType
from chains.actor import Actor
from stores.actions import hours


class SetOpeningHours(Deed):
    """Set a store's usual week from a day on; earlier weeks stay as they were.

    Hours set before for the same first day are replaced. Clocks that run keep the hours by which they were set.
    """

    class Meta:
        versioned = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        valid_from = Date(required=True, description="The first day on which this week holds, in the store's own time.")
        days = graphene.InputField(
            graphene.List(graphene.NonNull(WeekdayHoursInput)),
            required=True,
            description="The days on which the store opens, each once; those that are not named are days off.",
        )

    store = graphene.Field(StoreType, description="The store, as it is now.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        store_id: UUID,
        valid_from: date,
        days: Sequence[dict[str, Any]],
        expected_version: int | None = None,
    ) -> dict[str, Any]:
        """Set opening hours."""
        return {
            "store": hours.set_opening_hours(
                actor=actor,
                store_id=store_id,
                valid_from=valid_from,
                days=week_of(days),
                expected_version=expected_version,
                now=now,
            )
        }


class SetHolidays(Deed):
    """Say which days of a period have hours of their own; all others in it follow the week again."""

    class Meta:
        versioned = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        first_on = Date(required=True, description="The first day of the period, today or later in the store's time.")
        last_on = Date(required=True, description="The last day of the period.")
        days = graphene.InputField(
            graphene.List(graphene.NonNull(HolidayInput)),
            required=True,
            description="Every day of the period with hours of its own, or on which the store is closed.",
        )

    store = graphene.Field(StoreType, description="The store, as it is now.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        store_id: UUID,
        first_on: date,
        last_on: date,
        days: Sequence[dict[str, Any]],
        expected_version: int | None = None,
    ) -> dict[str, Any]:
        """Set holidays."""
        return {
            "store": hours.set_holidays(
                actor=actor,
                store_id=store_id,
                first_on=first_on,
                last_on=last_on,
                days=days_off(days),
                expected_version=expected_version,
                now=now,
            )
        }


class HoursMutation(graphene.ObjectType):
    """Hours and holidays."""

    set_opening_hours = SetOpeningHours.mounted()
    set_holidays = SetHolidays.mounted()

"""Enums of the schema, made from the domain's own choices."""

from enum import Enum
from functools import cache
from typing import Any

import graphene
from django.utils.translation import override


@cache
def enum_of(choices: type[Enum], *, name: str | None = None) -> Any:
    """Return the schema's enum for an enumeration of the domain; labels become descriptions, in English."""

    def described(value: Any) -> str:
        if value is None:
            return (choices.__doc__ or "").strip().splitlines()[0]
        with override("en"):
            return str(getattr(value, "label", value.value))

    return graphene.Enum.from_enum(choices, name=name or choices.__name__, description=described)

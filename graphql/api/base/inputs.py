"""Inputs: ids and texts are checked once, here, and a refusal names the field as the caller wrote it."""

from collections.abc import Mapping
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case

from api.base.ids import key_in
from kit.texts import LONGEST_LINE, LONGEST_TEXT, line_of, text_of


class IdOf(graphene.InputField):
    """The global id of a certain type of thing; the deed gets its key."""

    def __init__(self, thing: str, *, description: str, required: bool = False, many: bool = False) -> None:
        self.thing = thing
        self.many = many
        type_ = graphene.List(graphene.NonNull(graphene.ID)) if many else graphene.ID
        super().__init__(type_, required=required, description=description)

    def clean(self, value: Any, path: tuple[str, ...]) -> Any:
        """Return the key, or the keys; raises BadId."""
        if not self.many:
            return key_in(value, self.thing, field=path)
        return [key_in(one, self.thing, field=(*path, str(place))) for place, one in enumerate(value)]


class Text(graphene.InputField):
    """A text of at most `limit` characters with line breaks; the deed gets it without its outer blanks."""

    one_line = False

    def __init__(
        self, *, description: str, required: bool = False, limit: int = LONGEST_TEXT, many: bool = False
    ) -> None:
        self.limit = limit
        self.many = many
        type_ = graphene.List(graphene.NonNull(graphene.String)) if many else graphene.String
        super().__init__(type_, required=required, description=f"{description} At most {limit} characters.")

    def clean(self, value: Any, path: tuple[str, ...]) -> Any:
        """Return the text, or the texts; raises Invalid or TooLong."""
        if not self.many:
            return self._read(value, path)
        return [self._read(one, (*path, str(place))) for place, one in enumerate(value)]

    def _read(self, value: str, path: tuple[str, ...]) -> str:
        read = line_of if self.one_line else text_of
        return read(value, field=path, required=False, limit=self.limit)


class Line(Text):
    """A text of one line."""

    one_line = True

    def __init__(
        self, *, description: str, required: bool = False, limit: int = LONGEST_LINE, many: bool = False
    ) -> None:
        super().__init__(description=description, required=required, limit=limit, many=many)


class Secret(graphene.InputField):
    """A password, code or token: taken as it is, blanks and all, never logged and never kept."""

    def __init__(self, *, description: str, required: bool = False, limit: int = 500) -> None:
        self.limit = limit
        super().__init__(graphene.String, required=required, description=description)

    def clean(self, value: str, path: tuple[str, ...]) -> str:
        """Return the text unchanged; raises Invalid or TooLong."""
        text_of(value, field=path, required=False, limit=self.limit)
        return value


def clean(
    input_type: type[graphene.InputObjectType], given: Mapping[str, Any], path: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return what was given with ids as keys and texts checked; what was not given stays away."""
    fields = input_type._meta.fields
    return {name: _clean_field(fields[name], value, (*path, to_camel_case(name))) for name, value in given.items()}


def named(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given a value: for most deeds an input that is null is one that was not given."""
    return {name: value for name, value in given.items() if value is not None}


def _clean_field(field: Any, value: Any, path: tuple[str, ...]) -> Any:
    if value is None:
        return None
    if isinstance(field, IdOf | Text | Secret):
        return field.clean(value, path)
    return _clean_nested(field.type, value, path)


def _clean_nested(type_: Any, value: Any, path: tuple[str, ...]) -> Any:
    while isinstance(type_, graphene.NonNull):
        type_ = type_.of_type
    if isinstance(type_, graphene.List) and value is not None:
        return [_clean_nested(type_.of_type, one, (*path, str(place))) for place, one in enumerate(value)]
    if isinstance(type_, type) and issubclass(type_, graphene.InputObjectType) and value is not None:
        return clean(type_, value, path)
    return value

"""Things: the schema's types that stand for models. They are declared, not programmed: model fields, foreign keys,
listed rows and fields marked as computed, so that a selection can be turned into SQL.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any, ClassVar

import graphene
from django.db import models
from django.db.models import Model, QuerySet
from graphene_django import DjangoObjectType
from graphene_django.converter import convert_django_field, get_django_field_description
from graphene_django.registry import Registry
from graphql import GraphQLNonNull, GraphQLResolveInfo

from api.base.enums import enum_of
from api.base.ids import global_id
from api.base.levels import Want, fetch_level, referred_rows
from api.base.lists import ThingConnection
from api.base.peers import peers_of, referred
from api.base.scalars import UUID, Date, DateTime, Duration
from kit.refusals import NotFound

things = Registry()


class GlobalId(graphene.Field):
    """The global id of the thing it stands on, or of the thing that a bare key of it names."""

    def __init__(
        self, type_name: str | None = None, *, source: str = "pk", required: bool = True, description: str
    ) -> None:
        self.type_name = type_name
        self.column = source
        super().__init__(graphene.ID, required=required, description=description)

    def wrap_resolve(self, parent_resolver: Any) -> Any:
        """Return a resolver that writes the key with its type's name."""

        def resolve(root: Any, info: GraphQLResolveInfo) -> str | None:
            key = getattr(root, self.column)
            return None if key is None else global_id(self.type_name or info.parent_type.name, key)

        return resolve


class Node(graphene.Interface):
    """A thing that can be fetched again by its id."""

    id = graphene.ID(required=True, description="The thing's global id: opaque, and the same for ever.")

    @classmethod
    def resolve_type(cls, instance: Any, info: GraphQLResolveInfo) -> Any:
        """Tell which type a model's row has."""
        return things.get_type_for_model(type(instance))


class Reference(graphene.Field):
    """A foreign key, or a column with a bare key: the thing it leads to, fetched for all rows of a level at once."""

    def __init__(self, field: Any, thing: Any, *, required: bool, description: str | None) -> None:
        self.column: str = field if isinstance(field, str) else field.attname
        self.thing = thing
        super().__init__(thing, required=required, description=description)

    def wrap_resolve(self, parent_resolver: Any) -> Any:
        """Return a resolver that looks among what was fetched for the row's peers."""

        def resolve(root: Any, info: GraphQLResolveInfo) -> Any:
            found = referred(root, self.column, lambda: self.thing.rows(info), lambda: fetch_level(root, info))
            if found is None and isinstance(info.return_type, GraphQLNonNull):
                # What can't be shown without it is not the caller's to see either.
                raise NotFound
            return found

        return resolve

    def wants(self, info: GraphQLResolveInfo, _nodes: Any, _given: Any) -> Iterator[Want]:
        """Return what this key wants of the rows of the level that it stands on (`levels.py`)."""
        yield referred_rows(self.column, self.thing.rows(info))


class Computed(graphene.Field):
    """A field that no column holds; `needs` names the columns it is computed from."""

    def __init__(
        self,
        type_: Any,
        compute: Callable[..., Any],
        *,
        description: str,
        needs: Sequence[str] = (),
        for_all: bool = False,
        **options: Any,
    ) -> None:
        self.compute = compute
        self.needs = tuple(needs)
        self.for_all = for_all
        super().__init__(type_, description=description, **options)

    def wrap_resolve(self, parent_resolver: Any) -> Any:
        """Return the computation, or one that asks once for all rows of a level."""
        if not self.for_all:
            return self.compute

        def resolve(root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
            what = (self, tuple(sorted(arguments.items())))
            found = peers_of(root).once(what, lambda rows: self.compute(rows, info, **arguments))
            return found.get(root.pk)

        return resolve


def computed(type_: Any, compute: Callable[..., Any], **options: Any) -> Computed:
    """Declare a field computed from a row: `compute(row, info)`; `needs` names the columns it reads.

    With `for_all=True` it is `compute(rows, info)`, called once for all rows of a level, and returns a dict by key.
    """
    return Computed(type_, compute, **options)


class Thing(DjangoObjectType):
    """The base of every type that stands for a model.

    Meta: `model`, `fields` (names of model fields), `enums` (choices class of each field that has choices),
    `descriptions` (where the model's help_text does not do), `description`. `place` names the column that says at
    which store a permission for such a thing is asked.
    """

    class Meta:
        abstract = True

    place: ClassVar[str] = "store_id"

    @classmethod
    def __init_subclass_with_meta__(
        cls,
        model: type[Model] | None = None,
        fields: Sequence[str] = (),
        enums: dict[str, type[Enum]] | None = None,
        descriptions: dict[str, str] | None = None,
        interfaces: tuple[Any, ...] = (),
        registry: Registry | None = None,
        **options: Any,
    ) -> None:
        """Make the type and its connection."""
        if model is None:
            raise TypeError(f"{cls.__name__} names no model.")
        for name, choices in (enums or {}).items():
            setattr(cls, name, _enum_field(model, name, choices, descriptions or {}))
        cls.id = GlobalId(description="The thing's global id: opaque, and the same for ever.")
        super().__init_subclass_with_meta__(
            model=model,
            fields=[name for name in fields if name not in (enums or {}) and name != "id"] or ["pk"],
            registry=registry or things,
            interfaces=(Node, *interfaces),
            connection_class=ThingConnection,
            use_connection=True,
            convert_choices_to_enum=False,
            **options,
        )
        for name, description in (descriptions or {}).items():
            _describe(cls._meta.fields[name], description)

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the rows that the caller may see at all; a type with rules of its own says so here."""
        rows: QuerySet[Any] = cls._meta.model._default_manager.all()
        return rows

    @classmethod
    def is_type_of(cls, root: Any, info: GraphQLResolveInfo) -> bool:
        """Tell whether a row is of the model that the type stands for; asked of every row, so no more than that."""
        return isinstance(root, cls._meta.model)


def _enum_field(model: type[Model], name: str, choices: type[Enum], descriptions: dict[str, str]) -> graphene.Field:
    field = model._meta.get_field(name)
    description = descriptions.get(name) or get_django_field_description(field)
    return graphene.Field(enum_of(choices), required=not field.null, description=description)


def _describe(field: Any, description: str) -> None:
    if isinstance(field, graphene.Dynamic):
        made = field.type

        def described(*arguments: Any, **options: Any) -> Any:
            mounted = made(*arguments, **options)
            mounted.description = description
            return mounted

        field.type = described
    else:
        field.description = description


@convert_django_field.register(models.ForeignKey)
@convert_django_field.register(models.OneToOneField)
def _reference(field: Any, registry: Registry | None = None) -> graphene.Dynamic:
    def made() -> Reference | None:
        thing = (registry or things).get_type_for_model(field.related_model)
        if thing is None:
            return None
        return Reference(field, thing, required=not field.null, description=get_django_field_description(field))

    return graphene.Dynamic(made)


def _as_scalar(scalar: Any) -> Callable[..., Any]:
    def convert(field: Any, _registry: Registry | None = None) -> Any:
        return scalar(description=get_django_field_description(field), required=not field.null)

    return convert


for _column, _scalar in (
    (models.UUIDField, UUID),
    (models.DateTimeField, DateTime),
    (models.DateField, Date),
    (models.DurationField, Duration),
):
    convert_django_field.register(_column)(_as_scalar(_scalar))

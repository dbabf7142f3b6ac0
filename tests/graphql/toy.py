"""A small schema over real tables, to show what types, lists and deeds are made from."""

from typing import Any

import graphene
from graphene_django.registry import Registry

from api.base.deeds import Deed
from api.base.inputs import IdOf, Line, Text
from api.base.lists import Listed
from api.base.nodes import NodeQuery
from api.base.permitted import Everyone, of_type
from api.base.things import Thing, computed
from api.gate.door import Door
from api.gate.fields import public_fields, seal
from kit.refusals import Stale
from members.rules.permissions import Permission
from stores.models import Area, Store, StoreKind

_TOYS = Registry()


class AreaType(Thing):
    """Stores looked after together."""

    class Meta:
        name = "Area"
        model = Area
        registry = _TOYS
        fields = ("name",)
        descriptions = {"name": "What the area is called."}

    stores = Listed(lambda: StoreType, by="area", order=("code",), description="Its stores.")


class StoreType(Thing):
    """One place of business."""

    class Meta:
        name = "Store"
        model = Store
        registry = _TOYS
        fields = ("name", "code", "area", "opened_at")
        enums = {"kind": StoreKind}
        descriptions = {
            "name": "What the store is called.",
            "code": "Its code.",
            "area": "Its area.",
            "opened_at": "When it was opened.",
            "kind": "Who runs it.",
        }

    place = "pk"
    shout = computed(
        graphene.String, lambda row, _info: row.name.upper(), needs=("name",), description="Its name, loud."
    )
    broken = computed(graphene.Int, lambda _row, _info: 1 // 0, description="Fails.")
    rank = computed(
        graphene.Int,
        lambda rows, _info: {row.pk: place for place, row in enumerate(rows)},
        for_all=True,
        description="Its place.",
    )


class Query(NodeQuery):
    """Everything that can be asked."""

    areas = Listed(lambda: AreaType, order=("-name",), description="All areas.")
    stores = Listed(
        lambda: StoreType,
        order=("kind", "-opened_at"),
        description="All stores.",
        named=graphene.String(description="Only stores with this name."),
    )
    hello = graphene.String(description="A greeting.")

    @staticmethod
    def resolve_areas(_root: Any, _info: Any) -> Any:
        return Area.objects.all()

    @staticmethod
    def resolve_stores(_root: Any, _info: Any, named: str | None = None) -> Any:
        return Store.objects.filter(name=named) if named else Store.objects.all()

    @staticmethod
    def resolve_hello(_root: Any, _info: Any) -> str:
        return "hello"


class RenameArea(Deed):
    """Give an area another name."""

    class Meta:
        versioned = True

    class Input:
        area_id = IdOf("Area", required=True, description="The area.")
        name = Line(required=True, limit=20, description="Its new name.")
        reason = Text(description="Why.")

    area = graphene.Field(AreaType, description="The area.")
    secret = graphene.String(description="A word that is shown once.")

    @classmethod
    def perform(cls, actor: Any, now: Any, **given: Any) -> dict[str, Any]:
        area = Area.objects.get(pk=given["area_id"])
        area.name = given["name"]
        area.save()
        if given["name"] == "boom":
            raise ZeroDivisionError
        if given.get("expected_version") == 1:
            raise Stale(version=2, state="RENAMED", current=area)
        return {"area": area, "secret": "sesame"}


class Mutation(graphene.ObjectType):
    """Everything that can be done."""

    rename_area = RenameArea.mounted()


MEMBER = Everyone.MEMBER
TABLE = {
    **of_type("Area", Permission.READ_STORES, "id name stores"),
    **of_type(
        "Store", Permission.READ_STORES, "id name code area kind shout broken rank", openedAt=Permission.MOVE_STORE
    ),
    "Query.node": MEMBER,
    "Query.areas": Permission.READ_STORES,
    "Query.stores": Permission.READ_STORES,
    "Query.hello": Everyone.PUBLIC,
    "Mutation.renameArea": Permission.DRAW_AREA,
}

SCHEMA = graphene.Schema(query=Query, mutation=Mutation)
seal(SCHEMA.graphql_schema, TABLE)


def toy_door(entrance: Any) -> Door:
    """Return a door to this schema."""
    return Door(
        schema=SCHEMA.graphql_schema,
        table=TABLE,
        public=public_fields(TABLE),
        explorer=Permission.READ_SCHEMA,
        entrance=entrance,
    )

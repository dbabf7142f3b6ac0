"""Every argument of every question: ids of own, other and foreign things (T05), and what is no value at all (I01, I05).

Made from the schema: an argument that is not judged here fails.
"""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLList, GraphQLNonNull, get_named_type

from api.base.ids import global_id
from api.base.permitted import Everyone
from api.permissions import TABLE
from tests.attacks.matrix.callers import NOBODY, Callers
from tests.attacks.matrix.conftest import MISSING, SCHEMA, THINGS, World
from tests.attacks.matrix.documents import is_paged, whole
from tests.attacks.matrix.test_reading import holds, seen_by
from tests.factories.rows import is_of_stores

PAGING = frozenset({"first", "after", "last", "before"})
# What the id in an argument may name.
NAMES: dict[str, tuple[str, ...]] = {
    "node.id": tuple(THINGS),
    "store.id": ("Store",),
    "stores.areaId": ("Area",),
    "complaints.storeId": ("Store",),
    "complaints.ownerId": ("Member",),
    "complaints.customerId": ("Customer",),
    "complaintQueue.storeId": ("Store",),
    "complaintQueue.ownerId": ("Member",),
    "openReferrals.storeId": ("Store",),
    "customers.storeId": ("Store",),
    "inquiries.storeId": ("Store",),
    "inquiryQueue.storeId": ("Store",),
    "shifts.storeId": ("Store",),
    "checkWording.inquiryId": ("Inquiry",),
    "searchCustomers.storeId": ("Store",),
    "duplicateCustomers.storeId": ("Store",),
    "greetingsDue.storeId": ("Store",),
    "purchases.customerId": ("Customer",),
    "consents.customerId": ("Customer",),
    "merges.customerId": ("Customer",),
    "customerTimeline.customerId": ("Customer",),
    "mergePreview.keptId": ("Customer",),
    "mergePreview.mergedId": ("Customer",),
    "orders.storeId": ("Store",),
    "orders.customerId": ("Customer",),
    "shipmentExceptions.storeId": ("Store",),
    "orderImports.storeId": ("Store",),
    "storedFiles.storeId": ("Store",),
    "surveys.storeId": ("Store",),
    "ratings.storeId": ("Store",),
    "ratings.memberId": ("Member",),
    "praises.storeId": ("Store",),
    "praises.memberId": ("Member",),
    "feedbackMonths.storeId": ("Store",),
    "feedbackThemes.storeId": ("Store",),
    "memberFeedback.storeId": ("Store",),
    "memberFeedback.memberId": ("Member",),
    "returnVisits.storeId": ("Store",),
    "returnVisits.ownerId": ("Member",),
    "visitCredits.storeId": ("Store",),
    "visitCredits.callerId": ("Member",),
    "journal.storeId": ("Store",),
    "journal.subjectId": ("Complaint", "Store", "Member", "Version"),
    "verdicts.storeId": ("Store",),
    "verdicts.subjectId": ("Complaint",),
    "verdicts.clauseId": ("Clause",),
    "storeStandards.storeId": ("Store",),
    "conformance.storeId": ("Store",),
    "conformanceByMonth.storeId": ("Store",),
    "dueNow.storeId": ("Store",),
}
# What the other required id of a question names, where that is no store.
OTHER_ID = {"mergePreview": "Customer"}
FEWEST_ARGUMENTS = 11
ODD_TEXTS = ("\x00", "a\x00b", "", "x" * 10_000, "\u202e", "%_\\", "' OR 1=1--", "\U0001f9ff")


_REQUIRED = {
    "Date": '"2026-03-02"',
    "DateTime": '"2026-03-02T02:00:00Z"',
    "ID": "$store",
    "String": '"Matrix"',
    "Int": "5",
}


def arguments(type_name: str) -> Iterator[str]:
    """Return every argument of a query whose type has this name, as `query.argument`."""
    for name, field in SCHEMA.query_type.fields.items() if SCHEMA.query_type else ():
        for argument, declared in field.args.items():
            if argument not in PAGING and get_named_type(declared.type).name == type_name:
                yield f"{name}.{argument}"


def document_of(argument: str) -> str:
    """Return the query with one argument to be given, and made-up values where others are required."""
    name, _dot, asked = argument.partition(".")
    field = SCHEMA.query_type.fields[name]
    given = {asked: "$v"}
    for each, declared in field.args.items():
        if isinstance(declared.type, GraphQLNonNull) and each not in given:
            named = get_named_type(declared.type).name
            given[each] = _REQUIRED[named]
    if is_paged(field):
        connection: Any = get_named_type(field.type)
        node: Any = get_named_type(connection.fields["nodes"].type)
        # What hangs on a thing is asked in `test_reading`, of each thing in each place and of all that a list has.
        given["first"], inner = "5", f"totalCount nodes{{{'id' if 'id' in node.fields else whole(node)}}}"
    else:
        inner = whole(get_named_type(field.type))
    store = "$store:ID!" if "$store" in given.values() else ""
    listed = ",".join(f"{key}:{value}" for key, value in given.items())
    return f"query($v:{field.args[asked].type} {store}){{{name}({listed}){{{inner}}}}}"


def value_for(argument: str, value: Any) -> Any:
    name, _dot, asked = argument.partition(".")
    type_: Any = SCHEMA.query_type.fields[name].args[asked].type
    while isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    return [value] if isinstance(type_, GraphQLList) else value


def ask(callers: Callers, world: World, argument: str, value: Any, who: str) -> bytes:
    document = document_of(argument)
    other = OTHER_ID.get(argument.partition(".")[0], "Store")
    others = {"store": world.id_of(other, "own")} if "$store" in document else {}
    content = callers.post(document, {"v": value_for(argument, value), **others}, who)
    codes = {error["extensions"]["code"] for error in orjson.loads(content).get("errors", ())}
    assert "INTERNAL" not in codes, (argument, who, value)
    return content


def test_every_argument_that_is_an_id_is_judged_here() -> None:
    assert set(arguments("ID")) == NAMES.keys()
    assert len(NAMES) >= FEWEST_ARGUMENTS


@pytest.mark.parametrize("argument", [name for name in NAMES if name != "node.id"])
def test_t05_an_id_that_is_not_the_callers_to_see_is_a_missing_one(
    argument: str, world: World, callers: Callers
) -> None:
    for who in callers.everybody:
        actor = callers.actor(who)
        if who == NOBODY and TABLE[f"Query.{argument.partition('.')[0]}"] is not Everyone.PUBLIC:
            continue
        for thing in NAMES[argument]:
            missing = ask(callers, world, argument, world.id_of(thing, "missing"), who)
            assert ask(callers, world, argument, world.id_of(thing, "foreign"), who) == missing, (argument, who)
            model: Any = THINGS[thing].graphene_type._meta.model
            seen = seen_by(actor)
            for place, store in (("own", world.a.store), ("other", world.a.other_store)):
                answer = ask(callers, world, argument, world.id_of(thing, place), who)
                assert world.strangers(answer, seen) == [], (argument, who, place)
                if is_of_stores(model) and seen is not None and store not in seen:
                    assert answer == missing, (argument, who, place)


@pytest.mark.parametrize("argument", [*arguments("ID"), *arguments("String")])
def test_i01_i05_odd_texts_are_refused_or_found_nowhere(argument: str, world: World, callers: Callers) -> None:
    for odd in ODD_TEXTS:
        ask(callers, world, argument, odd, "HQ_ADMINISTRATOR")
    for odd in ("Sto\x00re", "\x00", "Query", "__Schema", "String", "Node", "x" * 100):
        ask(callers, world, argument, global_id(odd, MISSING), "HQ_ADMINISTRATOR")


@pytest.mark.parametrize("argument", [*arguments("DateTime")])
def test_the_ends_of_time_are_moments_like_others(argument: str, world: World, callers: Callers) -> None:
    for moment in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-01-01T00:00:00+23:59"):
        assert b'"errors"' not in ask(callers, world, argument, moment, "HQ_ADMINISTRATOR")
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert b'"INVALID_VARIABLES"' in ask(callers, world, argument, moment, "HQ_ADMINISTRATOR")


def test_whoever_may_ask_gets_an_answer_about_the_own_store(world: World, callers: Callers) -> None:
    """The comparisons above would hold for answers that are all refusals, too."""
    for argument in NAMES:
        answer = orjson.loads(ask(callers, world, argument, world.id_of(NAMES[argument][0], "own"), "HQ_ADMINISTRATOR"))
        assert "errors" not in answer, (argument, answer)
        assert holds(callers.actor("HQ_ADMINISTRATOR"), TABLE[f"Query.{argument.partition('.')[0]}"], None)

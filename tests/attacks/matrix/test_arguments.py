"""Every argument of every question: ids of own, other and foreign things (T05), and what is no value at all (I01, I05).

Made from the schema: an argument that is not judged here fails.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from graphql import GraphQLList, GraphQLNonNull, get_named_type

from api.base.ids import global_id
from api.base.permitted import Everyone
from api.permissions import TABLE
from tests.attacks.matrix.callers import NOBODY, Callers
from tests.attacks.matrix.conftest import MISSING, SCHEMA, THINGS, World
from tests.attacks.matrix.documents import is_paged, own_words
from tests.attacks.matrix.test_reading import holds, seen_by
from tests.attacks.matrix.together import Answer, told_apart
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
    "callReviews.storeId": ("Store",),
    "callReviews.memberId": ("Member",),
    "callSheet.storeId": ("Store",),
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
    "correctiveActions.storeId": ("Store",),
    "correctiveActions.areaId": ("Area",),
    "correctiveActions.ownerId": ("Member",),
    "inspectionPlans.storeId": ("Store",),
    "storesWithoutInspector.planId": ("InspectionPlan",),
    "inspections.storeId": ("Store",),
    "inspections.areaId": ("Area",),
    "inspections.inspectorId": ("Member",),
    "acknowledgementsDue.storeId": ("Store",),
    "acknowledgementsOutstanding.storeId": ("Store",),
    "waivers.storeId": ("Store",),
    "waivers.areaId": ("Area",),
    "waivers.clauseId": ("Clause",),
    "localClauses.storeId": ("Store",),
    "localClauses.areaId": ("Area",),
    "localClauses.standardId": ("Standard",),
    "adoption.rolloutId": ("Rollout",),
    "compareVersions.beforeId": ("Version",),
    "compareVersions.afterId": ("Version",),
    "replays.versionId": ("Version",),
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
    "loops.storeId": ("Store",),
    "loops.areaId": ("Area",),
    "loops.matterId": ("Complaint",),
    "loops.memberId": ("Member",),
    "standardOrStore.storeId": ("Store",),
    "standardOrStore.clauseId": ("Clause",),
    "storesInCase.clauseId": ("Clause",),
    "storesInCase.areaId": ("Area",),
    "fourCases.areaId": ("Area",),
    "deviationCosts.areaId": ("Area",),
    "caseStudyProposal.complaintId": ("Complaint",),
    "returnVisits.storeId": ("Store",),
    "returnVisits.ownerId": ("Member",),
    "visitCredits.storeId": ("Store",),
    "visitCredits.callerId": ("Member",),
    "enrolments.storeId": ("Store",),
    "enrolments.memberId": ("Member",),
    "certificates.memberId": ("Member",),
    "certificates.storeId": ("Store",),
    "certificates.courseId": ("Course",),
    "taughtCourses.clauseId": ("Clause",),
    "trainingPath.positionId": ("Position",),
    "trainingPlans.storeId": ("Store",),
    "trainingSessions.storeId": ("Store",),
    "mentorships.storeId": ("Store",),
    "missingCertificates.storeId": ("Store",),
    "journal.storeId": ("Store",),
    "journal.subjectId": ("Complaint", "Store", "Member", "Version"),
    "verdicts.storeId": ("Store",),
    "verdicts.areaId": ("Area",),
    "verdicts.subjectId": ("Complaint",),
    "verdicts.clauseId": ("Clause",),
    "verdicts.memberId": ("Member",),
    "storeStandards.storeId": ("Store",),
    "storeStandards.areaId": ("Area",),
    "storeStandards.versionId": ("Version",),
    "rollouts.standardId": ("Standard",),
    "conformance.storeId": ("Store",),
    "conformanceByMonth.storeId": ("Store",),
    "conformanceByMonth.areaId": ("Area",),
    "conformanceByDay.clauseId": ("Clause",),
    "conformanceByDay.storeId": ("Store",),
    "conformanceByDay.areaId": ("Area",),
    "conformanceByStore.clauseId": ("Clause",),
    "conformanceByStore.areaId": ("Area",),
    "conformanceByMember.storeId": ("Store",),
    "conformanceByMember.memberId": ("Member",),
    "dueNow.storeId": ("Store",),
}
# What the other required id of a question names, where that is no store.
OTHER_ID = {
    "mergePreview": "Customer",
    "compareVersions": "Version",
    "conformanceByDay": "Clause",
    "conformanceByStore": "Clause",
    "storesInCase": "Clause",
}
# Which row a question is about, or which it holds against it, where that is not the own store's.
PLACE = {"compareVersions.beforeId": "earlier"}
OTHER_PLACE = {"compareVersions.afterId": "earlier"}
FEWEST_ARGUMENTS = 11
# How many moments are refused where a period may be so long only, or has to end after it begins.
BOUNDED = {"conformance.since": 2, "conformance.until": 3}
# So many answers with everything on them may be asked for in one document.
AT_ONCE = 4
ODD_TEXTS = ("\x00", "a\x00b", "", "x" * 10_000, "\u202e", "%_\\", "' OR 1=1--", "\U0001f9ff")

REQUIRED = {
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


def document_of(argument: str, count: int) -> str:
    """Return a query with values for one argument, asked once for each, and made-up ones where others are required.

    What a row says itself is selected; what it leads to is shown by the matrix of reading.
    """
    name, _dot, asked = argument.partition(".")
    field = SCHEMA.query_type.fields[name]
    given = {}
    for each, declared in field.args.items():
        if isinstance(declared.type, GraphQLNonNull) and each != asked:
            given[each] = REQUIRED[get_named_type(declared.type).name]
    named: Any = get_named_type(field.type)
    inner = own_words(named)
    if is_paged(field):
        given["first"], inner = "5", f"totalCount nodes{{{own_words(get_named_type(named.fields['nodes'].type))}}}"
    store = "$store:ID!" if "$store" in given.values() else ""
    others = "".join(f",{key}:{value}" for key, value in given.items())
    variables = " ".join(f"$v{number}:{field.args[asked].type}" for number in range(count))
    each_of = " ".join(f"a{number}:{name}({asked}:$v{number}{others}){{...told}}" for number in range(count))
    return f"query({variables} {store}){{{each_of}}} fragment told on {named.name}{{{inner}}}"


def value_for(argument: str, value: Any) -> Any:
    name, _dot, asked = argument.partition(".")
    type_: Any = SCHEMA.query_type.fields[name].args[asked].type
    while isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    return [value] if isinstance(type_, GraphQLList) else value


def ask(callers: Callers, world: World, argument: str, values: Sequence[Any], who: str) -> list[Answer]:
    """Ask a question once for each value, together where the refusal of one leaves the others their answers."""
    name = argument.partition(".")[0]
    is_alone = TABLE[f"Query.{name}"] is Everyone.PUBLIC or isinstance(
        SCHEMA.query_type.fields[name].type, GraphQLNonNull
    )
    other = world.id_of(OTHER_ID.get(name, "Store"), OTHER_PLACE.get(argument, "own"))
    answers: list[Answer] = []
    at_once = 1 if is_alone else AT_ONCE
    for some in (values[first : first + at_once] for first in range(0, len(values), at_once)):
        document = document_of(argument, len(some))
        given = {f"v{number}": value_for(argument, value) for number, value in enumerate(some)}
        others = {"store": other} if "$store" in document else {}
        answers += told_apart(callers.post(document, {**given, **others}, who, is_ours=True))
    assert len(answers) == len(values), (argument, who)
    return answers


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
            model: Any = THINGS[thing].graphene_type._meta.model
            seen = seen_by(actor)
            stores = {"own": world.a.store, "other": world.a.other_store}
            hidden = [
                place
                for place, store in stores.items()
                if is_of_stores(model) and seen is not None and store not in seen
            ]
            # Errors are told of the first answers in a document: of those that have to be alike.
            places = ["missing", "foreign", *hidden, *(place for place in stores if place not in hidden)]
            found = ask(callers, world, argument, [world.id_of(thing, place) for place in places], who)
            answers = dict(zip(places, found, strict=True))
            for place in ("foreign", *hidden):
                assert answers[place] == answers["missing"], (argument, who, place)
            for place in stores:
                assert world.strangers(answers[place].content, seen) == [], (argument, who, place)


@pytest.mark.parametrize("argument", [*arguments("ID"), *arguments("String")])
def test_i01_i05_odd_texts_are_refused_or_found_nowhere(argument: str, world: World, callers: Callers) -> None:
    no_types = ("Sto\x00re", "\x00", "Query", "__Schema", "String", "Node", "x" * 100)
    ask(callers, world, argument, [*ODD_TEXTS, *(global_id(odd, MISSING) for odd in no_types)], "HQ_ADMINISTRATOR")


@pytest.mark.parametrize("argument", [*arguments("DateTime")])
def test_the_ends_of_time_are_moments_like_others(argument: str, world: World, callers: Callers) -> None:
    moments = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-01-01T00:00:00+23:59")
    told = [answer.errors for answer in ask(callers, world, argument, moments, "HQ_ADMINISTRATOR")]
    refused = [error["code"] for errors in told for error in errors]
    assert refused == ["INVALID"] * BOUNDED.get(argument, 0)
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        (answer,) = ask(callers, world, argument, [moment], "HQ_ADMINISTRATOR")
        assert {error["code"] for error in answer.errors} == {"INVALID_VARIABLES"}


def test_whoever_may_ask_gets_an_answer_about_the_own_store(world: World, callers: Callers) -> None:
    """The comparisons above would hold for answers that are all refusals, too."""
    for argument in NAMES:
        about = world.id_of(NAMES[argument][0], PLACE.get(argument, "own"))
        (answer,) = ask(callers, world, argument, [about], "HQ_ADMINISTRATOR")
        assert answer.errors == (), (argument, answer)
        assert holds(callers.actor("HQ_ADMINISTRATOR"), TABLE[f"Query.{argument.partition('.')[0]}"], None)

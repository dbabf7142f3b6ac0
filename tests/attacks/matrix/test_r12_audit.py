"""R12: each deed of the schema, done once, leaves exactly one entry of its own that tells who, where, what and when."""

from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.utils import timezone

from chains.actor import ActorKind, system_actor
from chains.scope import scope
from journal.models import Entry
from tests.attacks.matrix.callers import ADDRESS, NOBODY, Callers
from tests.attacks.matrix.conftest import World
from tests.attacks.matrix.inputs import made_up
from tests.attacks.matrix.success import Success
from tests.attacks.matrix.successes import SUCCESSES
from tests.attacks.matrix.test_doing import DEEDS, document_of, input_of

# Deeds that are no single store's matter.
OF_THE_CHAIN = frozenset(
    {
        "actForMember",
        "approveStandard",
        "cancelRollout",
        "correctOwnParticulars",
        "createAccessToken",
        "deactivateMember",
        "definePosition",
        "defineProduct",
        "draftInspectionTemplate",
        "draftStandard",
        "drawArea",
        "endInspectionPlan",
        "endVisit",
        "keepJourneySteps",
        "keepStandardAnswer",
        "planInspections",
        "publishInspectionTemplate",
        "pauseRollout",
        "pushStandard",
        "reactivateMember",
        "replayStandard",
        "resumeRollout",
        "redefinePosition",
        "redefineProduct",
        "renameArea",
        "retireInspectionTemplate",
        "returnStandard",
        "reviseStandard",
        "retirePhraseNorm",
        "retireStandardAnswer",
        "revokeAccessToken",
        "setPhraseNorm",
        "setCustomerClasses",
        "setDecisionLimits",
        "setStaffFiguresPolicy",
        "setEscalationTimes",
        "setVisitRules",
        "signOutEverywhere",
        "submitStandard",
        "withdrawStandard",
        "setSurveyPolicy",
        "draftCourse",
        "reviseCourse",
        "publishCourse",
        "retireCourse",
        "withdrawCertificate",
        "setTrainingPath",
        "setDutyRequirement",
        "setLoopRule",
        "openCaseStudy",
        "withdrawCaseStudy",
        "keepLessonLearned",
    }
)
# In whose course something else comes to be, which has an entry of its own.
HAVE_PARTS = {
    "fileComplaint": ["CUSTOMER_REGISTERED"],
    "openInquiry": ["CUSTOMER_REGISTERED"],
    "carryOutTrainingPlan": ["COURSE_ASSIGNED"],
}


def done(name: str, world: World, callers: Callers) -> list[Entry]:
    """Do a deed, see that it was not refused, and return what it has written into the journal."""
    success = SUCCESSES.get(name, Success())
    with scope(world.a.chain, system_actor()):
        special = {**success.given, **success.found(world)}
    given: dict[str, Any] = {**made_up(input_of(name), lambda at: world.id_of(at.thing, "own")), **special}
    given = {key: value for key, value in given.items() if value is not None}
    content = callers.post(
        document_of(name), {"input": given}, success.who, prepare=lambda: success.prepare(world, callers)
    )
    answer = orjson.loads(content)
    assert answer["data"][name]["userErrors"] == [], (name, answer)
    assert callers.written == len(callers.entries), name
    return callers.entries


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_leaves_one_entry_and_its_parts_name_it(name: str, world: World, callers: Callers) -> None:
    entries = done(name, world, callers)
    (own,) = (entry for entry in entries if entry.part_of_id is None)
    parts = [entry for entry in entries if entry.part_of_id is not None]
    assert [part.kind for part in parts] == HAVE_PARTS.get(name, [])
    assert {part.part_of_id for part in parts} <= {own.id}
    for entry in entries:
        check_who(entry, name, callers)
        assert entry.store_id == store_of(entry, name, world), name
        assert entry.kind and entry.subject_type and entry.subject_id
        assert entry.before is not None or entry.after is not None, (name, entry.kind)
        assert timezone.now() - timedelta(minutes=5) < entry.at <= timezone.now()
        assert entry.at.tzinfo is UTC
        assert entry.address == ADDRESS


def check_who(entry: Entry, name: str, callers: Callers) -> None:
    who = SUCCESSES.get(name, Success()).who
    actor = callers.actor(who)
    assert entry.request_id
    if who == NOBODY:
        # Whoever accepts an invitation is a member from then on, and it is they who did it. A customer is never one.
        is_customer = name == "answerSurvey"
        assert entry.actor_kind == (ActorKind.GATE if is_customer else ActorKind.USER)
        assert (entry.actor_id is None) == is_customer
    else:
        assert actor is not None
        assert (entry.actor_kind, entry.actor_id, entry.token_id) == (actor.kind, actor.id, actor.token_id)
        assert (entry.behalf_of_id, entry.request_id) == (actor.behalf_of_id, actor.request_id)


def store_of(entry: Entry, name: str, world: World) -> UUID | None:
    if name == "openStore":
        return entry.subject_id
    return None if name in OF_THE_CHAIN else world.a.store


def test_what_is_said_about_deeds_is_said_about_deeds_that_there_are() -> None:
    assert DEEDS.keys() >= OF_THE_CHAIN | HAVE_PARTS.keys() | SUCCESSES.keys()

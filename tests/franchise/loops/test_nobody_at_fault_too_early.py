"""Nobody is found at fault before the clause had reached them, whatever came when, and however late it is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.filing import Links
from journal.models import Entry
from loops.actions.opening import open_loops
from loops.models.loops import LoopOutcome, LoopPerson
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.drafting import approve_standard, draft_standard, revise_standard, submit_standard
from standards.actions.rollout import push_standard
from standards.actions.waiving import waive_clause
from standards.models.texts import Clause, ClauseChange
from standards.rules.acknowledging import Answers
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import TITLES, same_day_clause
from tests.factories.training import TEXT
from training.actions.writing import draft_course, publish_course
from training.models.courses import CourseSubject, Lesson, TaughtClause
from training.models.taking import Enrolment, EnrolmentReason, LessonCompletion

AsRole = Callable[..., Actor]
NOW = timezone.now() + timedelta(days=1)
PEOPLE = ("SERVICE_STAFF", "MENTOR")
MACHINE = system_actor()
# After how many hours; None for never.
HOURS = st.none() | st.integers(0, 20)
PERSON = st.fixed_dictionaries({"read": HOURS, "read_again": HOURS, "learnt": HOURS})
LIFE = st.fixed_dictionaries(
    {
        "pushed": st.integers(0, 6),
        "changed": HOURS,
        "is_substance": st.booleans(),
        "taught": HOURS,
        "waived": st.none() | st.tuples(st.integers(6, 24), st.integers(1, 8)),
        "people": st.tuples(PERSON, PERSON),
        "received": st.integers(-2, 40),
    }
)
AFTERWARDS = 60
Life = dict[str, Any]
Own = dict[str, int | None]


def at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(LIFE)
def test_nobody_is_at_fault_before_the_clause_had_reached_them(chains: Chains, as_role: AsRole, life: Life) -> None:
    with scope(chains.a.chain, MACHINE):
        names = {user_id: who for who, user_id in chains.a.people.items()}
    roles = (*PEOPLE, "QUALITY_OFFICER", "HQ_ADMINISTRATOR", "HQ_TRAINER", "STORE_MANAGER")
    actors = {who: as_role(chains.a, who) for who in roles}
    with scope(chains.a.chain, MACHINE):
        before = transaction.savepoint("default")
        Lived(chains.a.store, actors, life).through()
        found = {names[each.member_id]: each for each in LoopPerson.objects.all()}
        at_fault = {who for who, person in found.items() if person.outcome == LoopOutcome.REACHED}
        own = zip(PEOPLE, life["people"], strict=True)
        assert at_fault == {who for who, each in own if had_got(life, each)}
        assert {who for who, person in found.items() if person.missing} == found.keys() - at_fault
        # Nobody has to learn for what was not theirs.
        asked = Enrolment.objects.filter(reason=EnrolmentReason.LOOP).values_list("member_id", flat=True)
        assert {names[member_id] for member_id in asked} == (set() if life["taught"] is None else at_fault)
        transaction.savepoint_rollback(before, "default")


def second_push(life: Life) -> int | None:
    return None if life["changed"] is None else life["pushed"] + 1 + life["changed"]


def reads_first(life: Life, own: Own) -> int | None:
    """Return when somebody reads the first text; not any more once the second one is there."""
    second, when = second_push(life), None if own["read"] is None else life["pushed"] + own["read"]
    return None if when is None or (second is not None and when >= second) else when


def reads_second(life: Life, own: Own) -> int | None:
    second = second_push(life)
    return None if second is None or own["read_again"] is None else second + own["read_again"]


def learns(life: Life, own: Own) -> int | None:
    return None if life["taught"] is None or own["learnt"] is None else life["taught"] + own["learnt"]


def had_got(life: Life, own: Own) -> bool:
    """Tell in the test's own words whether somebody had got all of the clause when the customer complained."""

    def had_come(hours: int | None) -> bool:
        return hours is not None and hours <= life["received"]

    had_read = had_come(reads_second(life, own))
    if not had_come(second_push(life)) or not life["is_substance"]:
        had_read = had_read or had_come(reads_first(life, own))
    had_learnt = not had_come(life["taught"]) or had_come(learns(life, own))
    was_waived = life["waived"] is not None and life["waived"][0] <= life["received"] < sum(life["waived"])
    return had_come(life["pushed"]) and had_read and had_learnt and not was_waived


class Lived:
    """Everything that came to a store and its people, in the order of time; then a customer's complaint is told."""

    def __init__(self, store_id: UUID, actors: dict[str, Actor], life: Life) -> None:
        self.store_id, self.actors, self.life = store_id, actors, life
        self.deeds: list[tuple[int, int, Callable[[datetime], object]]] = []

    def through(self) -> None:
        self.first = self.approved(at(-3))
        self.clause = Clause.objects.get(version=self.first)
        self.latest = self.first
        self.plan(self.life["pushed"], lambda now: self.push(self.first, now))
        self.plan(second_push(self.life), self.change)
        self.plan(self.life["taught"], self.teach)
        if self.life["waived"] is not None:
            self.plan(self.life["waived"][0], self.waive)
        for who, own in zip(PEOPLE, self.life["people"], strict=True):
            for when in (reads_first(self.life, own), reads_second(self.life, own)):
                self.plan(when, lambda now, who=who: self.read(who, now))
            self.plan(learns(self.life, own), lambda now, who=who: self.learn(who, now))
        for hours, _order, deed in sorted(self.deeds, key=lambda each: each[:2]):
            deed(at(hours))
        self.complain(at(AFTERWARDS))

    def plan(self, hours: int | None, deed: Callable[[datetime], object]) -> None:
        if hours is not None:
            self.deeds.append((hours, len(self.deeds), deed))

    def approved(self, now: datetime) -> UUID:
        version = draft_standard(actor=self.officer, titles=TITLES, clauses=[same_day_clause()], now=now)
        return self.decided(version.id, now)

    def decided(self, version_id: UUID, now: datetime) -> UUID:
        submit_standard(actor=self.officer, version_id=version_id, now=now)
        return approve_standard(actor=self.actors["HQ_ADMINISTRATOR"], version_id=version_id, now=now).id

    @property
    def officer(self) -> Actor:
        return self.actors["QUALITY_OFFICER"]

    def push(self, version_id: UUID, now: datetime) -> None:
        push_standard(actor=self.officer, version_id=version_id, now=now)
        self.latest = version_id

    def change(self, now: datetime) -> None:
        """Bring another text of it: the same in other words, or something else."""
        if self.life["is_substance"]:
            clause = same_day_clause(within="PT4H")
        else:
            texts = {"en": "Whoever takes a complaint looks into it and verifies it on the day it is filed."}
            clause = replace(same_day_clause(), texts=texts, change=ClauseChange.WORDING)
        revised = revise_standard(actor=self.officer, version_id=self.first, titles=TITLES, clauses=[clause], now=now)
        self.push(self.decided(revised.id, now), now)

    def read(self, who: str, now: datetime) -> None:
        place = {"version_id": self.latest, "store_id": self.store_id}
        done = acknowledge_standard(actor=self.actors[who], answers=[Answers("1", (0, 1))], now=now, **place)
        assert done.wrong == []

    def teach(self, now: datetime) -> None:
        trainer, subject = self.actors["HQ_TRAINER"], CourseSubject.PROCESS
        course = draft_course(actor=trainer, titles=TITLES, subject=subject, lessons=[TEXT], now=now)
        publish_course(actor=trainer, version_id=course.id, now=now)
        TaughtClause.objects.create(lesson=Lesson.objects.get(course_version=course), lineage_id=self.clause.lineage_id)

    def learn(self, who: str, now: datetime) -> None:
        lesson = Lesson.objects.get()
        enrolment = Enrolment.objects.create(
            store_id=self.store_id,
            member_id=self.actors[who].user_id,
            course_version_id=lesson.course_version_id,
            lesson=lesson,
            reason=EnrolmentReason.ASSIGNED,
            state="PASSED",
            enrolled_at=now,
            ended_at=now,
        )
        done = {"store_id": self.store_id, "enrolment": enrolment, "lesson": lesson}
        LessonCompletion.objects.create(completed_at=now, **done)

    def waive(self, now: datetime) -> None:
        until = at(sum(self.life["waived"]))
        place = {"clause_id": Clause.objects.get(version=self.latest).id, "store_id": self.store_id}
        waive_clause(actor=self.officer, reason="The kitchen is rebuilt.", until=until, now=now, **place)

    def complain(self, now: datetime) -> None:
        """Take down afterwards what the customer said then; the news come twice."""
        received_at, links = at(self.life["received"]), Links(clause_id=self.clause.id)
        filed(self.actors["STORE_MANAGER"], self.store_id, now, links=links, received_at=received_at)
        entry = Entry.objects.filter(kind="COMPLAINT_FILED").get()
        (loop,) = open_loops(actor=MACHINE, entry=entry, now=now)
        assert open_loops(actor=MACHINE, entry=entry, now=now) == []
        assert loop.happened_at == received_at

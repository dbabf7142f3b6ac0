"""No order of deeds by anybody leads to an ownerless visit, a lost point or an impossible state (stateful)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chains.actor import system_actor
from chains.scope import scope
from clocks.models import Clock
from journal.models import Entry
from kit.refusals import Refusal
from members.models import User
from tests.conftest import Chains
from tests.factories.people import actor_of_role
from tests.factories.visits import COLD, later, planned
from visits.actions.calling import Attempt, Talk, record_return_visit, record_visit_attempt
from visits.actions.owning import hand_over_of, hand_over_return_visit
from visits.actions.settling import answer_visit_point, decide_visit_point, promise_visit_answer, sign_return_visit
from visits.models.points import PointPromise, PointState, VisitPoint
from visits.models.visits import AttemptOutcome, ReturnVisit, VisitChannel, VisitOccasion, VisitState
from visits.queries import callers_of

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
PEOPLE = ("SERVICE_STAFF", "SERVICE_SUPERVISOR", "STORE_MANAGER")
WHO, OTHER = st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)


class AVisit(RuleBasedStateMachine):
    """Tries deeds in any order by anybody, and keeps its own account of how often the visit changed."""

    chains: Chains

    def __init__(self) -> None:
        super().__init__()
        self.now, self.deeds, self.points = TEN, 0, 0
        self.away: set[str] = set()

    @initialize(who=WHO)
    def begin(self, who: str) -> None:
        self.here = self.chains.a
        self.actors = {each: actor_of_role(self.here, each) for each in PEOPLE}
        with scope(self.here.chain, system_actor()):
            # Other runs' visits in this database would be joined by this one.
            ReturnVisit.objects.filter(state=VisitState.DUE).update(
                state=VisitState.NOT_APPLICABLE, not_applicable_because="JOINED"
            )
        with scope(self.here.chain, self.actors[who]):
            self.key = planned(self.actors[who], self.here.store, self.now).visit.id
        self.deeds = 1

    def attempt(self, who: str, deed: Callable[..., Any], **given: Any) -> bool:
        """Do a deed as somebody who is there; tell whether it was done."""
        if who in self.away:
            return False
        self.now += timedelta(minutes=20)
        with scope(self.here.chain, self.actors[who]):
            try:
                deed(actor=self.actors[who], now=self.now, **given)
            except Refusal:
                return False
        self.deeds += 1
        return True

    def a_point(self, place: int) -> UUID | None:
        with scope(self.here.chain, system_actor()):
            keys = list(VisitPoint.objects.filter(visit_id=self.key).order_by("position").values_list("id", flat=True))
        return keys[place % len(keys)] if keys else None

    @rule(who=WHO, gives_up=st.booleans())
    def nobody_answers(self, who: str, gives_up: bool) -> None:
        attempt = Attempt(AttemptOutcome.NO_ANSWER, give_up=gives_up)
        self.attempt(who, record_visit_attempt, visit_id=self.key, attempt=attempt)

    @rule(who=WHO, promises=st.integers(0, 2), is_satisfied=st.booleans())
    def call(self, who: str, promises: int, is_satisfied: bool) -> None:
        points = [COLD, *(later("The bill", self.now + timedelta(hours=1)) for _n in range(promises))]
        talk = Talk(VisitChannel.PHONE, is_satisfied=is_satisfied, points=points, dissatisfied_because="It leaks")
        if self.attempt(who, record_return_visit, visit_id=self.key, talk=talk):
            self.points = len(points)

    @rule(who=WHO, place=st.integers(0, 2))
    def decide(self, who: str, place: int) -> None:
        point_id = self.a_point(place)
        if point_id is not None:
            self.attempt(who, decide_visit_point, point_id=point_id, departments="Till", decision="Two yuan")

    @rule(who=WHO, place=st.integers(0, 2))
    def promise(self, who: str, place: int) -> None:
        point_id, until = self.a_point(place), self.now + timedelta(days=1)
        if point_id is not None:
            self.attempt(who, promise_visit_answer, point_id=point_id, promised_until=until)

    @rule(who=WHO, place=st.integers(0, 2))
    def answer(self, who: str, place: int) -> None:
        point_id = self.a_point(place)
        if point_id is not None:
            self.attempt(who, answer_visit_point, point_id=point_id, answer="Yes", channel=VisitChannel.PHONE)

    @rule(who=WHO)
    def sign(self, who: str) -> None:
        self.attempt(who, sign_return_visit, visit_id=self.key)

    @rule(who=WHO, other=OTHER)
    def hand_over(self, who: str, other: str) -> None:
        if self.attempt(who, hand_over_return_visit, visit_id=self.key, owner_id=self.here.people[other]):
            assert other not in self.away

    @rule(who=st.sampled_from(PEOPLE[:2]))
    def leave(self, who: str) -> None:
        job = system_actor()
        with scope(self.here.chain, job):
            User.objects.filter(id=self.here.people[who]).update(is_active=False)
            before = ReturnVisit.objects.get(id=self.key).version
            hand_over_of(actor=job, member_id=self.here.people[who], now=self.now)
            self.deeds += ReturnVisit.objects.get(id=self.key).version - before
        self.away.add(who)

    @rule(who=st.sampled_from(PEOPLE[:2]))
    def come_back(self, who: str) -> None:
        with scope(self.here.chain, system_actor()):
            User.objects.filter(id=self.here.people[who]).update(is_active=True)
        self.away.discard(who)

    @invariant()
    def all_is_well(self) -> None:
        if not self.deeds:
            return
        with scope(self.here.chain, system_actor()):
            visit = ReturnVisit.objects.select_related("store").get(id=self.key)
            self.it_stands_as_it_may(visit)
            self.clocks_run_for_what_is_open(visit)
            assert visit.version == self.deeds
            told = Entry.objects.filter(subject_id=self.key, part_of_id=None).exclude(kind__startswith="CLOCK_")
            assert told.count() == self.deeds

    def it_stands_as_it_may(self, visit: ReturnVisit) -> None:
        states = list(VisitPoint.objects.filter(visit=visit).values_list("state", flat=True))
        assert len(states) == self.points
        if visit.state == VisitState.SIGNED:
            assert visit.signed_by_id != visit.made_by_id
        else:
            assert callers_of(visit.store, member_id=visit.owner_id)
        if visit.state in (VisitState.SETTLED, VisitState.SIGNED):
            assert set(states) <= {PointState.ANSWERED}
        if visit.state == VisitState.TALKED:
            assert set(states) - {PointState.ANSWERED}

    def clocks_run_for_what_is_open(self, visit: ReturnVisit) -> None:
        occasions = VisitOccasion.objects.filter(visit=visit).values("id")
        promises = PointPromise.objects.filter(point__visit=visit, ended_at=None)
        running = Clock.objects.running()
        assert running.filter(subject_id__in=occasions).count() == (visit.state == VisitState.DUE)
        assert running.filter(subject_id__in=promises.values("id")).count() == promises.count()
        open_points = VisitPoint.objects.filter(visit=visit).exclude(state=PointState.ANSWERED)
        assert promises.count() == open_points.count()

    def teardown(self) -> None:
        with scope(self.chains.a.chain, system_actor()):
            User.objects.filter(id__in=self.chains.a.people.values()).update(is_active=True)


def test_no_order_of_deeds_does_harm(chains: Chains) -> None:
    class InChain(AVisit):
        pass

    InChain.chains = chains
    unhurried = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        InChain,
        settings=settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=unhurried),
    )

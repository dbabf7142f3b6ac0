"""The demo's chains: planted once, whole, with everybody in their role and a matter wherever one can stand."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model, TextChoices
from django.utils import timezone

from api.gate.authenticate import actor_of
from chains.actor import gate_actor, system_actor
from chains.models import Chain
from chains.queries import chain_at
from chains.scope import scope
from clocks.models import Clock, ClockPause, Overdue, Reminder
from complaints.models.complaints import Complaint
from complaints.models.ladder import Escalation, EscalationCause
from complaints.rules import stages
from config.commands.seed import sign_ins
from config.seed.people import SeededPerson, people_of
from config.seed.planting import SCRIPTS, SeededChain, seed
from config.subscriptions import SUBSCRIPTIONS
from inquiries.models.inquiries import Inquiry, InquiryState
from inquiries.models.messages import ReplyPromise
from inquiries.models.reviews import CallReview
from inquiries.rules import states as inquiry_states
from inspections.actions.scheduling import miss_due
from journal.actions import hand_over
from journal.models import Entry, Position
from loops.models.cases import LessonLearned
from loops.models.loops import LoopOutcome, LoopPerson
from members.models import User
from members.rules.permissions import Role
from members.signin.hashing import Drawn
from orders.models.orders import Order
from orders.rules import states as order_states
from standards.actions.measuring import judge_due
from standards.models.local import LocalClause
from standards.models.replays import ReplayedClause, ReplayState
from standards.models.rollouts import RolloutPause, RolloutWave, StoreStandard
from standards.models.tallies import MeasuredPair
from standards.models.texts import VersionReturn, VersionState
from standards.models.verdicts import Verdict, VerdictState
from standards.models.waivers import Waiver
from standards.queries.texts import charter
from stores.models import StoreEquipment
from training.models.duties import DutyRequirement
from training.models.taking import Certificate, CertificateWithdrawal, Enrolment, EnrolmentReason
from visits.models.visits import ReturnVisit
from visits.rules import states as visit_states

# The fields that say how a matter stands.
_STANDING = ("state", "stage", "level", "payment_state", "fulfilment_state", "pause_reason")
_FRANCHISE = (
    "complaints",
    "feedback",
    "inquiries",
    "inspections",
    "loops",
    "orders",
    "standards",
    "training",
    "visits",
)
# A verdict is not known only where a store has no hours, and these have. No push of the demo is due later on, and what
# is tried on so little is worked out at once.
_NOWHERE = {VerdictState.NOT_KNOWN, VersionState.SCHEDULED, ReplayState.WAITING, ReplayState.FAILED}
# Fewer days than the demo's, by the same code.
_DAYS = 1


def test_the_demo_is_planted_in_one_go_and_planting_again_changes_nothing(installation: str) -> None:
    first = seed(now=timezone.now(), days=_DAYS)
    again = seed(now=timezone.now(), days=_DAYS)
    assert [each.is_new for each in first] == [True, True]
    assert [list(each.refused) for each in first] == [[], []]
    assert [each.is_new for each in again] == [False, False]
    assert [each.people for each in again] == [each.people for each in first]
    assert sum(len(each.people) for each in again) == 60
    assert sum(len(script.stores) for script in SCRIPTS) == 12
    for seeded, script in zip(again, SCRIPTS, strict=True):
        chain = chain_at(seeded.host)
        assert chain is not None
        _everybody_can_sign_in(chain, seeded)
        with scope(chain, system_actor()):
            assert User.objects.count() == len(people_of(script))
            assert StoreStandard.objects.filter(ended_at=None).count() == 2 * len(script.stores)
            assert list(_places_without_a_matter()) == []
            assert _deeds_that_nothing_is_there_for() == set()
            _what_follows_by_itself_has_followed()


def test_where_the_others_sign_in_is_told_with_the_port_that_is_served() -> None:
    cook = SeededPerson(
        Role.SERVICE_STAFF, "李雷", "li@a.example", Drawn("open-sesame"), "SH01", "外滩店", is_first=False
    )
    chains = [SeededChain("金锅面馆", "a.localhost", [cook], is_new=False)]
    told = {everybody: "\n".join(sign_ins(chains, 8223, everybody=everybody)) for everybody in (False, True)}
    assert "onebanner seed --everybody --port 8223" in told[False]
    assert cook.email not in told[False]
    assert "http://a.localhost:8223/" in told[True]
    assert cook.email in told[True]


def _everybody_can_sign_in(chain: Chain, seeded: SeededChain) -> None:
    assert {person.role for person in seeded.people if person.is_first} == set(Role)
    with scope(chain, gate_actor()):
        # Hashing is meant to be slow: the first of each role stand for all.
        for person in seeded.people:
            user = User.objects.get(email=person.email)
            assert actor_of(user).grants
            assert not person.is_first or person.role is not Role.MENTOR or user.check_password(person.password)


def _places_without_a_matter() -> Iterator[str]:
    """Name each state, stage or level at which nothing stands, of whatever has one: a new one has to be seeded."""
    for label in _FRANCHISE:
        for model in apps.get_app_config(label).get_models():
            for name in _STANDING:
                yield from _empty_places(model, name)
    yield from (f"a {text}" for text, is_there in _SPECIAL.items() if not is_there())


def _empty_places(model: type[Model], name: str) -> Iterator[str]:
    field = next((each for each in model._meta.get_fields() if each.name == name), None)
    choices = {value for value, _label in getattr(field, "choices", None) or ()} - _NOWHERE
    if choices:
        there = set(model._default_manager.order_by().values_list(name, flat=True).distinct())
        yield from (f"{model.__name__}.{name} {value}" for value in sorted(choices - there))


_SPECIAL = {
    "queued inquiry": lambda: Inquiry.objects.still_open().filter(is_queued=True).exists(),
    "open promise": lambda: ReplyPromise.objects.filter(kept_at=None).exists(),
    "kept promise": lambda: ReplyPromise.objects.filter(kept_at__isnull=False).exists(),
    "inquiry opened again": lambda: Inquiry.objects.still_open().filter(round__gt=1).exists(),
    "pause": lambda: ClockPause.objects.exists(),
    "complaint escalated by hand": lambda: Escalation.objects.filter(cause=EscalationCause.BY_HAND).exists(),
    "wave to come": lambda: RolloutWave.objects.waiting().exists(),
    "rollout that was paused and goes on": lambda: RolloutPause.objects.filter(resumed_at__isnull=False).exists(),
    "rollout that was called off": lambda: RolloutWave.objects.filter(cancelled_at__isnull=False).exists(),
    "version that was sent back": lambda: VersionReturn.objects.exists(),
    "certificate that was taken back": lambda: CertificateWithdrawal.objects.exists(),
    "waiver that holds": lambda: Waiver.objects.filter(ended_at=None).exists(),
    "waiver that was ended": lambda: Waiver.objects.filter(ended_at__isnull=False).exists(),
    "requirement of a store's own": lambda: LocalClause.objects.filter(ended_at=None).exists(),
    "piece of equipment": lambda: StoreEquipment.objects.filter(removed_at=None).exists(),
    "promise to customers": lambda: bool(charter()),
    "replay in which cases were counted": lambda: ReplayedClause.objects.filter(met__gt=0).exists(),
    "certificate": lambda: Certificate.objects.exists(),
    "requirement of a duty": lambda: DutyRequirement.objects.exists(),
    "lesson taken again as something went wrong": lambda: _is_taken(EnrolmentReason.LOOP),
    "lesson taken as a standard changed": lambda: _is_taken(EnrolmentReason.CHANGE),
    "course that a position asks for": lambda: _is_taken(EnrolmentReason.POSITION),
    "somebody whom a clause had reached": lambda: LoopPerson.objects.filter(outcome=LoopOutcome.REACHED).exists(),
    "somebody not at fault": lambda: LoopPerson.objects.filter(outcome=LoopOutcome.NOT_REACHED).exists(),
    "review of a call with something wrong": lambda: CallReview.objects.filter(put_right__gt="").exists(),
    "lesson learned of a case": lambda: LessonLearned.objects.exists(),
}


def _is_taken(reason: EnrolmentReason) -> bool:
    return Enrolment.objects.filter(reason=reason).exists()


def _deeds_that_nothing_is_there_for() -> set[TextChoices]:
    """Return what somebody who tries the demo could not do with any matter in it."""
    missing: set[TextChoices] = set()
    of_orders = [order_states.possible_actions(order_states.standing_of(order)) for order in Order.objects.all()]
    missing |= set(order_states.OrderAction) - {action for found in of_orders for action in found}
    of_complaints = [stages.possible_actions(stages.standing_of(each)) for each in Complaint.objects.all()]
    missing |= set(stages.ComplaintAction) - {action for found in of_complaints for action in found}
    of_inquiries = [
        inquiry_states.possible_actions(InquiryState(each.state), is_queued=each.is_queued, open_promises=0)
        for each in Inquiry.objects.all()
    ]
    missing |= set(inquiry_states.InquiryAction) - {action for found in of_inquiries for action in found}
    states = set(ReturnVisit.objects.values_list("state", flat=True))
    missing |= {action for action, move in visit_states.MOVES.items() if not states & move.sources}
    return missing


def _what_follows_by_itself_has_followed() -> None:
    """Verdicts, reminders and overdue notices stand as of their moments, and nothing is left for the worker."""
    assert set(Verdict.objects.standing().values_list("state", flat=True)) >= {VerdictState.MET, VerdictState.MISSED}
    noted = list(Overdue.objects.values_list("noted_at", "due_at"))
    assert noted
    assert all(noted_at > due_at for noted_at, due_at in noted)
    assert Reminder.objects.exists()
    assert not Clock.objects.filter(watch_at__lt=Entry.objects.in_order().last().at).exists()
    consumers = {subscription.task.name for subscription in SUBSCRIPTIONS}
    assert set(Position.objects.filter(consumer__in=consumers).values_list("consumer", flat=True)) == consumers
    assert not MeasuredPair.objects.filter(is_whole=False).exists()
    machine, now = system_actor(), timezone.now()
    assert (judge_due(actor=machine, now=now), miss_due(actor=machine, now=now)) == (0, 0)
    assert hand_over(subscriptions=SUBSCRIPTIONS, now=timezone.now()).jobs == 0

"""Questions about complaints, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from chains.actor import Actor
from clocks.models import Clock
from clocks.queries import running_clocks
from complaints.models.complaints import Complaint, ComplaintQuerySet, Level, Severity, Stage
from complaints.models.ladder import EscalationTime
from complaints.models.referring import Referral, ReferralAnswer
from complaints.rules.ladder import HANDLERS, Times, time_at
from complaints.rules.stages import reference_of
from customers.queries.register import groups_of
from members.models import Assignment
from members.queries import reaching
from members.rules.permissions import Permission, Role
from standards.models.staffing import staff_shown_to
from stores.models import Store

SUBJECT_TYPE = "Complaint"
REFERRAL_TYPE = "Referral"


@dataclass(frozen=True, slots=True)
class Due:
    """Until when the next thing is due on a complaint, and whether that moment has passed."""

    at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which complaints are asked for; what is None does not matter."""

    store_id: UUID | None = None
    stages: Collection[Stage] | None = None
    levels: Collection[Level] | None = None
    owner_id: UUID | None = None
    customer_id: UUID | None = None
    is_overdue: bool | None = None


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class TimeAtLevel:
    """For how many seconds a complaint may stay at a level before it rises."""

    level: Level
    severity: Severity
    seconds: int
    is_default: bool


def complaints_for(actor: Actor, wanted: Wanted = EVERYTHING, *, now: datetime | None = None) -> QuerySet[Complaint]:
    """Return the complaints that the actor may read, the latest first; raises NotFound and NotPermitted.

    `now` is needed to know what is overdue. A customer's are those of every record of theirs.
    """
    complaints = _readable(actor, wanted.store_id)
    if wanted.stages is not None:
        complaints = complaints.filter(stage__in=wanted.stages)
    if wanted.levels is not None:
        complaints = complaints.filter(level__in=wanted.levels)
    if wanted.owner_id is not None:
        complaints = complaints.filter(staff_shown_to(actor, member="owner_id"), owner_id=wanted.owner_id)
    if wanted.customer_id is not None:
        complaints = complaints.filter(customer_id__in=groups_of([wanted.customer_id]).get(wanted.customer_id, ()))
    if wanted.is_overdue is not None and now is not None:
        is_overdue = Exists(_clocks_of_it().filter(current_due_at__lt=now))
        complaints = complaints.filter(is_overdue if wanted.is_overdue else ~is_overdue)
    return complaints.order_by("-filed_at", "-id")


def complaint_queue(actor: Actor, *, store_id: UUID, owner_id: UUID | None = None) -> QuerySet[Complaint]:
    """Return a store's complaints that something is due on, what is due first comes first, with `due_first_at`.

    Raises NotFound and NotPermitted.
    """
    complaints = _readable(actor, store_id).still_open()
    if owner_id is not None:
        complaints = complaints.filter(staff_shown_to(actor, member="owner_id"), owner_id=owner_id)
    earliest = _clocks_of_it().order_by("current_due_at").values("current_due_at")[:1]
    due = complaints.annotate(due_first_at=Subquery(earliest)).filter(due_first_at__isnull=False)
    return due.order_by("due_first_at", "id")


def open_referrals_for(actor: Actor, *, store_id: UUID | None = None) -> QuerySet[Referral]:
    """Return what was referred and not answered yet, the longest open first; raises NotFound and NotPermitted."""
    unanswered = ~Exists(ReferralAnswer.objects.filter(referral=OuterRef("pk")))
    referrals = Referral.objects.filter(unanswered, complaint__in=_readable(actor, store_id).order_by().values("id"))
    return referrals.order_by("done_at", "id")


def references_of(complaints: Iterable[Complaint]) -> dict[UUID, str]:
    """Return the numbers by which people name these complaints, with the codes of their stores asked for at once."""
    complaints = list(complaints)
    stores = Store.objects.filter(id__in={complaint.store_id for complaint in complaints}).order_by()
    codes = dict(stores.values_list("id", "code"))
    return {each.id: reference_of(store_code=codes[each.store_id], number=each.number) for each in complaints}


def due_of(complaints: Iterable[Complaint], *, actor: Actor, now: datetime) -> dict[UUID, Due]:
    """Return for each complaint what its running clocks say, all of them asked for at once."""
    ids = [complaint.id for complaint in complaints]
    found = {complaint_id: Due(at=None, is_overdue=False) for complaint_id in ids}
    # The earliest due come last, and stay.
    for clock in reversed(running_clocks(actor=actor, subject_type=SUBJECT_TYPE, subject_ids=ids)):
        if clock.current_due_at is not None:
            found[clock.subject_id] = Due(at=clock.current_due_at, is_overdue=clock.current_due_at < now)
    return found


def answers_to(referrals: Iterable[Referral]) -> dict[UUID, ReferralAnswer]:
    """Return the answers to referrals that have one, all of them asked for at once."""
    ids = [referral.id for referral in referrals]
    return {each.referral_id: each for each in ReferralAnswer.objects.filter(referral_id__in=ids).order_by()}


def running_kinds(complaint: Complaint) -> set[str]:
    """Return what is being measured about a complaint now."""
    clocks = Clock.objects.of_subject(SUBJECT_TYPE, complaint.id).running()
    return set(clocks.order_by().values_list("kind", flat=True))


def escalation_times() -> Times:
    """Return how many seconds HQ lets a complaint stay at a level, where it has said so."""
    times = EscalationTime.objects.order_by().values_list("level", "severity", "seconds")
    return {(Level(level), Severity(severity)): seconds for level, severity, seconds in times}


def times_at_levels(actor: Actor) -> list[TimeAtLevel]:
    """Return for how long complaints may stay at each level, level by level; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_COMPLAINTS)
    kept = escalation_times()
    return [
        TimeAtLevel(level, severity, time_at(level, severity, kept), is_default=(level, severity) not in kept)
        for level in Level
        for severity in Severity
    ]


def handlers_of(store: Store, *, member_id: UUID | None = None) -> list[tuple[UUID, Role]]:
    """Return the active members who may work on complaints of a store, with the roles that let them, by role and id.

    An actor of the store sees those of the store; a job sees the area's and headquarters' as well.
    """
    found = Assignment.objects.filter(reaching(store.id, store.area_id), role__in=HANDLERS, user__is_active=True)
    if member_id is not None:
        found = found.filter(user_id=member_id)
    return [(held.user_id, Role(held.role)) for held in found.order_by("role", "user_id")]


def load_of(store: Store, owner_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many open complaints of a store each of some members has; who has none is not named."""
    owned = Complaint.objects.still_open().filter(store=store, owner_id__in=owner_ids)
    return dict(owned.order_by("owner_id").values_list("owner_id").annotate(number=Count("id")))


def _clocks_of_it() -> QuerySet[Clock]:
    about = Clock.objects.of_subject(SUBJECT_TYPE, OuterRef("pk")).running()
    return about.filter(current_due_at__isnull=False)


def _readable(actor: Actor, store_id: UUID | None) -> ComplaintQuerySet:
    if store_id is not None:
        actor.must(Permission.READ_COMPLAINTS, at=store_id)
    actor.must_somewhere(Permission.READ_COMPLAINTS)
    complaints = Complaint.objects.visible_to(actor)
    stores = actor.stores_with(Permission.READ_COMPLAINTS)
    if stores is not None:
        complaints = complaints.filter(store_id__in=stores)
    if store_id is not None:
        complaints = complaints.filter(store_id=store_id)
    return complaints

"""Questions about return visits, narrowed to what the actor may see and always ordered."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from chains.actor import Actor
from customers.models import ConsentPurpose
from customers.queries.dealings import last_word
from kit.refusals import NotFound
from members.models import Assignment
from members.queries import reaching
from members.rules.permissions import Permission, Role
from standards.models.staffing import staff_shown_to
from stores.models import Store
from visits.models.credits import VisitCredit
from visits.models.points import PointState, VisitPoint
from visits.models.schemes import ConsentNeed, VisitRule, VisitScheme
from visits.models.visits import OccasionKind, ReturnVisit, ReturnVisitQuerySet, VisitState
from visits.rules.planning import DEFAULTS, RuleSpec, SchemeSpec
from visits.rules.routing import CALLERS
from visits.rules.states import reference_of

SUBJECT_TYPE = "ReturnVisit"
OCCASION_TYPE = "VisitOccasion"
PROMISE_TYPE = "PointPromise"
POINT_TYPE = "VisitPoint"
CREDIT_TYPE = "VisitCredit"


def get_visit(actor: Actor, visit_id: UUID) -> ReturnVisit:
    """Return a visit that the actor may read; raises NotFound and NotPermitted."""
    visit = ReturnVisit.objects.visible_to(actor).filter(id=visit_id).first()
    if visit is None:
        raise NotFound
    actor.must(Permission.READ_RETURN_VISITS, at=visit.store_id)
    return visit


def return_visits(
    actor: Actor,
    *,
    store_id: UUID | None = None,
    states: Collection[VisitState] | None = None,
    owner_id: UUID | None = None,
    due_before: datetime | None = None,
) -> ReturnVisitQuerySet:
    """Return the visits that the actor may read, the earliest due first: the list of whom to call (V1).

    Raises NotFound and NotPermitted.
    """
    if store_id is not None:
        actor.must(Permission.READ_RETURN_VISITS, at=store_id)
    actor.must_somewhere(Permission.READ_RETURN_VISITS)
    visits = ReturnVisit.objects.visible_to(actor)
    stores = actor.stores_with(Permission.READ_RETURN_VISITS)
    if stores is not None:
        visits = visits.filter(store_id__in=stores)
    if store_id is not None:
        visits = visits.filter(store_id=store_id)
    if states is not None:
        visits = visits.filter(state__in=states)
    if owner_id is not None:
        visits = visits.filter(staff_shown_to(actor, member="owner_id"), owner_id=owner_id)
    if due_before is not None:
        visits = visits.filter(due_at__lt=due_before)
    return visits.order_by("due_at", "id")


def credits_for(actor: Actor, *, store_id: UUID, caller_id: UUID | None = None) -> QuerySet[VisitCredit]:
    """Return what callers of a store are credited with, the latest first (V4); raises NotFound and NotPermitted."""
    actor.must(Permission.READ_RETURN_VISITS, at=store_id)
    found = VisitCredit.objects.filter(staff_shown_to(actor, member="caller_id"), store_id=store_id)
    if caller_id is not None:
        found = found.filter(caller_id=caller_id)
    return found.order_by("-credited_at", "-id")


def rules_for(actor: Actor) -> SchemeSpec:
    """Return the rules of return visits that are in force, to whoever may read visits; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_RETURN_VISITS)
    return rules_in_force()


def rules_in_force() -> SchemeSpec:
    """Return the rules that are in force: HQ's last ones, else the defaults of a new chain."""
    scheme = VisitScheme.objects.order_by("-number").first()
    if scheme is None:
        return DEFAULTS
    kept = {rule.kind: rule for rule in VisitRule.objects.filter(scheme=scheme).order_by("kind")}
    return SchemeSpec(
        rules=tuple(_spec(kept[rule.kind]) if rule.kind in kept else rule for rule in DEFAULTS.rules),
        credit_within_days=scheme.credit_within_days,
        least_attempts=scheme.least_attempts,
        number=scheme.number,
    )


def callers_of(store: Store, *, member_id: UUID | None = None) -> list[tuple[UUID, Role]]:
    """Return the active members who may make visits of a store, with the roles that let them, by role and id.

    An actor of the store sees those of the store; a job sees the area's and headquarters' as well.
    """
    found = Assignment.objects.filter(reaching(store.id, store.area_id), role__in=CALLERS, user__is_active=True)
    if member_id is not None:
        found = found.filter(user_id=member_id)
    return [(held.user_id, Role(held.role)) for held in found.order_by("role", "user_id")]


def load_of(store: Store, member_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many open visits of a store each member has."""
    owned = ReturnVisit.objects.still_open().filter(store=store, owner_id__in=member_ids).order_by("owner_id")
    return dict(owned.values_list("owner_id").annotate(number=Count("id")))


def wants_calls(customer_id: UUID) -> tuple[bool, bool]:
    """Return whether a customer has agreed to service calls, and whether they have said no to them (K4)."""
    said = last_word(customer_id, ConsentPurpose.SERVICE_CALLS)
    return said is True, said is False


def references_of(visits: Iterable[ReturnVisit]) -> dict[UUID, str]:
    """Return the numbers by which people name these visits, with the codes of their stores asked for at once."""
    visits = list(visits)
    stores = Store.objects.filter(id__in={visit.store_id for visit in visits}).order_by()
    codes = dict(stores.values_list("id", "code"))
    return {each.id: reference_of(store_code=codes[each.store_id], number=each.number) for each in visits}


def point_states_of(visits: Iterable[ReturnVisit]) -> dict[UUID, list[PointState]]:
    """Return how the points of each visit stand, asked for once for all visits."""
    found: dict[UUID, list[PointState]] = defaultdict(list)
    points = VisitPoint.objects.filter(visit_id__in=[visit.id for visit in visits]).order_by("visit_id", "position")
    for visit_id, state in points.values_list("visit_id", "state"):
        found[visit_id].append(PointState(state))
    return {visit.id: found[visit.id] for visit in visits}


def _spec(row: VisitRule) -> RuleSpec:
    return RuleSpec(OccasionKind(row.kind), row.is_on, row.within_days, ConsentNeed(row.consent))

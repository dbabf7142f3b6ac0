"""Questions about loops and HQ's rule for them, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection
from uuid import UUID

from chains.actor import Actor
from complaints.models.complaints import Complaint
from feedback.models.surveys import Survey
from inquiries.models.reviews import CallReview
from loops.models.loops import Loop, LoopPerson, LoopQuerySet, LoopRule, LoopState
from loops.rules.closing import Rule, rule_in
from members.rules.permissions import Permission
from standards.models.staffing import staff_shown_to
from stores.queries import at_stores

SUBJECT_TYPE = "Loop"


def loops_for(
    actor: Actor,
    *,
    store_id: UUID | None = None,
    area_id: UUID | None = None,
    states: Collection[LoopState] | None = None,
    matter: tuple[str, UUID] | None = None,
    member_id: UUID | None = None,
) -> LoopQuerySet:
    """Return the loops that the actor may read, the latest first; raises NotFound and NotPermitted.

    On request only of a store or an area, of a matter by its type and key, of who was to follow the clause as far as
    the actor may be told of people.
    """
    stores = at_stores(actor=actor, permission=Permission.READ_LOOPS, store_id=store_id, area_id=area_id)
    found = Loop.objects.visible_to(actor).filter(stores)
    if states is not None:
        found = found.filter(state__in=states)
    if matter is not None:
        found = found.filter(matter_type=matter[0], matter_id=matter[1])
    if member_id is not None:
        people = LoopPerson.objects.visible_to(actor).filter(staff_shown_to(actor, member="member_id"))
        found = found.filter(id__in=people.filter(member_id=member_id).values("loop_id"))
    return found.order_by("-opened_at", "-id")


def is_of_somebody_erased(loop: Loop) -> bool:
    """Tell whether whoever a loop's matter is about was erased, of whom nothing more is written (K4)."""
    complaints = Complaint.objects.filter(id=loop.matter_id, customer__erased_at__isnull=False)
    surveys = Survey.objects.filter(id=loop.matter_id, customer__erased_at__isnull=False)
    calls = CallReview.objects.filter(id=loop.matter_id, inquiry__customer__erased_at__isnull=False)
    first, *others = (rows.order_by().values_list("id") for rows in (complaints, surveys, calls))
    return bool(first.union(*others, all=True))


def loop_rule(actor: Actor) -> Rule:
    """Return the rule for loops that is in force; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_LOOPS)
    return rule_in_force()


def rule_in_force() -> Rule:
    """Return the rule that HQ set last, or the one that a chain begins with."""
    return rule_in(LoopRule.objects.order_by("-number").first())

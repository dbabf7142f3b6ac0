"""Questions about loops and HQ's rule for them, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection
from uuid import UUID

from chains.actor import Actor
from loops.models.loops import Loop, LoopQuerySet, LoopRule, LoopState
from loops.rules.closing import Rule, rule_in
from members.rules.permissions import Permission

SUBJECT_TYPE = "Loop"


def loops_for(
    actor: Actor, *, store_id: UUID | None = None, states: Collection[LoopState] | None = None
) -> LoopQuerySet:
    """Return the loops that the actor may read, the latest first; raises NotFound and NotPermitted."""
    if store_id is not None:
        actor.must(Permission.READ_LOOPS, at=store_id)
    actor.must_somewhere(Permission.READ_LOOPS)
    found = Loop.objects.visible_to(actor)
    stores = actor.stores_with(Permission.READ_LOOPS) if store_id is None else {store_id}
    wanted = {"store_id__in": stores, "state__in": states}
    found = found.filter(**{key: value for key, value in wanted.items() if value is not None})
    return found.order_by("-opened_at", "-id")


def loop_rule(actor: Actor) -> Rule:
    """Return the rule for loops that is in force; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_LOOPS)
    return rule_in_force()


def rule_in_force() -> Rule:
    """Return the rule that HQ set last, or the one that a chain begins with."""
    return rule_in(LoopRule.objects.order_by("-number").first())

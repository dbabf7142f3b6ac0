"""What is told of the staff of stores: HQ's policy by kind of store, and people's names as far as it lets them be."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from chains.actor import Actor
from members.models import Assignment, User
from members.queries import names_of
from members.rules.permissions import Permission
from standards.models.staffing import StaffFigures, StaffFiguresPolicy, stores_hiding_staff
from stores.models import StoreKind

# Somebody, as the row of a store names them; of a row of no store, None.
Named = tuple[UUID | None, UUID]


@dataclass(frozen=True, slots=True)
class KindPolicy:
    """What HQ and area supervisors see of the staff of stores of a kind."""

    kind: StoreKind
    sees: StaffFigures


def staff_figures_policies(actor: Actor) -> list[KindPolicy]:
    """Return what is seen of the staff of each kind of store; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_STORES)
    kept = dict(StaffFiguresPolicy.objects.order_by("kind").values_list("kind", "sees"))
    return [KindPolicy(kind, StaffFigures(kept.get(kind, StaffFigures.NAMED))) for kind in StoreKind]


def may_miss_names(actor: Actor) -> bool:
    """Tell whether there may be stores whose staff the actor may not see by name."""
    return not stores_hiding_staff(actor).query.is_empty()


def people_shown(actor: Actor, people: Iterable[Named]) -> dict[Named, str]:
    """Return the names of those people whom the rows that name them may tell to the actor, in one statement."""
    return {named: name for named, name in people_found(actor, people).items() if name is not None}


def people_found(actor: Actor, people: Iterable[Named]) -> dict[Named, str | None]:
    """Return people's names, None where the actor may not be told who it is; keys of nobody are left out.

    On a row of a store that hides its staff, it is told only of people with a role for the chain or an area, and of
    the actor. Somebody on a row of no store is hidden if they work at such a store, or if that can't be told any more.
    """
    people = set(people)
    keys = {user_id for _, user_id in people}
    hiding = stores_hiding_staff(actor)
    if hiding.query.is_empty() or not keys:
        names = names_of(keys) if keys else {}
        return {named: names[named[1]] for named in people if named[1] in names}
    held = Assignment.objects.filter(user_id=OuterRef("pk")).order_by()
    here = {store_id for store_id, _ in people if store_id is not None}
    found = (
        User.objects.filter(id__in=keys)
        .order_by()
        .annotate(
            is_of_chain=Exists(held.filter(store_id=None)),
            is_hidden=Exists(held.filter(store_id__in=hiding.values("id"))) | ~Exists(held),
            is_policy=Exists(StaffFiguresPolicy.objects.filter(sees=StaffFigures.STORE_ONLY)),
            hiding=ArraySubquery(hiding.filter(id__in=here).values("id")),
        )
    )
    told: dict[Named, str | None] = {}
    columns = ("name", "is_of_chain", "is_hidden", "is_policy", "hiding")
    by_key = {user_id: facts for user_id, *facts in found.values_list("id", *columns)}
    for store_id, user_id in people:
        if user_id not in by_key:
            continue
        name, is_of_chain, is_hidden, is_policy, hiding_here = by_key[user_id]
        is_themselves = user_id == actor.own_id
        hides = is_policy and is_hidden if store_id is None else store_id in hiding_here
        told[store_id, user_id] = None if hides and not (is_of_chain or is_themselves) else name
    return told

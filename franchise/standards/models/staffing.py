"""Whether figures about a store's staff are told by name to those who are not of the store."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, ActorKind, Audience
from kit.ids import new_id
from members.models import Assignment
from members.rules.reach import stores_worked_at
from stores.models import Store, StoreKind


class StaffFigures(models.TextChoices):
    """What HQ and area supervisors see of the staff of stores."""

    NAMED = "NAMED", _("Figures of named people")
    STORE_ONLY = "STORE_ONLY", _("Figures of the store only")


class StaffFiguresPolicy(models.Model):
    """What is seen of the staff of all stores of one kind, where HQ has set it; without a row they are named.

    What it was before is told by the journal.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=StoreKind)
    sees = models.CharField(max_length=16, choices=StaffFigures)
    set_by_id = models.UUIDField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("policy of staff figures")
        verbose_name_plural = _("policies of staff figures")
        constraints = [
            models.UniqueConstraint(fields=["kind"], name="a_kind_of_store_has_one_policy_of_staff_figures"),
            models.CheckConstraint(condition=Q(kind__in=StoreKind.values), name="a_staff_policy_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(sees__in=StaffFigures.values), name="a_staff_policy_is_a_known_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sees}"


def stores_hiding_staff(actor: Actor) -> QuerySet[Store]:
    """Return the stores whose staff the actor may not see by name; whoever sees their own stores only is asked none."""
    own = stores_worked_at(actor)
    if actor.kind is ActorKind.SYSTEM or (actor.audience is not Audience.HQ and actor.store_ids <= own):
        return Store.objects.none()
    hiding = StaffFiguresPolicy.objects.filter(sees=StaffFigures.STORE_ONLY).order_by()
    return Store.objects.filter(kind__in=hiding.values("kind")).exclude(id__in=own).order_by()


def staff_shown_to(actor: Actor, *, member: str = "member_id", store: str = "store_id") -> Q:
    """Return the condition that a row about one person at a store may be told to the actor.

    It is where the store's staff is named, where it is oneself, and where the person has a role for the chain or an
    area: then they are no store's staff. `member` and `store` are the columns that name person and store.
    """
    hiding = stores_hiding_staff(actor)
    if hiding.query.is_empty():
        return Q()
    is_of_chain = Exists(Assignment.objects.filter(user_id=OuterRef(member), store_id=None))
    return ~Q(**{f"{store}__in": hiding.values("id")}) | Q(is_of_chain) | _is_themselves(actor, member)


def member_shown_to(actor: Actor, *, member: str = "member_id") -> Q:
    """Return the condition that a row about one person, at no store, may be told to the actor.

    Whoever works at a store that hides its staff is hidden, and so is whoever works nowhere any more.
    """
    hiding = stores_hiding_staff(actor)
    if hiding.query.is_empty():
        return Q()
    held = Assignment.objects.filter(user_id=OuterRef(member)).order_by()
    is_policy = Exists(StaffFiguresPolicy.objects.filter(sees=StaffFigures.STORE_ONLY))
    is_hidden = Exists(held.filter(store_id__in=hiding.values("id"))) | ~Exists(held)
    return ~Q(is_policy) | ~Q(is_hidden) | Q(Exists(held.filter(store_id=None))) | _is_themselves(actor, member)


def _is_themselves(actor: Actor, member: str) -> Q:
    """Return the condition that a row is about the actor; none, which adds nothing, where somebody acts for another."""
    return Q() if actor.own_id is None else Q(**{member: actor.own_id})

"""A call that somebody listened in on, and what they heard, point by point (M3)."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from inquiries.models.inquiries import Inquiry
from inquiries.models.messages import Message
from kit.ids import new_id
from members.models import User
from members.rules.permissions import Permission, Role
from standards.models.staffing import staff_shown_to
from standards.models.texts import Clause
from stores.models import Store


class CallPoint(models.TextChoices):
    """What a reviewer listens for."""

    ATTITUDE = "ATTITUDE", _("Attitude towards the customer")
    ABILITY = "ABILITY", _("Knowledge of the matter")
    WORDING = "WORDING", _("Standard wording")
    PROCEDURE = "PROCEDURE", _("The procedure that is asked for")


class CallResult(models.TextChoices):
    """What was heard about a point."""

    MET = "MET", _("As it should be")
    NOT_MET = "NOT_MET", _("Not as it should be")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("It did not come up")


class CallReviewQuerySet(models.QuerySet["CallReview"]):
    """Sheets of calls, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those about the actor's own calls, and all of stores where they review calls."""
        own = Q(member_id=actor.user_id) if actor.user_id is not None else Q(pk=None)
        stores = actor.stores_with(Permission.REVIEW_CALLS)
        readable = self if stores is None else self.filter(own | Q(store_id__in=stores))
        return readable.filter(staff_shown_to(actor))


class CallReview(models.Model):
    """One reviewer's sheet about one call: who took it, in which role it was heard, and what was put right at once.

    `call` is the message that the call left. `member` took it down, or spoke.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+", db_index=False)
    call = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reviewer_role = models.CharField(max_length=32, choices=Role)
    put_right = models.TextField(blank=True)
    reviewed_at = models.DateTimeField()

    objects = CallReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of a call")
        verbose_name_plural = _("reviews of calls")
        indexes = [
            models.Index(fields=["store", "reviewed_at", "id"], name="call_reviews_by_moment"),
            models.Index(fields=["inquiry"], name="call_reviews_of_an_inquiry"),
            models.Index(fields=["member", "reviewed_at"], name="call_reviews_of_a_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["store", "call", "reviewer"], name="a_reviewer_hears_a_call_once"),
            models.CheckConstraint(condition=~Q(member=F("reviewer")), name="nobody_reviews_their_own_call"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.reviewed_at:%Y-%m-%d %H:%M}"


class CallFindingQuerySet(models.QuerySet["CallFinding"]):
    """What was heard on calls, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what belongs to sheets that the actor may read."""
        return self.filter(review__in=CallReview.objects.visible_to(actor).order_by())


class CallFinding(models.Model):
    """What was heard about one point of a call, and which clause of a standard it touches."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    review = models.ForeignKey(CallReview, on_delete=models.PROTECT, related_name="+", db_index=False)
    point = models.CharField(max_length=16, choices=CallPoint)
    result = models.CharField(max_length=16, choices=CallResult)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.TextField(blank=True)

    objects = CallFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding about a call")
        verbose_name_plural = _("findings about calls")
        indexes = [models.Index(fields=["review"], name="findings_of_a_call_review")]
        constraints = [
            models.UniqueConstraint(fields=["store", "review", "point"], name="a_point_of_a_call_is_heard_once"),
            models.CheckConstraint(condition=Q(point__in=CallPoint.values), name="a_call_has_known_points"),
            models.CheckConstraint(condition=Q(result__in=CallResult.values), name="a_point_has_a_known_result"),
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.result}"

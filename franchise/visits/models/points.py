"""What a customer said on a return visit, point by point: promised, decided with departments, answered (V2, V3)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from stores.models import Store
from visits.models.visits import ReturnVisit, VisitChannel


class PointState(models.TextChoices):
    """How a point stands."""

    OPEN = "OPEN", _("To be discussed and decided")
    DECIDED = "DECIDED", _("Decided, the customer is to be told")
    ANSWERED = "ANSWERED", _("The customer was told")


class VisitPoint(models.Model):
    """One thing that was said on a visit, by whom, and what the customer was answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey(ReturnVisit, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    said = models.TextField()
    said_by = models.CharField(max_length=LONGEST_LINE, blank=True)
    state = models.CharField(max_length=8, choices=PointState, default=PointState.OPEN)
    answer = models.TextField(blank=True)
    answer_channel = models.CharField(max_length=8, choices=VisitChannel, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("point of a return visit")
        verbose_name_plural = _("points of return visits")
        constraints = [
            models.UniqueConstraint(fields=["store", "visit", "position"], name="points_of_a_visit_are_in_order"),
            models.CheckConstraint(condition=Q(state__in=PointState.values), name="a_point_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state=PointState.ANSWERED, answered_at__isnull=False) & ~Q(answer="")
                | ~Q(state=PointState.ANSWERED) & Q(answered_at=None, answer=""),
                name="an_answered_point_tells_the_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.state}"

    @property
    def point_state(self) -> PointState:
        """How it stands."""
        return PointState(self.state)


class PointDecision(models.Model):
    """What was decided about a point, with which departments."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    point = models.ForeignKey(VisitPoint, on_delete=models.PROTECT, related_name="+")
    departments = models.CharField(max_length=LONGEST_LINE)
    decision = models.TextField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision about a point")
        verbose_name_plural = _("decisions about points")

    def __str__(self) -> str:
        return f"{self.departments} {self.decided_at:%Y-%m-%d %H:%M}"


class PointPromise(models.Model):
    """An answer to a point, promised by a time (S9); it stays open until the point is answered, or promised anew."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    point = models.ForeignKey(VisitPoint, on_delete=models.PROTECT, related_name="+")
    promised_until = models.DateTimeField()
    promised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_kept = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("promise on a return visit")
        verbose_name_plural = _("promises on return visits")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "point"], condition=Q(ended_at=None), name="a_point_has_one_open_promise"
            ),
            models.CheckConstraint(condition=Q(promised_until__gte=F("made_at")), name="a_point_is_promised_for_later"),
            models.CheckConstraint(
                condition=Q(ended_at=None, is_kept=None) | Q(ended_at__isnull=False, is_kept__isnull=False),
                name="a_promise_that_ended_was_kept_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promised_until:%Y-%m-%d %H:%M}"

"""The steps of a complaint from acceptance to the customer's yes: a row for each, with who, when and what (C2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaints import Channel, Complaint
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from stores.models import Store


class Step(models.Model):
    """One step on a complaint's way: in which round, by whom, when. A step without a person was done by a machine."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    # No index: nobody is ever deleted, and what somebody has done is asked of the journal.
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.done_at:%Y-%m-%d %H:%M}"


class Acceptance(Step):
    """Somebody took the complaint on and named its owner."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        constraints = [models.UniqueConstraint(fields=["store", "complaint"], name="a_complaint_is_accepted_once")]


class Investigation(Step):
    """What was looked into, with which department, and what was found to be the cause."""

    department = models.CharField(max_length=LONGEST_LINE, blank=True)
    findings = models.TextField()
    cause = models.TextField(blank=True)

    class Meta:
        verbose_name = _("investigation")
        verbose_name_plural = _("investigations")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="investigations_of_a_complaint")]


class Resolution(Step):
    """The solution that was planned, and by when the customer can expect it."""

    remedy = models.TextField()
    expected_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="resolutions_of_a_complaint")]


class CustomerNotice(Step):
    """What the customer was told, and how."""

    channel = models.CharField(max_length=8, choices=Channel)
    message = models.TextField()

    class Meta:
        verbose_name = _("customer notice")
        verbose_name_plural = _("customer notices")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="notices_of_a_complaint")]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="a_notice_went_by_a_known_channel")
        ]


class Agreement(Step):
    """What the customer said to the solution, when and how; if not yes, why (C2)."""

    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_agreed = models.BooleanField()
    channel = models.CharField(max_length=8, choices=Channel)
    said_at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="agreements_of_a_complaint")]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="an_agreement_came_by_a_known_channel"
            ),
            models.CheckConstraint(condition=Q(is_agreed=True) | ~Q(reason=""), name="who_does_not_agree_has_a_reason"),
        ]


class CustomerWord(Step):
    """What the customer wrote or said while the complaint was worked on; every wait for them ends with it."""

    channel = models.CharField(max_length=8, choices=Channel)
    text = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        verbose_name = _("customer's word")
        verbose_name_plural = _("customers' words")
        indexes = [models.Index(fields=["store", "complaint", "done_at"], name="words_of_a_complaint")]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="a_word_came_by_a_known_channel")
        ]

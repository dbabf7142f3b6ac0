"""What was said about an inquiry, by either side, and what was promised."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inquiries.models.inquiries import Inquiry, InquiryChannel
from kit.ids import new_id
from members.models import User
from stores.models import Store

LONGEST_EXTERNAL_ID = 200


class Direction(models.TextChoices):
    """Who said something to whom."""

    IN = "IN", _("From the customer")
    OUT = "OUT", _("To the customer")


class AnswerKind(models.TextChoices):
    """What an outgoing message does."""

    ANSWER = "ANSWER", _("Answers the question")
    PROMISE = "PROMISE", _("Promises an answer by a time")
    ADVICE = "ADVICE", _("Advises what to buy")


class Message(models.Model):
    """Something that the customer or the store said.

    `said_at` is when it was said, `recorded_at` when it was taken down here. `external_id` is what the system that sent
    it in calls it: within a store and a channel the same one is the same message.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=4, choices=Direction)
    answer = models.CharField(max_length=8, choices=AnswerKind, blank=True)
    channel = models.CharField(max_length=8, choices=InquiryChannel)
    text = models.TextField()
    round = models.PositiveSmallIntegerField(default=1)
    said_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    external_id = models.CharField(max_length=LONGEST_EXTERNAL_ID, blank=True)
    # Ids of the norms whose warning was accepted.
    warned_of = models.JSONField(default=list)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["store", "inquiry", "said_at", "id"], name="messages_of_an_inquiry")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "channel", "external_id"],
                condition=~Q(external_id=""),
                name="a_message_from_outside_is_kept_once",
            ),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="a_message_has_a_known_direction"),
            models.CheckConstraint(
                condition=Q(direction=Direction.IN, answer="")
                | Q(direction=Direction.OUT, answer__in=AnswerKind.values),
                name="only_what_the_store_says_is_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=InquiryChannel.values), name="a_message_went_by_a_known_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.said_at:%Y-%m-%d %H:%M}"


class ReplyPromise(models.Model):
    """An answer promised by a time (S9); it stays open until an answer keeps it, in time or too late."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+")
    made_in = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", db_index=False)
    promised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    promised_until = models.DateTimeField()
    kept_in = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kept_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("promise of a reply")
        verbose_name_plural = _("promises of replies")
        indexes = [models.Index(fields=["store", "inquiry", "made_at", "id"], name="promises_of_an_inquiry")]
        constraints = [
            models.CheckConstraint(condition=Q(promised_until__gte=F("made_at")), name="a_promise_is_for_later"),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True, kept_in__isnull=True)
                | Q(kept_at__isnull=False, kept_in__isnull=False),
                name="a_kept_promise_tells_by_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promised_until:%Y-%m-%d %H:%M}"

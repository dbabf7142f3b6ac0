"""What headquarters asks of words: banned phrases, courtesy, and the answers that are given to common questions."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.rules.particulars import LANGUAGES
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from standards.models.texts import Clause

LONGEST_PHRASE = 60


class NormKind(models.TextChoices):
    """What a norm asks of a text (S10)."""

    BANNED = "BANNED", _("Must not be said")
    COURTESY = "COURTESY", _("Must be said")


class Strictness(models.TextChoices):
    """What happens to a text that breaks a norm."""

    WARN = "WARN", _("Warns; whoever insists may send it")
    BLOCK = "BLOCK", _("Blocks: it can't be sent")


class Occasion(models.TextChoices):
    """Which messages a norm is about."""

    EVERY_MESSAGE = "EVERY_MESSAGE", _("Every message")
    FIRST_ANSWER = "FIRST_ANSWER", _("The first answer to an inquiry")


class PhraseNorm(models.Model):
    """A phrase that is banned, or one of which a text must hold one, the situation it is about, and how strict it is.

    `variants` are other ways to say it; inside one of `harmless` it is not meant, as 不知道 in 您知不知道.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=NormKind)
    language = models.CharField(max_length=10)
    phrase = models.CharField(max_length=LONGEST_PHRASE)
    variants = models.JSONField(default=list)
    harmless = models.JSONField(default=list)
    situation = models.CharField(max_length=LONGEST_LINE)
    occasion = models.CharField(max_length=16, choices=Occasion, default=Occasion.EVERY_MESSAGE)
    strictness = models.CharField(max_length=8, choices=Strictness)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("phrase norm")
        verbose_name_plural = _("phrase norms")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "occasion", "language", "phrase"],
                condition=Q(retired_at__isnull=True),
                name="a_phrase_has_one_norm",
            ),
            models.CheckConstraint(condition=Q(kind__in=NormKind.values), name="a_norm_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="a_norm_is_in_a_known_language"),
            models.CheckConstraint(condition=Q(strictness__in=Strictness.values), name="a_norm_is_of_known_strictness"),
            models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="a_norm_is_for_a_known_occasion"),
        ]

    def __str__(self) -> str:
        return self.phrase


class StandardAnswer(models.Model):
    """The answer that is given to a common question (Q4); `search_text` is how it is found."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    language = models.CharField(max_length=10)
    question = models.CharField(max_length=LONGEST_LINE)
    text = models.TextField()
    labels = models.JSONField(default=list)
    search_text = models.TextField()
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kept_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("standard answer")
        verbose_name_plural = _("standard answers")
        indexes = [
            GinIndex(
                fields=["search_text"],
                opclasses=["gin_trgm_ops"],
                condition=Q(retired_at__isnull=True),
                name="standard_answers_by_text",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "question"],
                condition=Q(retired_at__isnull=True),
                name="a_question_has_one_standard_answer",
            ),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="an_answer_is_in_a_known_language"),
        ]

    def __str__(self) -> str:
        return self.question

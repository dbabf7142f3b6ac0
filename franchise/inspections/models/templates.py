"""What an inspection looks at: templates in versions, and their items."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User


class TemplateState(models.TextChoices):
    """Where one version of a template stands; what was published is never written anew."""

    DRAFT = "DRAFT", _("Draft")
    PUBLISHED = "PUBLISHED", _("Published")
    RETIRED = "RETIRED", _("Retired")


class EvidenceNeed(models.TextChoices):
    """Whether an item is answered with a photo."""

    NONE = "NONE", _("No photo")
    WANTED = "WANTED", _("A photo is wanted")
    NEEDED = "NEEDED", _("Not without a photo")


class InspectionTemplate(models.Model):
    """One version of what an inspection looks at; `lineage_id` is the same through all versions.

    `inspector_roles` are who may carry it out, `supplier_name` whose work bought outside it is about (M6): empty for
    the store's own. `pass_share` is how many hundredths of the weights have to be met.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lineage_id = models.UUIDField(default=new_id)
    number = models.PositiveIntegerField(default=1)
    titles = models.JSONField()
    state = models.CharField(max_length=16, choices=TemplateState, default=TemplateState.DRAFT)
    inspector_roles = ArrayField(models.CharField(max_length=32))
    supplier_name = models.CharField(max_length=LONGEST_LINE, blank=True)
    pass_share = models.PositiveSmallIntegerField(default=80)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("inspection template")
        verbose_name_plural = _("inspection templates")
        constraints = [
            models.UniqueConstraint(fields=["lineage_id", "number"], name="versions_of_a_template_are_numbered"),
            models.UniqueConstraint(
                fields=["lineage_id"], condition=Q(state="DRAFT"), name="one_version_of_a_template_is_being_written"
            ),
            models.UniqueConstraint(
                fields=["lineage_id"], condition=Q(state="PUBLISHED"), name="one_version_of_a_template_is_used"
            ),
            models.CheckConstraint(condition=Q(state__in=TemplateState.values), name="a_template_is_in_a_known_state"),
            models.CheckConstraint(condition=Q(pass_share__lte=100), name="a_template_asks_for_no_more_than_all"),
        ]

    def __str__(self) -> str:
        return f"{self.titles} {self.number}"


class TemplateItem(models.Model):
    """One thing to look at: a clause of a standard through all its versions, or a question of the template's own.

    `weight` is what it counts in the score; a critical one that is not met fails the whole inspection.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    template = models.ForeignKey(InspectionTemplate, on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    texts = models.JSONField()
    clause_lineage_id = models.UUIDField(null=True)
    weight = models.PositiveSmallIntegerField(default=1)
    is_critical = models.BooleanField(default=False)
    may_be_not_applicable = models.BooleanField(default=False)
    evidence = models.CharField(max_length=8, choices=EvidenceNeed, default=EvidenceNeed.NONE)

    class Meta:
        verbose_name = _("item of a template")
        verbose_name_plural = _("items of templates")
        constraints = [
            models.UniqueConstraint(fields=["template", "position"], name="items_of_a_template_are_in_order"),
            models.CheckConstraint(condition=Q(evidence__in=EvidenceNeed.values), name="an_item_says_what_is_needed"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="an_item_counts_for_something"),
        ]

    def __str__(self) -> str:
        return str(self.position)

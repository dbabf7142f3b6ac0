"""A real case that the whole chain learns from, without anybody's name, and what was learnt (T6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from standards.models.texts import Clause


class CaseStudy(models.Model):
    """A complaint retold so that nobody can be recognised: a person has confirmed that, and the texts were looked at.

    `complaint_id` is a bare id: it says from which complaint it was made, and nobody is shown it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    complaint_id = models.UUIDField()
    title = models.CharField(max_length=LONGEST_LINE)
    situation = models.TextField()
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
        indexes = [models.Index(fields=["opened_at", "id"], name="case_studies_by_moment")]
        constraints = [models.UniqueConstraint(fields=["complaint_id"], name="a_complaint_becomes_one_case_study")]

    def __str__(self) -> str:
        return self.title


class LessonLearned(models.Model):
    """What came of discussing a case: kept for everybody, and never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("lesson learned")
        verbose_name_plural = _("lessons learned")
        indexes = [models.Index(fields=["case_study", "kept_at"], name="lessons_learned_from_a_case")]

    def __str__(self) -> str:
        return self.text

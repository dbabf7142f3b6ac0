"""The types of what the chain learns from real cases."""

import graphene

from api.base.lists import Listed
from api.base.things import Thing
from api.members.names import name_in
from loops.models.cases import CaseStudy, LessonLearned


class LessonLearnedType(Thing):
    """What came of discussing a case."""

    class Meta:
        name = "LessonLearned"
        model = LessonLearned
        fields = ("case_study", "text", "kept_at")
        descriptions = {
            "case_study": "The case.",
            "text": "What was learnt.",
            "kept_at": "When it was kept.",
        }

    kept_by_name = name_in("kept_by_id", description="Who kept it; null for a machine.")


class CaseStudyType(Thing):
    """A real complaint, retold so that nobody can be recognised."""

    class Meta:
        name = "CaseStudy"
        model = CaseStudy
        fields = ("title", "situation", "clause", "opened_at")
        descriptions = {
            "title": "What it is about, in one line.",
            "situation": "What happened.",
            "clause": "The clause of a standard that it is about; null where none was named.",
            "opened_at": "When it was opened.",
        }

    opened_by_name = name_in("opened_by_id", description="Who confirmed that nobody can be recognised.")
    lessons_learned = Listed(
        lambda: LessonLearnedType, by="case_study", order=("kept_at",), description="What was learnt from it."
    )


class CaseStudyProposalType(graphene.ObjectType):
    """How a complaint could be retold, with everything taken out that a machine finds: to be read and mended."""

    class Meta:
        name = "CaseStudyProposal"

    title = graphene.String(required=True, description="What it is about.")
    situation = graphene.String(required=True, description="What happened; may be empty.")

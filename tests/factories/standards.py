"""A standard on its way through the chain, made by the same deeds that people do."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chains.scope import scope
from standards.actions.drafting import approve_standard, draft_standard, submit_standard
from standards.actions.rollout import push_standard
from standards.models.texts import Version
from standards.rules.asking import Question
from standards.rules.drafts import ClauseDraft
from tests.factories.chains import FurnishedChain
from tests.factories.people import actor_of_role

SAME_DAY: dict[str, Any] = {
    "kind": "FOLLOWED_BY",
    "trigger": "COMPLAINT_FILED",
    "response": "INVESTIGATION_RECORDED",
    "within": "SAME_DAY",
    "share": 96,
}
TITLES = {"en": "Complaints are looked into on the same day", "zh-hans": "投诉当天调查"}
TEXTS = {
    "en": "Every complaint is looked into and verified on the day it is filed.",
    "zh-hans": "每一宗投诉都在受理当天调查核实。",
}
QUESTIONS = (
    Question({"en": "By when?", "zh-hans": "什么时候之前？"}, ({"en": "Today"}, {"en": "Some day"}), right=0),
    Question(
        {"en": "Who looks into it?", "zh-hans": "由谁调查？"}, ({"en": "Nobody"}, {"en": "Whoever took it"}), right=1
    ),
)


def same_day_clause(number: str = "1", **rule: Any) -> ClauseDraft:
    """Return the clause of the first story; parts of its rule may differ."""
    return ClauseDraft(number=number, texts=TEXTS, rule=SAME_DAY | rule, questions=QUESTIONS)


def approved(chain: FurnishedChain, now: datetime, *clauses: ClauseDraft) -> Version:
    """Return a version that the quality officer wrote and the HQ administrator approved."""
    officer, administrator = actor_of_role(chain, "QUALITY_OFFICER"), actor_of_role(chain, "HQ_ADMINISTRATOR")
    with scope(chain.chain, officer):
        version = draft_standard(actor=officer, titles=TITLES, clauses=clauses or (same_day_clause(),), now=now)
        submit_standard(actor=officer, version_id=version.id, now=now)
    with scope(chain.chain, administrator):
        return approve_standard(actor=administrator, version_id=version.id, now=now)


def in_force(
    chain: FurnishedChain, now: datetime, *clauses: ClauseDraft, stores: tuple[UUID, ...] | None = None
) -> Version:
    """Return a version that was pushed to these stores, or to all, from this moment on."""
    version = approved(chain, now, *clauses)
    officer = actor_of_role(chain, "QUALITY_OFFICER")
    with scope(chain.chain, officer):
        push_standard(actor=officer, version_id=version.id, store_ids=stores, now=now)
        return Version.objects.get(id=version.id)

"""A standard on its way through the chain, made by the same deeds that people do."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chains.scope import scope
from standards.actions.drafting import approve_standard, draft_standard, revise_standard, submit_standard
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
# The same in other words, that change nothing in substance.
OTHER_WORDS = {"en": "Any complaint is verified on the day it is filed.", "zh-hans": "每一宗投诉，受理当天即核实。"}
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
    officer = actor_of_role(chain, "QUALITY_OFFICER")
    with scope(chain.chain, officer):
        version = draft_standard(actor=officer, titles=TITLES, clauses=clauses or (same_day_clause(),), now=now)
    return _agreed_on(chain, version, now)


def revised(chain: FurnishedChain, version: Version, now: datetime, *clauses: ClauseDraft) -> Version:
    """Return the next version after one, written and approved by the same people."""
    officer = actor_of_role(chain, "QUALITY_OFFICER")
    with scope(chain.chain, officer):
        later = revise_standard(actor=officer, version_id=version.id, titles=TITLES, clauses=clauses, now=now)
    return _agreed_on(chain, later, now)


def _agreed_on(chain: FurnishedChain, version: Version, now: datetime) -> Version:
    officer, administrator = actor_of_role(chain, "QUALITY_OFFICER"), actor_of_role(chain, "HQ_ADMINISTRATOR")
    with scope(chain.chain, officer):
        submit_standard(actor=officer, version_id=version.id, now=now)
    with scope(chain.chain, administrator):
        return approve_standard(actor=administrator, version_id=version.id, now=now)


def in_force(
    chain: FurnishedChain, now: datetime, *clauses: ClauseDraft, stores: tuple[UUID, ...] | None = None
) -> Version:
    """Return a version that was pushed to these stores, or to all, from this moment on."""
    return _pushed(chain, approved(chain, now, *clauses), now, stores)


def next_in_force(chain: FurnishedChain, version: Version, now: datetime, *clauses: ClauseDraft) -> Version:
    """Return the next version after one, that was pushed to all stores."""
    return _pushed(chain, revised(chain, version, now, *clauses), now)


def _pushed(chain: FurnishedChain, version: Version, now: datetime, stores: tuple[UUID, ...] | None = None) -> Version:
    officer = actor_of_role(chain, "QUALITY_OFFICER")
    with scope(chain.chain, officer):
        push_standard(actor=officer, version_id=version.id, store_ids=stores, now=now)
        return Version.objects.get(id=version.id)

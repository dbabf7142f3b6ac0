"""Headquarters' deed on the rules for surveys."""

from datetime import datetime

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from feedback.models.surveys import SurveyPolicy
from feedback.queries.surveys import policy_in_force
from feedback.rules.happenings import Happening
from feedback.rules.policy import Policy, SurveyPolicyChanged, checked_policy, policy_in
from journal.actions import append
from members.rules.permissions import Permission
from stores.actions.locks import refusing_duplicates


@transaction.atomic(using=CHAINS_ALIAS)
def set_survey_policy(*, actor: Actor, policy: Policy, now: datetime, expected_version: int | None = None) -> Policy:
    """Set how often customers are asked, what, for how long, and after which matters by itself (V4).

    Surveys that were sent stay as they are. `expected_version` is the number of the rules that were seen.
    Refusals: NotPermitted, SurveyPolicyChanged, Invalid.
    """
    actor.must(Permission.SET_SURVEY_POLICY)
    wanted, before = checked_policy(policy), policy_in_force()
    if expected_version is not None and expected_version != before.number:
        raise SurveyPolicyChanged(field="expected_version", version=before.number)
    row = SurveyPolicy(
        number=before.number + 1,
        cool_down_days=wanted.cool_down_days,
        open_days=wanted.open_days,
        questions=[each.value for each in wanted.questions],
        sent_when_closed=sorted(each.value for each in wanted.sent_when_closed),
        set_at=now,
        set_by_id=actor.user_id,
    )
    with refusing_duplicates(SurveyPolicyChanged(version=row.number)):
        row.save(force_insert=True)
    append(
        actor=actor,
        kind=Happening.SURVEY_POLICY_SET,
        subject_type="SurveyPolicy",
        subject_id=row.id,
        store_id=None,
        now=now,
        before=_told(before),
        after=_told(policy_in(row)),
    )
    return policy_in(row)


def _told(policy: Policy) -> dict[str, object]:
    return {
        "number": policy.number,
        "cool_down_days": policy.cool_down_days,
        "open_days": policy.open_days,
        "questions": policy.questions,
        "sent_when_closed": policy.sent_when_closed,
    }

"""The deed by which headquarters sets the rules of return visits (V1, V4)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from members.rules.permissions import Permission
from stores.actions.locks import refusing_duplicates
from visits.models.schemes import VisitRule, VisitScheme
from visits.queries import rules_in_force
from visits.rules.happenings import Happening
from visits.rules.planning import RuleSpec, VisitRulesChanged, checked_scheme


@transaction.atomic(using=CHAINS_ALIAS)
def set_visit_rules(
    *,
    actor: Actor,
    rules: Sequence[RuleSpec],
    now: datetime,
    credit_within_days: int | None = None,
    least_attempts: int | None = None,
    expected_version: int | None = None,
) -> VisitScheme:
    """Set who is called again, how soon, with what consent, and how long a purchase is the caller's merit (V1, V4).

    What is not given stays as it is. They hold for what happens from now on. `expected_version` is the number of the
    rules that were seen. Refusals: NotPermitted, VisitRulesChanged, Invalid.
    """
    actor.must(Permission.SET_VISIT_RULES)
    standing = rules_in_force()
    if expected_version is not None and expected_version != standing.number:
        raise VisitRulesChanged(field="expected_version", version=standing.number)
    days, attempts = credit_within_days, least_attempts
    spec = checked_scheme(rules, standing=standing, credit_within_days=days, least_attempts=attempts)
    with refusing_duplicates(VisitRulesChanged(version=standing.number + 1)):
        scheme = VisitScheme.objects.create(
            number=standing.number + 1,
            credit_within_days=spec.credit_within_days,
            least_attempts=spec.least_attempts,
            set_by_id=actor.user_id,
            set_at=now,
        )
    VisitRule.objects.bulk_create(VisitRule(scheme=scheme, **asdict(rule)) for rule in spec.rules)
    append(
        actor=actor,
        kind=Happening.VISIT_RULES_SET,
        subject_type="VisitScheme",
        subject_id=scheme.id,
        store_id=None,
        now=now,
        before={"number": standing.number},
        after={"number": scheme.number, "kinds_on": [rule.kind for rule in spec.rules if rule.is_on]},
    )
    return scheme

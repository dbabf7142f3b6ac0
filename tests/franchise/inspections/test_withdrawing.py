"""What was required to be put right by mistake is taken back: nobody has to do it any more, and no clock runs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from clocks.models import Clock
from inspections.actions.correcting import (
    escalate_by_clock,
    submit_evidence,
    verify_corrective_action,
)
from inspections.actions.owning import hand_over_corrective_action, hand_over_left
from inspections.actions.withdrawing import withdraw_corrective_action
from inspections.models.corrections import CorrectionEvidence, CorrectionWithdrawal
from inspections.rules.corrections import (
    CorrectionVerified,
    CorrectionWithdrawn,
)
from kit.refusals import Invalid, NotFound, NotPermitted, Stale
from members.models import Assignment
from tests.conftest import Chains
from tests.factories.inspections import found, required
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
A_DAY = timedelta(days=1)


def test_what_was_required_by_mistake_is_taken_back_and_no_clock_runs(chains: Chains, as_role: AsRole) -> None:
    supervisor, manager = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    correction, now = required(chains.a, supervisor), timezone.now()
    given: dict[str, Any] = {"correction_id": correction.id, "reason": "The landlord's", "now": now}
    with scope(chains.a.chain, supervisor):
        with pytest.raises(Stale):
            withdraw_corrective_action(actor=supervisor, **given, expected_version=7)
        with pytest.raises(Invalid):
            withdraw_corrective_action(actor=supervisor, **{**given, "reason": " "})
        taken_back = withdraw_corrective_action(actor=supervisor, **given, expected_version=1)
        assert (taken_back.state, taken_back.version, taken_back.level) == ("WITHDRAWN", 2, "STORE")
        withdrawal = CorrectionWithdrawal.objects.get()
        assert (withdrawal.reason, withdrawal.done_by_id) == ("The landlord's", supervisor.user_id)
        clock = Clock.objects.get(subject_id=correction.id)
        assert clock.stopped_at == now
        told = last_entry(correction.id)
        assert (told.kind, told.store_id) == ("CORRECTIVE_ACTION_WITHDRAWN", chains.a.store)
        assert told.after | {"state": "WITHDRAWN"} == told.after
        about: dict[str, Any] = {"actor": supervisor, "correction_id": correction.id, "now": now}
        for again in (
            lambda: withdraw_corrective_action(reason="Again", **about),
            lambda: submit_evidence(note="Done.", **about),
            lambda: hand_over_corrective_action(owner_id=manager.user_id, **about),
            lambda: verify_corrective_action(is_accepted=True, **about),
        ):
            with pytest.raises(CorrectionWithdrawn):
                again()
    machine, later = system_actor(), now + 9 * A_DAY
    with scope(chains.a.chain, machine):
        Assignment.objects.filter(user_id=chains.a.people["STORE_MANAGER"]).delete()
        assert hand_over_left(actor=machine, now=later) == 0
        assert escalate_by_clock(actor=machine, correction_id=correction.id, clock_id=clock.id, now=later) is None


def test_who_takes_back_and_until_when(chains: Chains, as_role: AsRole) -> None:
    supervisor, staff = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "SERVICE_STAFF")
    findings = found(chains.a, supervisor)
    first, second = (required(chains.a, supervisor, finding_id=findings[0].id) for _ in range(2))
    now = timezone.now()
    with scope(chains.a.chain, staff):
        with pytest.raises(NotPermitted):
            withdraw_corrective_action(actor=staff, correction_id=first.id, reason="No", now=now)
        for correction in (first, second):
            submit_evidence(actor=staff, correction_id=correction.id, note="Wiped.", now=now)
    with scope(chains.a.chain, supervisor):
        verify_corrective_action(actor=supervisor, correction_id=first.id, is_accepted=True, now=now)
        with pytest.raises(CorrectionVerified):
            withdraw_corrective_action(actor=supervisor, correction_id=first.id, reason="No", now=now)
        withdraw_corrective_action(actor=supervisor, correction_id=second.id, reason="Twice the same", now=now)
        assert CorrectionEvidence.objects.get(correction=second).is_accepted is None
        assert not Clock.objects.of_subject("CorrectiveAction", second.id).running().exists()
    other = as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, other), pytest.raises(NotFound):
        withdraw_corrective_action(actor=other, correction_id=second.id, reason="No", now=now)

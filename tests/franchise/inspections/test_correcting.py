"""What an inspection found is put right: required, shown, verified by somebody else; late, it rises."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import Actor, ActorKind, system_actor
from chains.scope import scope
from clocks.models import Clock
from config.subscriptions import SUBSCRIPTIONS
from inspections import tasks
from inspections.actions.correcting import (
    escalate_by_clock,
    submit_evidence,
    verify_corrective_action,
)
from inspections.actions.owning import hand_over_corrective_action, hand_over_left
from inspections.models.corrections import CorrectionEvidence, CorrectiveAction, EvidenceFile
from inspections.queries import corrections_for
from inspections.rules.corrections import (
    TO_VERIFY,
    CorrectionNotSubmitted,
    CorrectionOwnerAlready,
    CorrectionOwnerNotOfStore,
    CorrectionSubmitted,
    CorrectionVerified,
    InspectionUnderWay,
    NothingToPutRight,
    OwnerNotFit,
    OwnWork,
)
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted, Stale
from members.models import Assignment, User
from tests.conftest import Chains
from tests.factories.files import stored
from tests.factories.inspections import found, required
from tests.factories.stores import last_entry

AsRole = Callable[..., Actor]
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def running() -> Clock:
    return Clock.objects.get(subject_type="CorrectiveAction", stopped_at=None)


def test_only_what_was_found_for_good_not_to_be_met_is_put_right(chains: Chains, as_role: AsRole) -> None:
    supervisor, staff = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "SERVICE_STAFF")
    early, _met = found(chains.a, supervisor, is_completed=False)
    with pytest.raises(InspectionUnderWay):
        required(chains.a, supervisor, finding_id=early.id)
    wrong, fine = found(chains.a, supervisor)
    with pytest.raises(NothingToPutRight):
        required(chains.a, supervisor, finding_id=fine.id)
    with pytest.raises(CorrectionOwnerNotOfStore):
        required(chains.a, supervisor, finding_id=wrong.id, owner_id=chains.a.people["STORE_MANAGER_2"])
    with pytest.raises(OwnerNotFit):
        officer = as_role(chains.a, "QUALITY_OFFICER")
        required(chains.a, officer, finding_id=wrong.id, owner_id=chains.a.people["STORE_MANAGER_2"])
    with pytest.raises(NotFound):
        required(chains.a, as_role(chains.a, "STORE_MANAGER_2"), finding_id=wrong.id)
    with pytest.raises(NotPermitted):
        required(chains.a, staff, finding_id=wrong.id)
    with pytest.raises(Invalid):
        required(chains.a, supervisor, finding_id=wrong.id, due_at=timezone.now() - A_DAY)


def test_what_was_asked_of_the_wrong_person_is_given_to_the_right_one_in_the_time_there_is(
    chains: Chains, as_role: AsRole
) -> None:
    supervisor, staff = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "SERVICE_STAFF")
    correction, now = required(chains.a, supervisor), timezone.now()
    given: dict[str, Any] = {"correction_id": correction.id, "now": now}
    with scope(chains.a.chain, staff), pytest.raises(NotPermitted):
        hand_over_corrective_action(actor=staff, owner_id=staff.id, **given)
    with scope(chains.a.chain, supervisor):
        due_at = running().current_due_at
        for owner_id, refusal in (
            (correction.owner_id, CorrectionOwnerAlready),
            (chains.a.people["STORE_MANAGER_2"], CorrectionOwnerNotOfStore),
            (new_id(), CorrectionOwnerNotOfStore),
        ):
            with pytest.raises(refusal) as refused:
                hand_over_corrective_action(actor=supervisor, owner_id=owner_id, **given)
            assert refused.value.field == ("owner_id",)
        with pytest.raises(Stale):
            hand_over_corrective_action(actor=supervisor, owner_id=staff.id, expected_version=7, **given)
        assert hand_over_corrective_action(actor=supervisor, owner_id=staff.id, **given).owner_id == staff.id
        assert running().current_due_at == due_at
        assert last_entry(correction.id).kind == "CORRECTIVE_ACTION_HANDED_OVER"
        assert list(corrections_for(supervisor, owner_id=staff.id, area_id=chains.a.area)) == [correction]
        assert not corrections_for(supervisor, due_before=due_at).exists()
        submit_evidence(actor=supervisor, note="Wiped.", **given)
        with pytest.raises(CorrectionSubmitted):
            hand_over_corrective_action(actor=supervisor, owner_id=chains.a.people["MENTOR"], **given)


def test_evidence_is_verified_by_somebody_else_and_sent_back_until_it_is_enough(
    chains: Chains, as_role: AsRole
) -> None:
    supervisor, manager = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    correction, now = required(chains.a, supervisor), timezone.now()
    about: dict[str, Any] = {"correction_id": correction.id, "now": now}
    with scope(chains.a.chain, manager):
        assert list(corrections_for(manager, owner_id=manager.user_id)) == [correction]
        assert running().current_due_at == correction.due_at
        with pytest.raises(CorrectionNotSubmitted):
            verify_corrective_action(actor=manager, is_accepted=True, **about)
        with pytest.raises(Invalid):
            submit_evidence(actor=manager, **about)
        with pytest.raises(Stale):
            submit_evidence(actor=manager, note="Done.", expected_version=7, **about)
        file = stored(manager, chains.a.store, now)
        submit_evidence(actor=manager, file_ids=[file.id], **about)
        assert [each.file_id for each in EvidenceFile.objects.all()] == [file.id]
        assert (running().kind, running().current_due_at) == ("VERIFICATION", now + TO_VERIFY)
        with pytest.raises(CorrectionSubmitted):
            submit_evidence(actor=manager, note="Done.", **about)
        with pytest.raises(OwnWork):
            verify_corrective_action(actor=manager, is_accepted=True, **about)
    with scope(chains.a.chain, supervisor):
        later = now + A_DAY
        given: tuple[dict[str, Any], ...] = (
            {"is_accepted": False, "remark": "Dusty."},
            {"is_accepted": False, "due_at": later},
            {"is_accepted": True, "due_at": later},
        )
        for each in given:
            with pytest.raises(Invalid):
                verify_corrective_action(actor=supervisor, **about, **each)
        again = verify_corrective_action(
            actor=supervisor, is_accepted=False, remark="Still dusty.", due_at=later, **about
        )
        assert (again.state, again.round, running().current_due_at) == ("REQUIRED", 2, later)
        submit_evidence(actor=manager, note="Wiped.", **about)
        done = verify_corrective_action(actor=supervisor, is_accepted=True, **about)
        assert (done.state, done.verified_at) == ("VERIFIED", now)
        assert not Clock.objects.filter(stopped_at=None).exists()
        assert [shown.is_accepted for shown in CorrectionEvidence.objects.order_by("round")] == [False, True]
        with pytest.raises(CorrectionVerified):
            submit_evidence(actor=manager, note="Done.", **about)
        told = Entry.objects.filter(subject_id=correction.id, subject_type="CorrectiveAction")
        assert [kind for kind in told.order_by("id").values_list("kind", flat=True) if "CLOCK" not in kind] == [
            "CORRECTIVE_ACTION_REQUIRED",
            "EVIDENCE_SUBMITTED",
            "CORRECTIVE_ACTION_SENT_BACK",
            "EVIDENCE_SUBMITTED",
            "CORRECTIVE_ACTION_VERIFIED",
        ]


def test_what_is_not_put_right_in_time_rises_to_the_area_and_to_headquarters(chains: Chains, as_role: AsRole) -> None:
    correction, machine = required(chains.a, as_role(chains.a, "AREA_SUPERVISOR")), system_actor()
    with scope(chains.a.chain, machine):
        first = running()
        about: dict[str, Any] = {"actor": machine, "correction_id": correction.id}
        assert escalate_by_clock(clock_id=first.id, now=correction.due_at, **about) is None
        late = correction.due_at + timedelta(seconds=1)
        risen = escalate_by_clock(clock_id=first.id, now=late, **about)
        assert risen is not None and (risen.level, risen.due_at) == ("AREA", correction.due_at)
        # Once for a clock.
        assert escalate_by_clock(clock_id=first.id, now=late, **about) is None
        second = running()
        assert second.current_due_at == late + A_DAY
        risen = escalate_by_clock(clock_id=second.id, now=late + 2 * A_DAY, **about)
        assert risen is not None and risen.level == "HQ"
        assert not Clock.objects.filter(stopped_at=None).exists()
        assert Entry.objects.filter(kind="CORRECTIVE_ACTION_ESCALATED").count() == 2


def test_evidence_that_nobody_looks_at_rises_as_well(chains: Chains, as_role: AsRole) -> None:
    supervisor, manager, machine = (
        as_role(chains.a, "AREA_SUPERVISOR"),
        as_role(chains.a, "STORE_MANAGER"),
        system_actor(),
    )
    correction, now = required(chains.a, supervisor), timezone.now()
    with scope(chains.a.chain, manager):
        submit_evidence(actor=manager, correction_id=correction.id, note="Wiped.", now=now)
    late = now + TO_VERIFY + timedelta(seconds=1)
    with scope(chains.a.chain, machine):
        about: dict[str, Any] = {"actor": machine, "correction_id": correction.id}
        first = running()
        assert escalate_by_clock(clock_id=first.id, now=now + TO_VERIFY, **about) is None
        risen = escalate_by_clock(clock_id=first.id, now=late, **about)
        assert risen is not None and (risen.level, risen.state) == ("AREA", "SUBMITTED")
        assert escalate_by_clock(clock_id=first.id, now=late, **about) is None
        assert (running().kind, running().current_due_at) == ("VERIFICATION", late + A_DAY)
        risen = escalate_by_clock(clock_id=running().id, now=late + 2 * A_DAY, **about)
        assert risen is not None and risen.level == "HQ"
    with scope(chains.a.chain, supervisor):
        given: dict[str, Any] = {"is_accepted": False, "remark": "Still dusty.", "due_at": late + 3 * A_DAY}
        again = verify_corrective_action(actor=supervisor, correction_id=correction.id, now=late + 2 * A_DAY, **given)
        assert (again.level, running().kind) == ("STORE", "CORRECTION")


def test_nobody_verifies_their_own_work_in_somebody_elses_place(chains: Chains, as_role: AsRole) -> None:
    """S12: whoever visits in a member's place is still who they are."""
    supervisor, manager = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    officer = as_role(chains.a, "QUALITY_OFFICER")
    about: dict[str, Any] = {"correction_id": required(chains.a, supervisor).id, "now": timezone.now()}
    visiting = replace(manager, behalf_of_id=officer.user_id)
    with scope(chains.a.chain, visiting):
        submit_evidence(actor=visiting, note="Wiped.", **about)
    for verifier in (
        officer,
        replace(supervisor, behalf_of_id=officer.user_id),
        replace(supervisor, behalf_of_id=None),
    ):
        with scope(chains.a.chain, verifier):
            if officer.user_id in (verifier.user_id, verifier.behalf_of_id):
                with pytest.raises(OwnWork):
                    verify_corrective_action(actor=verifier, is_accepted=True, **about)
            else:
                verify_corrective_action(actor=verifier, is_accepted=True, **about)


def test_a_token_verifies_as_its_owner_and_nobodys_token_verifies_nothing(chains: Chains, as_role: AsRole) -> None:
    """S13: a consumer's token with the scope for it does what its owner may, and is no second pair of eyes."""
    supervisor, manager = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    about: dict[str, Any] = {"correction_id": required(chains.a, supervisor).id, "now": timezone.now()}
    with scope(chains.a.chain, manager):
        submit_evidence(actor=manager, note="Wiped.", **about)
    token = {"kind": ActorKind.TOKEN, "token_id": new_id()}
    for own in (replace(manager, **token), replace(supervisor, id=None, **token)):
        with scope(chains.a.chain, own), pytest.raises(OwnWork):
            verify_corrective_action(actor=own, is_accepted=True, **about)
    of_the_area = replace(supervisor, **token)
    with scope(chains.a.chain, of_the_area):
        verify_corrective_action(actor=of_the_area, is_accepted=True, **about)
        assert CorrectionEvidence.objects.get().verified_by_id == supervisor.id


@pytest.mark.parametrize("is_shown", [False, True])
def test_r3_what_somebody_who_left_had_to_put_right_is_the_next_ones_and_its_time_goes_on(
    chains: Chains, as_role: AsRole, is_shown: bool
) -> None:
    correction, machine, now = required(chains.a, as_role(chains.a, "AREA_SUPERVISOR")), system_actor(), timezone.now()
    people = chains.a.people
    if is_shown:
        staff = as_role(chains.a, "SERVICE_STAFF")
        with scope(chains.a.chain, staff):
            submit_evidence(actor=staff, correction_id=correction.id, note="Wiped.", now=now)
    with scope(chains.a.chain, machine):
        given: dict[str, Any] = {"actor": machine, "now": now}
        assert hand_over_left(**given) == 0
        User.objects.filter(id=people["STORE_MANAGER"]).update(is_active=False)
        assert hand_over_left(member_id=people["MENTOR"], **given) == 0
        assert [hand_over_left(member_id=people["STORE_MANAGER"], **given) for _time in range(2)] == [1, 0]
        left = CorrectiveAction.objects.get(id=correction.id)
        assert (left.owner_id, left.due_at) == (people["SERVICE_SUPERVISOR"], correction.due_at)
        assert is_shown or running().current_due_at == correction.due_at
        told = Entry.objects.get(kind="CORRECTIVE_ACTION_HANDED_OVER")
        assert told.before is not None and told.before["owner_id"] == str(people["STORE_MANAGER"])
        Assignment.objects.exclude(role="SERVICE_STAFF").delete()
        # Whoever left stays named until somebody comes: it is never nobody's.
        assert hand_over_left(**given) == 0


def test_what_was_put_right_stays_with_who_did_it(chains: Chains, as_role: AsRole) -> None:
    supervisor, manager = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "STORE_MANAGER")
    about: dict[str, Any] = {"correction_id": required(chains.a, supervisor).id, "now": timezone.now()}
    with scope(chains.a.chain, manager):
        submit_evidence(actor=manager, note="Wiped.", **about)
    with scope(chains.a.chain, supervisor):
        verify_corrective_action(actor=supervisor, is_accepted=True, **about)
    with scope(chains.a.chain, system_actor()):
        User.objects.filter(id=chains.a.people["STORE_MANAGER"]).update(is_active=False)
        assert hand_over_left(actor=system_actor(), now=timezone.now()) == 0


def test_the_relay_hands_over_who_left_and_which_store_moved() -> None:
    for task, kinds in (
        (tasks.hand_over_of_member, {"MEMBER_DEACTIVATED", "ROLE_WITHDRAWN"}),
        (tasks.hand_over_after_move, {"STORE_MOVED"}),
    ):
        (subscription,) = (each for each in SUBSCRIPTIONS if each.task is task)
        assert subscription.kinds == kinds

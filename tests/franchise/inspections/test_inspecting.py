"""Templates, planned inspections that a store may not know of, and what is found on them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from inspections.actions.inspecting import complete_inspection, record_finding, start_inspection
from inspections.actions.scheduling import cancel_inspection, miss_due, reassign_inspection
from inspections.actions.templates import (
    draft_inspection_template,
    publish_inspection_template,
    retire_inspection_template,
)
from inspections.models.inspections import FindingPhoto, FindingResult, Inspection, InspectionFinding
from inspections.models.templates import InspectionTemplate
from inspections.queries import inspections_for, last_results, templates_for
from inspections.rules.states import (
    FindingsMissing,
    InspectionEnded,
    InspectionNotStarted,
    InspectorNotFit,
    NotTheInspector,
    PhotoNeeded,
)
from inspections.rules.templates import ItemSpec, TemplateNotDraft, TemplateNotPublished
from journal.models import Entry
from kit.refusals import NotFound, NotPermitted, Stale
from standards.actions.measuring import measure_entry
from standards.models.texts import Clause
from standards.models.verdicts import Verdict
from tests.conftest import Chains
from tests.factories.files import stored
from tests.factories.inspections import ITEMS, TITLES, WITH_A_PHOTO, items_of, published, scheduled
from tests.factories.standards import approved, in_force, same_day_clause

AsRole = Callable[..., Actor]
MET, NOT_MET, NOT_APPLICABLE = FindingResult.MET, FindingResult.NOT_MET, FindingResult.NOT_APPLICABLE


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def carried_out(chains: Chains, who: Actor, inspection: Inspection, *results: FindingResult) -> Inspection:
    now = timezone.now()
    with scope(chains.a.chain, who):
        start_inspection(actor=who, inspection_id=inspection.id, now=now)
        for item, result in zip(items_of(inspection.template), results, strict=True):
            record_finding(
                actor=who, inspection_id=inspection.id, item_id=item.id, result=result, note="Seen.", now=now
            )
        return complete_inspection(actor=who, inspection_id=inspection.id, now=timezone.now())


def test_the_next_version_of_a_template_retires_the_one_before(chains: Chains, as_role: AsRole) -> None:
    officer, now = as_role(chains.a, "QUALITY_OFFICER"), timezone.now()
    first = published(chains.a, now)
    given: dict[str, Any] = {"titles": TITLES, "items": ITEMS[:1], "inspector_roles": ["AREA_SUPERVISOR"], "now": now}
    with scope(chains.a.chain, officer):
        draft = draft_inspection_template(actor=officer, replaces_id=first.id, **given)
        again = draft_inspection_template(actor=officer, replaces_id=first.id, **given)
        assert (again.id, again.number, again.lineage_id) == (draft.id, 2, first.lineage_id)
        publish_inspection_template(actor=officer, template_id=draft.id, now=now)
        assert InspectionTemplate.objects.get(id=first.id).state == "RETIRED"
        retire_inspection_template(actor=officer, template_id=draft.id, now=now)
        draft_inspection_template(actor=officer, **given)
        assert templates_for(officer).count() == 3
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        assert templates_for(staff).count() == 2
        with pytest.raises(NotPermitted):
            draft_inspection_template(actor=staff, **given)
    with pytest.raises(TemplateNotPublished):
        scheduled(chains.a, draft, now)


def test_a_draft_nobody_wants_is_given_up_and_nobody_else_hears_of_it(chains: Chains, as_role: AsRole) -> None:
    officer, staff, now = as_role(chains.a, "QUALITY_OFFICER"), as_role(chains.a, "SERVICE_STAFF"), timezone.now()
    given: dict[str, Any] = {"titles": TITLES, "items": ITEMS[:1], "inspector_roles": ["AREA_SUPERVISOR"], "now": now}
    with scope(chains.a.chain, officer):
        draft = draft_inspection_template(actor=officer, **given)
        about: dict[str, Any] = {"actor": officer, "template_id": draft.id, "now": now}
        for deed in (publish_inspection_template, retire_inspection_template):
            with pytest.raises(Stale):
                deed(**about, expected_version=7)
        assert retire_inspection_template(**about, expected_version=1).state == "RETIRED"
        with pytest.raises(TemplateNotPublished):
            retire_inspection_template(**about)
        with pytest.raises(TemplateNotDraft):
            publish_inspection_template(**about)
        again = draft_inspection_template(actor=officer, replaces_id=draft.id, **given)
        assert (again.number, again.state) == (2, "DRAFT")
    with scope(chains.a.chain, staff):
        assert not templates_for(staff).exists()


def test_the_inspector_holds_a_role_of_the_template_there(chains: Chains, as_role: AsRole) -> None:
    now = timezone.now()
    template = published(chains.a, now, inspector_roles=["STORE_MANAGER"])
    people = chains.a.people
    assert scheduled(chains.a, template, now, inspector_id=people["STORE_MANAGER"]).state == "SCHEDULED"
    for who in ("STORE_MANAGER_2", "SERVICE_STAFF", "AREA_SUPERVISOR"):
        with pytest.raises(InspectorNotFit):
            scheduled(chains.a, template, now, inspector_id=people[who])
    with pytest.raises(NotFound):
        scheduled(chains.a, template, now, store_id=chains.a.other_store, inspector_id=people["STORE_MANAGER_2"])


def test_an_inspection_whose_inspector_left_is_given_to_somebody_else(chains: Chains, as_role: AsRole) -> None:
    now, people = timezone.now(), chains.a.people
    supervisor, officer = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "QUALITY_OFFICER")
    template = published(chains.a, now, inspector_roles=["AREA_SUPERVISOR", "QUALITY_OFFICER"])
    hidden = scheduled(chains.a, template, now, is_announced=False)
    given: dict[str, Any] = {"inspection_id": hidden.id, "now": now}
    with scope(chains.a.chain, officer):
        with pytest.raises(InspectorNotFit):
            reassign_inspection(actor=officer, inspector_id=people["STORE_MANAGER"], **given)
        with pytest.raises(Stale):
            reassign_inspection(actor=officer, inspector_id=people["QUALITY_OFFICER"], expected_version=9, **given)
        moved = reassign_inspection(actor=officer, inspector_id=people["QUALITY_OFFICER"], **given)
        assert (moved.inspector_id, moved.version, moved.due_at) == (officer.user_id, 2, hidden.due_at)
        told = Entry.objects.get(subject_id=hidden.id, kind="INSPECTION_REASSIGNED")
        assert (told.before or {})["inspector_id"] == str(supervisor.user_id)
        assert ((told.after or {})["inspector_id"], told.store_id) == (str(officer.user_id), None)
    with scope(chains.a.chain, supervisor), pytest.raises(NotTheInspector):
        start_inspection(actor=supervisor, **given)
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        assert not Entry.objects.filter(subject_id=hidden.id).exists()
        with pytest.raises(NotFound):
            reassign_inspection(actor=manager, inspector_id=people["STORE_MANAGER"], **given)


def test_one_that_is_under_way_goes_on_with_somebody_else_and_one_that_ended_does_not(
    chains: Chains, as_role: AsRole
) -> None:
    now, officer = timezone.now(), as_role(chains.a, "QUALITY_OFFICER")
    template = published(chains.a, now, inspector_roles=["AREA_SUPERVISOR", "QUALITY_OFFICER"])
    under_way, supervisor = scheduled(chains.a, template, now), as_role(chains.a, "AREA_SUPERVISOR")
    with scope(chains.a.chain, supervisor):
        start_inspection(actor=supervisor, inspection_id=under_way.id, now=now)
        item = items_of(template)[0]
        record_finding(actor=supervisor, inspection_id=under_way.id, item_id=item.id, result=MET, now=now)
    given: dict[str, Any] = {"actor": officer, "inspection_id": under_way.id, "now": now}
    with scope(chains.a.chain, officer):
        reassign_inspection(inspector_id=officer.user_id, **given)
        for item in items_of(template)[1:]:
            record_finding(item_id=item.id, result=MET, **given)
        complete_inspection(**given)
        found = InspectionFinding.objects.filter(inspection=under_way).order_by("item__position")
        assert [each.found_by_id for each in found] == [supervisor.user_id, officer.user_id, officer.user_id]
        with pytest.raises(InspectionEnded):
            reassign_inspection(inspector_id=supervisor.user_id, **given)


def test_a_store_knows_nothing_of_what_comes_unannounced_before_it_starts(chains: Chains, as_role: AsRole) -> None:
    now, manager = timezone.now(), as_role(chains.a, "STORE_MANAGER")
    supervisor, officer = as_role(chains.a, "AREA_SUPERVISOR"), as_role(chains.a, "QUALITY_OFFICER")
    template = published(chains.a, now)
    hidden = scheduled(chains.a, template, now, is_announced=False)
    told = scheduled(chains.a, template, now)
    with scope(chains.a.chain, manager):
        assert list(inspections_for(manager)) == [told]
        assert not Entry.objects.filter(subject_id=hidden.id).exists()
        assert Entry.objects.filter(subject_id=told.id).exists()
        for deed in (start_inspection, complete_inspection):
            with pytest.raises(NotFound):
                deed(actor=manager, inspection_id=hidden.id, now=now)
    for knows in (supervisor, officer):
        with scope(chains.a.chain, knows):
            assert inspections_for(knows).count() == 2
    with scope(chains.a.chain, supervisor):
        started = start_inspection(actor=supervisor, inspection_id=hidden.id, now=now)
        assert started.number == 1
    with scope(chains.a.chain, manager):
        assert inspections_for(manager).count() == 2
        assert [entry.kind for entry in Entry.objects.filter(subject_id=hidden.id)] == ["INSPECTION_STARTED"]


def test_the_inspector_knows_of_it_without_planning_any(chains: Chains, as_role: AsRole) -> None:
    now, manager = timezone.now(), as_role(chains.a, "STORE_MANAGER")
    template = published(chains.a, now, inspector_roles=["STORE_MANAGER"])
    own = scheduled(chains.a, template, now, is_announced=False, inspector_id=manager.user_id)
    with scope(chains.a.chain, manager):
        assert list(inspections_for(manager)) == [own]


def test_an_inspection_is_scored_and_judges_its_clauses(chains: Chains, as_role: AsRole) -> None:
    now, supervisor = timezone.now(), as_role(chains.a, "AREA_SUPERVISOR")
    version = approved(chains.a, now)
    with scope(chains.a.chain, supervisor):
        clause = Clause.objects.get(version=version)
    about = ItemSpec(texts={"en": "Complaints are looked into."}, clause_id=clause.id, weight=4)
    template = published(chains.a, now, *ITEMS, about)
    done = carried_out(chains, supervisor, scheduled(chains.a, template, now), MET, MET, NOT_APPLICABLE, NOT_MET)
    assert (done.state, done.score_basis_points, done.is_passed) == ("COMPLETED", 5000, False)
    with scope(chains.a.chain, supervisor):
        (told,) = Entry.objects.filter(kind="CLAUSE_INSPECTED")
        assert told.after == {"lineage_id": str(clause.lineage_id), "result": "MISSED", "member_id": None}
        assert (told.subject_id, told.store_id) == (done.id, chains.a.store)
        with pytest.raises(InspectionEnded):
            complete_inspection(actor=supervisor, inspection_id=done.id, now=now)


def test_what_an_inspection_found_is_the_verdict_on_a_clause_that_is_judged_by_it(
    chains: Chains, as_role: AsRole
) -> None:
    now, supervisor = timezone.now(), as_role(chains.a, "AREA_SUPERVISOR")
    version = in_force(chains.a, now - timedelta(hours=1), replace(same_day_clause(), rule={"kind": "BY_INSPECTION"}))
    with scope(chains.a.chain, supervisor):
        clause = Clause.objects.get(version=version)
    about = ItemSpec(texts={"en": "Complaints are looked into."}, clause_id=clause.id)
    template = published(chains.a, now, *ITEMS, about)
    carried_out(chains, supervisor, scheduled(chains.a, template, now), MET, MET, NOT_APPLICABLE, NOT_MET)
    machine = system_actor()
    with scope(chains.a.chain, machine):
        measure_entry(actor=machine, entry=Entry.objects.get(kind="CLAUSE_INSPECTED"), now=timezone.now())
        verdict = Verdict.objects.standing().get()
        assert (verdict.clause_id, verdict.state, verdict.reason) == (clause.id, "MISSED", "FOUND_MISSED")
        assert verdict.user_id is None


def test_what_a_supplier_did_judges_no_clause(chains: Chains, as_role: AsRole) -> None:
    now, supervisor = timezone.now(), as_role(chains.a, "AREA_SUPERVISOR")
    version = approved(chains.a, now)
    with scope(chains.a.chain, supervisor):
        about = ItemSpec(texts={"en": "On time."}, clause_id=Clause.objects.get(version=version).id)
    template = published(chains.a, now, about, supplier_name="Quick Riders Ltd")
    assert carried_out(chains, supervisor, scheduled(chains.a, template, now), MET).is_passed
    with scope(chains.a.chain, supervisor):
        assert not Entry.objects.filter(kind="CLAUSE_INSPECTED").exists()


def test_a_critical_miss_fails_and_the_last_results_stand_beside_the_items(chains: Chains, as_role: AsRole) -> None:
    now, supervisor = timezone.now(), as_role(chains.a, "AREA_SUPERVISOR")
    first = published(chains.a, now)
    done = carried_out(chains, supervisor, scheduled(chains.a, first, now), MET, NOT_MET, MET)
    assert (done.score_basis_points, done.is_passed) == (8333, False)
    # The next version asks for the same in another order, and for something new.
    new = ItemSpec(texts={"en": "Uniforms are worn."})
    second = published(chains.a, now, new, ITEMS[1], ITEMS[0], replaces_id=first.id)
    planned = scheduled(chains.a, second, now)
    with scope(chains.a.chain, supervisor):
        last = last_results([planned, done])
        assert [(each.position, each.result) for each in last[planned.id]] == [(2, NOT_MET), (3, MET)]
        assert last[done.id] == []


def test_a_photo_is_needed_and_one_is_enough(chains: Chains, as_role: AsRole) -> None:
    now, supervisor = timezone.now(), as_role(chains.a, "AREA_SUPERVISOR")
    inspection = scheduled(chains.a, published(chains.a, now, WITH_A_PHOTO), now)
    with scope(chains.a.chain, supervisor):
        (item,) = items_of(inspection.template)
        given: dict[str, Any] = {"actor": supervisor, "inspection_id": inspection.id, "item_id": item.id, "now": now}
        with pytest.raises(InspectionNotStarted):
            record_finding(result=MET, **given)
        start_inspection(actor=supervisor, inspection_id=inspection.id, now=now)
        with pytest.raises(PhotoNeeded):
            record_finding(result=MET, **given)
        with pytest.raises(FindingsMissing):
            complete_inspection(actor=supervisor, inspection_id=inspection.id, now=now)
        file = stored(supervisor, chains.a.store, now)
        record_finding(result=MET, photo_ids=[file.id], **given)
        record_finding(result=NOT_MET, note="Twelve degrees.", **given)
        assert [photo.file_id for photo in FindingPhoto.objects.all()] == [file.id]
        assert complete_inspection(actor=supervisor, inspection_id=inspection.id, now=now).score_basis_points == 0


def test_nobody_else_carries_it_out_and_no_machine(chains: Chains, as_role: AsRole) -> None:
    now, officer = timezone.now(), as_role(chains.a, "QUALITY_OFFICER")
    inspection = scheduled(chains.a, published(chains.a, now), now)
    for who in (officer, replace(officer, id=None), system_actor()):
        with scope(chains.a.chain, who), pytest.raises(NotTheInspector):
            start_inspection(actor=who, inspection_id=inspection.id, now=now)
    supervisor = as_role(chains.a, "AREA_SUPERVISOR")
    with scope(chains.a.chain, supervisor), pytest.raises(Stale):
        start_inspection(actor=supervisor, inspection_id=inspection.id, now=now, expected_version=7)


def test_what_does_not_start_in_time_is_missed_and_stays_unknown(chains: Chains, as_role: AsRole) -> None:
    now, system, manager = timezone.now(), system_actor(), as_role(chains.a, "STORE_MANAGER")
    template = published(chains.a, now)
    hidden, told = (scheduled(chains.a, template, now, is_announced=each) for each in (False, True))
    off = scheduled(chains.a, template, now)
    supervisor = as_role(chains.a, "AREA_SUPERVISOR")
    with scope(chains.a.chain, supervisor):
        cancel_inspection(actor=supervisor, inspection_id=off.id, reason="Snow", now=now)
    with scope(chains.a.chain, system):
        assert miss_due(actor=system, now=now + timedelta(days=2)) == 0
        assert miss_due(actor=system, now=now + timedelta(days=4)) == 2
        assert miss_due(actor=system, now=now + timedelta(days=4)) == 0
        assert Entry.objects.get(subject_id=hidden.id, kind="INSPECTION_MISSED").store_id is None
    with scope(chains.a.chain, manager):
        assert set(inspections_for(manager)) == {told, off}

"""How the demo's stores are inspected: templates, inspections of every outcome, and what is put right (M1, M6)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chains.actor import Actor, system_actor
from config.seed.cast import Cast, Shop
from config.seed.history import Plot, deed, look
from config.seed.wording import said
from inspections.actions.bringing import bring_planned
from inspections.actions.correcting import require_corrective_action, submit_evidence, verify_corrective_action
from inspections.actions.inspecting import complete_inspection, record_finding, start_inspection
from inspections.actions.planning import plan_inspections
from inspections.actions.scheduling import cancel_inspection, miss_due, schedule_inspection
from inspections.actions.templates import draft_inspection_template, publish_inspection_template
from inspections.actions.withdrawing import withdraw_corrective_action
from inspections.models.corrections import CorrectionLevel, CorrectiveAction
from inspections.models.inspections import FindingResult, Inspection, InspectionFinding, InspectionState
from inspections.models.plans import InspectionPlan, RhythmUnit
from inspections.models.templates import EvidenceNeed, InspectionTemplate, TemplateItem
from inspections.rules.templates import ItemSpec
from members.rules.permissions import Role
from standards.models.texts import Clause

_A_DAY = timedelta(days=1)
_STEP = timedelta(minutes=20)
_ROUND = timedelta(minutes=11)
_TITLES = said("Service round", "门店服务检查", "門店服務檢查")
_BY_AREA = (Role.AREA_SUPERVISOR, Role.QUALITY_OFFICER)
# What is looked at beside the clause on dress: the first is critical, the second need not apply everywhere.
_ITEMS = (
    ItemSpec(
        said(
            "Cloths, boards and tools are clean and where they belong.",
            "抹布、砧板和用具清洁并归位。",
            "抹布、砧板和用具清潔並歸位。",
        ),
        weight=3,
        is_critical=True,
        evidence=EvidenceNeed.WANTED,
    ),
    ItemSpec(
        said(
            "The queue screen works and is seen from the door.",
            "叫号屏工作正常，门口看得见。",
            "叫號屏運作正常，門口看得見。",
        ),
        may_be_not_applicable=True,
    ),
)
_LATER = ItemSpec(
    said("The charter for customers hangs at the till.", "收银台张贴客户服务承诺。", "收銀台張貼客戶服務承諾。")
)
_BOUGHT = (
    ItemSpec(said("The floor is dry when the doors open.", "开门时地面干燥。", "開門時地面乾燥。"), weight=2),
    ItemSpec(said("The sheet of the night is signed.", "夜间保洁记录已签字。", "夜間保潔記錄已簽字。")),
)


def inspections_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield the inspections of all stores, each with the moment at which it begins."""
    shops = cast.shops
    yield cast.at_hq(0.05), _are_kept(cast)
    for shop, share in ((shops[0], 0.3), (shops[0], 0.68)):
        yield cast.part(shop, share), _is_well(cast, shop, share)
    yield cast.part(shops[1], 0.4), _put_right(cast, shops[1])
    for shop, hours, level in (
        (shops[2], 62, CorrectionLevel.HQ),
        (shops[3], 16, CorrectionLevel.AREA),
        (shops[5], 9, CorrectionLevel.STORE),
    ):
        yield cast.ago(shop, hours=hours), _is_late(cast, shop, hours, level)
    yield cast.ago(shops[4], hours=26), _shows_it(cast, shops[4])
    yield cast.ago(shops[1], hours=30), _is_taken_back(cast, shops[1])
    yield cast.at_hq(0.6), _is_missed(cast, shops[5])
    yield cast.at_hq(0.9), _come_by_themselves(cast)
    for number, state in enumerate((InspectionState.SCHEDULED, InspectionState.STARTED, InspectionState.CANCELLED)):
        yield cast.ago(shops[number], hours=4 + number), _stands(cast, shops[number], 4 + number, state)


def _are_kept(cast: Cast) -> Plot:
    """Publish a template, later its next version; one about what a cleaning firm does stays a draft (M6)."""
    at, officer, texts = cast.at_hq(0.05), cast.officers[0], cast.of("inspections")
    words = {"titles": _TITLES, "roles": _BY_AREA, "version_id": cast.complaints_id}
    template: InspectionTemplate = yield deed(at, officer, _draft, items=_ITEMS, **words)
    yield deed(at + _STEP, officer, publish_inspection_template, template_id=template.id)
    cast.template_id = template.id
    bought = {"titles": said("Cleaning at night", "夜间保洁检查", "夜間保潔檢查"), "items": _BOUGHT}
    roles = {"inspector_roles": (Role.STORE_MANAGER, Role.SERVICE_SUPERVISOR), "supplier_name": texts["supplier"]}
    yield deed(at + 2 * _STEP, officer, draft_inspection_template, **bought, **roles)
    at = cast.at_hq(0.5)
    next_one = {**words, "items": (*_ITEMS, _LATER), "replaces_id": template.id}
    template = yield deed(at, officer, _draft, **next_one)
    yield deed(at + _STEP, officer, publish_inspection_template, template_id=template.id)
    cast.template_id = template.id


def _inspected(cast: Cast, shop: Shop, at: datetime, *, wrong: Mapping[int, str], is_announced: bool = False) -> Plot:
    """Plan an inspection and carry it out; `wrong` says what was found of items by their place. Return what it was."""
    who = shop.area_supervisor
    inspection: Inspection = yield from _planned(cast, shop, at, at + _A_DAY, is_announced=is_announced)
    at += 2 * _STEP
    yield deed(at, who, start_inspection, inspection_id=inspection.id)
    items: Sequence[tuple[UUID, bool]] = yield look(at, who, _items_of, template_id=inspection.template_id)
    for place, (item_id, may_be_not_applicable) in enumerate(items):
        result = FindingResult.NOT_MET if place in wrong else FindingResult.MET
        if may_be_not_applicable and shop not in cast.shops[:2]:
            result = FindingResult.NOT_APPLICABLE
        found = {"inspection_id": inspection.id, "item_id": item_id, "result": result, "note": wrong.get(place, "")}
        yield deed(at + place * timedelta(minutes=4), who, record_finding, **found)
    remark = cast.of("inspections")["bad" if wrong else "good"]
    yield deed(at + _STEP, who, complete_inspection, inspection_id=inspection.id, remark=remark)
    return inspection


def _planned(cast: Cast, shop: Shop, at: datetime, due_at: datetime, *, is_announced: bool) -> Plot:
    who = shop.area_supervisor
    words = {"store_id": shop.id, "template_id": cast.template_id, "inspector_id": who.id, "due_at": due_at}
    inspection: Inspection = yield deed(at, who, schedule_inspection, is_announced=is_announced, **words)
    return inspection


def _is_well(cast: Cast, shop: Shop, share: float) -> Plot:
    yield from _inspected(cast, shop, cast.part(shop, share), wrong={}, is_announced=True)


def _found_wrong(cast: Cast, shop: Shop, at: datetime, due_at: datetime) -> Plot:
    """Find the dress wrong, and require that it is put right; return the corrective action."""
    texts = cast.of("inspections")
    inspection: Inspection = yield from _inspected(cast, shop, at, wrong={0: texts["dress"]})
    at += 4 * _STEP
    finding_id = yield look(at, shop.area_supervisor, _wrong_in, inspection_id=inspection.id)
    words = {"finding_id": finding_id, "what": texts["what"], "owner_id": shop.manager.id, "due_at": due_at}
    correction: CorrectiveAction = yield deed(at, shop.area_supervisor, require_corrective_action, **words)
    return correction


def _put_right(cast: Cast, shop: Shop) -> Plot:
    """Find something wrong, have it put right in two rounds, and verify it."""
    at, texts = cast.part(shop, 0.4), cast.of("inspections")
    correction: CorrectiveAction = yield from _found_wrong(cast, shop, at, at + _A_DAY)
    key, at = {"correction_id": correction.id}, at + _A_DAY / 2
    yield deed(at, shop.manager, submit_evidence, note=texts["half_done"], **key)
    again = {"is_accepted": False, "remark": texts["missing"], "due_at": at + 2 * _A_DAY}
    yield deed(at + _STEP, shop.area_supervisor, verify_corrective_action, **again, **key)
    yield deed(at + _A_DAY / 3, shop.manager, submit_evidence, note=texts["done"], **key)
    verified = {"is_accepted": True, "remark": texts["verified"]}
    yield deed(at + _A_DAY / 2, shop.area_supervisor, verify_corrective_action, **verified, **key)


def _is_late(cast: Cast, shop: Shop, hours: float, level: CorrectionLevel) -> Plot:
    """Leave something wrong: what is late rises by itself, to the area and a day later to headquarters."""
    at = cast.ago(shop, hours=hours)
    due_at = cast.until + 2 * _A_DAY if level is CorrectionLevel.STORE else at + timedelta(hours=2)
    yield from _found_wrong(cast, shop, at, due_at)


def _shows_it(cast: Cast, shop: Shop) -> Plot:
    """Give the evidence, which nobody has looked at yet."""
    at = cast.ago(shop, hours=26)
    correction: CorrectiveAction = yield from _found_wrong(cast, shop, at, at + 2 * _A_DAY)
    words = {"correction_id": correction.id, "note": cast.of("inspections")["done"]}
    yield deed(at + timedelta(hours=5), shop.manager, submit_evidence, **words)


def _is_taken_back(cast: Cast, shop: Shop) -> Plot:
    """Require that something is put right which turns out to be nobody's."""
    at = cast.ago(shop, hours=30)
    correction: CorrectiveAction = yield from _found_wrong(cast, shop, at, at + 2 * _A_DAY)
    words = {"correction_id": correction.id, "reason": cast.of("inspections")["taken_back"]}
    yield deed(at + timedelta(hours=6), shop.area_supervisor, withdraw_corrective_action, **words)


def _come_by_themselves(cast: Cast) -> Plot:
    """Plan a monthly round of all stores, of which the worker makes each a week before its day."""
    at = cast.at_hq(0.9)
    words = {"template_id": cast.template_id, "starts_on": (cast.until + 5 * _A_DAY).date(), "is_announced": False}
    plan: InspectionPlan = yield deed(
        at, cast.officers[0], plan_inspections, every=1, unit=RhythmUnit.MONTH, open_days=14, **words
    )
    yield deed(at + _STEP, system_actor(), bring_planned, plan_id=plan.id)


def _is_missed(cast: Cast, shop: Shop) -> Plot:
    """Plan an inspection that nobody starts; the worker's next round finds it."""
    at = cast.at_hq(0.6)
    inspection: Inspection = yield from _planned(cast, shop, at, at + _A_DAY / 4, is_announced=False)
    yield deed(inspection.due_at + _ROUND, system_actor(), miss_due)


def _stands(cast: Cast, shop: Shop, hours: float, state: InspectionState) -> Plot:
    """Plan an inspection of the next days, and start it or call it off."""
    at, who = cast.ago(shop, hours=hours), shop.area_supervisor
    inspection: Inspection = yield from _planned(cast, shop, at, cast.until + 4 * _A_DAY, is_announced=True)
    words = {"inspection_id": inspection.id}
    if state is InspectionState.CANCELLED:
        yield deed(at + _STEP, who, cancel_inspection, reason=cast.of("inspections")["called_off"], **words)
    if state is InspectionState.STARTED:
        yield deed(at + _STEP, who, start_inspection, **words)


def _draft(
    *,
    actor: Actor,
    now: datetime,
    titles: Mapping[str, str],
    items: Sequence[ItemSpec],
    roles: Sequence[Role],
    version_id: UUID,
    replaces_id: UUID | None = None,
) -> InspectionTemplate:
    """Draft a template that looks at the clause on dress first."""
    clause = Clause.objects.get(version_id=version_id, number="3")
    dress = ItemSpec(clause.texts, clause_id=clause.id, weight=2, evidence=EvidenceNeed.WANTED)
    return draft_inspection_template(
        actor=actor, titles=titles, items=[dress, *items], inspector_roles=roles, replaces_id=replaces_id, now=now
    )


def _items_of(*, template_id: UUID) -> list[tuple[UUID, bool]]:
    """Look up what is looked at, in its order, and whether it may not apply."""
    items = TemplateItem.objects.filter(template_id=template_id).order_by("position")
    return list(items.values_list("id", "may_be_not_applicable"))


def _wrong_in(*, inspection_id: UUID) -> UUID:
    """Look up what an inspection found not to be met."""
    wrong = InspectionFinding.objects.filter(inspection=inspection_id, result=FindingResult.NOT_MET)
    return wrong.values_list("id", flat=True).get()

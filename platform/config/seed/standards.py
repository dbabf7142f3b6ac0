"""The standards of the demo's headquarters: in force, read in the stores, and in every other state."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chains.scope import scope
from complaints.actions.climbing import set_escalation_times
from complaints.models.complaints import Level, Severity
from config.seed.cast import Cast
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.drafting import (
    approve_standard,
    draft_standard,
    revise_standard,
    submit_standard,
    withdraw_standard,
)
from standards.actions.journey import keep_journey_steps
from standards.actions.replaying import replay_standard
from standards.actions.rollout import push_standard
from standards.models.texts import ClauseField, JourneyStep, Version, VersionState
from standards.rules.drafts import ClauseDraft
from standards.rules.journey import Step

Clauses = Sequence[tuple[dict[str, str], dict[str, Any]]]


def _followed(trigger: str, response: str, within: str, share: int, **more: Any) -> dict[str, Any]:
    return {
        "kind": "FOLLOWED_BY",
        "trigger": trigger,
        "response": response,
        "within": within,
        "share": share,
        **more,
    }


def _texts(en: str, hans: str, hant: str) -> dict[str, str]:
    return {"en": en, "zh-hans": hans, "zh-hant": hant}


# The way of a customer through the chain, step by step.
_JOURNEY = (
    Step("ARRIVAL", _texts("Coming in", "进店", "進店")),
    Step("INQUIRY", _texts("Asking", "咨询", "諮詢")),
    Step("ORDER", _texts("Ordering", "下单", "下單")),
    Step("DELIVERY", _texts("Getting the goods", "收货", "收貨")),
    Step("COMPLAINT", _texts("Complaining", "投诉", "投訴")),
    Step("PAYMENT", _texts("Paying and refunds", "付款与退款", "付款與退款"), matters=False),
)
# The step that a clause is tied to, and what it is about, by the event that sets it going.
_TIED = {
    "COMPLAINT_FILED": ("COMPLAINT", ClauseField.TIME_LIMITS),
    "RESOLUTION_PLANNED": ("COMPLAINT", ClauseField.COMMUNICATION),
    "INQUIRY_OPENED": ("INQUIRY", ClauseField.TIME_LIMITS),
    "REFUND_GRANTED": ("PAYMENT", ClauseField.TIME_LIMITS),
    "SHIPMENT_EXCEPTION_RAISED": ("DELIVERY", ClauseField.FLOW),
    "ORDER_CHANGE_REQUESTED": ("ORDER", ClauseField.ADAPTABILITY),
    "ORDER_PLACED": ("DELIVERY", ClauseField.TIME_LIMITS),
    None: ("ARRIVAL", ClauseField.APPEARANCE),
}

COMPLAINTS = _texts("How complaints are handled", "投诉处理标准", "投訴處理標準")
COMPLAINT_CLAUSES: Clauses = (
    (
        _texts(
            "Every complaint is looked into on the day it is filed; a grave one may take a day longer.",
            "每一宗投诉都在受理当天调查核实；重大投诉可延长一天。",
            "每一宗投訴都在受理當天調查核實；重大投訴可延長一天。",
        ),
        _followed(
            "COMPLAINT_FILED",
            "INVESTIGATION_RECORDED",
            "SAME_DAY",
            96,
            allowance={"extra": "P1D", "when": {"severity": ["GRAVE"]}},
        ),
    ),
    (
        _texts(
            "The customer is told the solution within four opening hours of its being planned.",
            "处理方案确定后，四个营业小时内告知客户。",
            "處理方案確定後，四個營業小時內告知客戶。",
        ),
        _followed("RESOLUTION_PLANNED", "CUSTOMER_TOLD", "PT4H", 95, time="WORKING"),
    ),
    (
        _texts(
            "Everybody at the counter wears the chain's uniform and a name badge.",
            "前台员工一律穿着统一制服并佩戴工牌。",
            "前臺員工一律穿著統一制服並佩戴工牌。",
        ),
        {"kind": "BY_INSPECTION"},
    ),
)
ANSWERS = _texts("How soon customers are answered", "回复时限标准", "回覆時限標準")
ANSWER_CLAUSES: Clauses = (
    (
        _texts(
            "A message of a customer is answered within three minutes.",
            "客户的线上消息三分钟内回复。",
            "客戶的線上訊息三分鐘內回覆。",
        ),
        _followed("INQUIRY_OPENED", "INQUIRY_ANSWERED", "PT3M", 90, scope={"channel": ["ONLINE", "EMAIL"]}),
    ),
    (
        _texts(
            "A refund that was granted is paid out within three days.",
            "退款批准后三天内支付给客户。",
            "退款核准後三天內支付給客戶。",
        ),
        _followed("REFUND_GRANTED", "REFUND_EXECUTED", "P3D", 95),
    ),
)
# Standards that are not in force: a draft, one submitted, one approved and one withdrawn.
_DRAFT = (
    _texts("What goes wrong on the way", "物流异常处理标准", "物流異常處理標準"),
    (
        (
            _texts(
                "What goes wrong on the way is settled and explained to the customer within two days.",
                "物流异常两天内解决并向客户说明。",
                "物流異常兩天內解決並向客戶說明。",
            ),
            _followed("SHIPMENT_EXCEPTION_RAISED", "SHIPMENT_EXCEPTION_SETTLED", "P2D", 90),
        ),
    ),
)
_SUBMITTED = (
    _texts("Changes of orders", "订单变更标准", "訂單變更標準"),
    (
        (
            _texts(
                "A change of an order is confirmed or declined within an hour.",
                "订单变更一小时内确认或婉拒。",
                "訂單變更一小時內確認或婉拒。",
            ),
            _followed("ORDER_CHANGE_REQUESTED", "ORDER_CHANGE_CONFIRMED", "PT1H", 85),
        ),
    ),
)
_APPROVED = (
    _texts("Goods leave in time", "发货时限标准", "發貨時限標準"),
    (
        (
            _texts(
                "Goods of an order that was placed are shipped within two days.",
                "订单下单后两天内发货。",
                "訂單下單後兩天內發貨。",
            ),
            _followed("ORDER_PLACED", "LINES_SHIPPED", "P2D", 90, scope={"source": ["PHONE", "WEB_SHOP"]}),
        ),
    ),
)
_WITHDRAWN = (
    _texts("The phone within the first ring", "电话首声接听标准", "電話首聲接聽標準"),
    (
        (
            _texts(
                "A call is answered within the first ring, at most three seconds.",
                "来电在第一声铃响内接听，最多三秒。",
                "來電在第一聲鈴響內接聽，最多三秒。",
            ),
            _followed("INQUIRY_OPENED", "INQUIRY_ANSWERED", "PT3S", 95, scope={"channel": ["PHONE"]}),
        ),
    ),
)
_WHY_WITHDRAWN = {
    "zh": "第一声铃响内接听做不到，改按三声以内。",
    "en": "Within the first ring is a wish; three rings it is.",
}
MEASURED = frozenset(
    kind
    for clauses in (COMPLAINT_CLAUSES, ANSWER_CLAUSES)
    for _words, rule in clauses
    for kind in (rule.get("trigger"), rule.get("response"))
    if kind
)
_STEP = timedelta(minutes=25)
_A_DAY = 24 * 60 * 60
# What is serious stays a day at each level of the store, and two above it.
_TIMES = [
    (level, Severity.SERIOUS, 2 * _A_DAY if level in (Level.AREA_SUPERVISOR, Level.HEADQUARTERS) else _A_DAY)
    for level in Level
]


def bring_standards(cast: Cast) -> None:
    """Push the standards to all stores and let their people read them."""
    with scope(cast.chain, cast.officers[0]):
        keep_journey_steps(actor=cast.officers[0], steps=_JOURNEY, now=cast.since)
    first = _brought(cast, COMPLAINTS, COMPLAINT_CLAUSES[:2], cast.since)
    _pushed(cast, first)
    second = _revised(cast, first, COMPLAINTS, COMPLAINT_CLAUSES)
    _pushed(cast, second)
    answers = _brought(cast, ANSWERS, ANSWER_CLAUSES, cast.since)
    _pushed(cast, answers)
    for version in (second, answers):
        _read(cast, version)
    with scope(cast.chain, cast.officers[0]):
        set_escalation_times(actor=cast.officers[0], times=_TIMES, now=cast.since)


def work_on_standards(cast: Cast) -> None:
    """Leave a standard as a draft, one submitted, one approved and one withdrawn, and a version tried on the past.

    All of it in the end: what these drafts speak of is measured by the worker, at once for all that was told.
    """
    officer, now = cast.officers[0], cast.until
    _drafted(cast, *_DRAFT, now)
    submitted = _drafted(cast, *_SUBMITTED, now)
    with scope(cast.chain, officer):
        submit_standard(actor=officer, version_id=submitted.id, now=now)
    _brought(cast, *_APPROVED, now)
    withdrawn, reason = _brought(cast, *_WITHDRAWN, now), _WHY_WITHDRAWN[cast.script.language[:2]]
    with scope(cast.chain, officer):
        withdraw_standard(actor=officer, version_id=withdrawn, reason=reason, now=now)
        second = Version.objects.get(number=2, state=VersionState.EFFECTIVE)
        first = Version.objects.get(number=1, standard=second.standard_id)
        replay_standard(
            actor=officer,
            version_id=second.id,
            against_id=first.id,
            first_on=cast.since.date(),
            last_on=cast.until.date(),
            now=now,
        )


def _drafted(cast: Cast, titles: dict[str, str], clauses: Clauses, now: datetime) -> Version:
    officer = cast.officers[0]
    with scope(cast.chain, officer):
        return draft_standard(actor=officer, titles=titles, clauses=_drafts(clauses), now=now)


def _brought(cast: Cast, titles: dict[str, str], clauses: Clauses, now: datetime) -> UUID:
    version = _drafted(cast, titles, clauses, now)
    _approved(cast, version.id, now)
    return version.id


def _revised(cast: Cast, version_id: UUID, titles: dict[str, str], clauses: Clauses) -> UUID:
    officer, now = cast.officers[0], cast.since + _STEP
    with scope(cast.chain, officer):
        version = revise_standard(
            actor=officer, version_id=version_id, titles=titles, clauses=_drafts(clauses), now=now
        )
    _approved(cast, version.id, now)
    return version.id


def _approved(cast: Cast, version_id: UUID, now: datetime) -> None:
    officer, second = cast.officers[0], cast.administrator
    with scope(cast.chain, officer):
        submit_standard(actor=officer, version_id=version_id, now=now)
    with scope(cast.chain, second):
        approve_standard(actor=second, version_id=version_id, now=now)


def _pushed(cast: Cast, version_id: UUID) -> None:
    officer, store_ids = cast.officers[0], [shop.id for shop in cast.shops]
    with scope(cast.chain, officer):
        push_standard(actor=officer, version_id=version_id, store_ids=store_ids, now=cast.since + 2 * _STEP)


def _read(cast: Cast, version_id: UUID) -> None:
    """Let everybody read it but in the last store, where it has been seen by the manager alone."""
    for shop in cast.shops:
        readers = [shop.manager] if shop is cast.shops[-1] else [shop.manager, shop.supervisor, *shop.staff]
        for number, reader in enumerate(readers):
            now = cast.since + timedelta(hours=18 + 5 * number)
            with scope(cast.chain, reader):
                acknowledge_standard(actor=reader, version_id=version_id, store_id=shop.id, now=now)


def _drafts(clauses: Clauses) -> list[ClauseDraft]:
    steps = dict(JourneyStep.objects.order_by("position").values_list("code", "id"))
    drafts = []
    for number, (texts, rule) in enumerate(clauses, start=1):
        step, field = _TIED[rule.get("trigger")]
        # What customers may read in the service charter: how soon they hear from the store.
        public = field is ClauseField.TIME_LIMITS
        drafts.append(
            ClauseDraft(
                number=str(number), texts=texts, rule=rule, field=field, journey_step_id=steps[step], is_public=public
            )
        )
    return drafts

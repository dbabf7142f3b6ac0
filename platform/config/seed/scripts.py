"""What a chain of the demo is made of, and the standard that both chains keep."""

from dataclasses import dataclass
from typing import Any

from complaints.models.complaints import Channel, Severity
from members.rules.permissions import Role

SAME_DAY: dict[str, Any] = {
    "kind": "FOLLOWED_BY",
    "trigger": "COMPLAINT_FILED",
    "response": "INVESTIGATION_RECORDED",
    "within": "SAME_DAY",
    "share": 96,
    "allowance": {"extra": "P1D", "when": {"severity": ["GRAVE"]}},
}
TOLD_IN_TIME: dict[str, Any] = {
    "kind": "FOLLOWED_BY",
    "trigger": "RESOLUTION_PLANNED",
    "response": "CUSTOMER_TOLD",
    "within": "PT4H",
    "time": "WORKING",
    "share": 95,
}
BY_INSPECTION: dict[str, Any] = {"kind": "BY_INSPECTION"}


@dataclass(frozen=True, slots=True)
class StoreScript:
    """A store of the demo; one without a franchisee is run by the chain itself."""

    code: str
    name: str
    area: str
    time_zone: str
    franchisee: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What a customer complains about, and what came of it."""

    customer: str
    phone: str
    subject: str
    order_number: str
    channel: Channel
    severity: Severity
    findings: str
    remedy: str
    message: str


@dataclass(frozen=True, slots=True)
class ChainScript:
    """A chain of the demo."""

    name: str
    label: str
    language: str
    currency: str
    stores: tuple[StoreScript, ...]
    people: dict[Role, str]
    second_store: dict[Role, str]
    titles: dict[str, str]
    clauses: tuple[tuple[dict[str, str], dict[str, Any]], ...]
    position: str
    duties: tuple[str, ...]
    cases: tuple[Case, ...]
    carried_out: str
    unsatisfied: str
    cause: str
    result: str


TITLES = {"en": "Complaints are looked into on the same day", "zh-hans": "投诉当天调查", "zh-hant": "投訴當天調查"}
CLAUSES: tuple[tuple[dict[str, str], dict[str, Any]], ...] = (
    (
        {
            "en": "Every complaint is looked into on the day it is filed; a grave one may take a day longer.",
            "zh-hans": "每一宗投诉都在受理当天调查核实；重大投诉可延长一天。",
            "zh-hant": "每一宗投訴都在受理當天調查核實；重大投訴可延長一天。",
        },
        SAME_DAY,
    ),
    (
        {
            "en": "The customer is told the solution within four opening hours of its being planned.",
            "zh-hans": "处理方案确定后，四个营业小时内告知客户。",
            "zh-hant": "處理方案確定後，四個營業小時內告知客戶。",
        },
        TOLD_IN_TIME,
    ),
    (
        {
            "en": "Everybody at the counter wears the chain's uniform and a name badge.",
            "zh-hans": "前台员工一律穿着统一制服并佩戴工牌。",
            "zh-hant": "前臺員工一律穿著統一制服並佩戴工牌。",
        },
        BY_INSPECTION,
    ),
)

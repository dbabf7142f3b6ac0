"""What happens in the stores of the crowded chain: whom they know, what was bought, and what was complained about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any, Protocol

from clocks.rules.snapshots import fingerprint_of, write_calendar
from customers.rules.particulars import Particulars
from customers.rules.searching import keys_of
from stores.rules.calendar import Calendar, Interval, Week

Rows = dict[str, list[dict[str, Any]]]

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鹏红建国志文斌宇浩凯欣怡子轩雨涵梓晨思嘉"
_FIRST = (
    "Ann",
    "Ben",
    "Carla",
    "David",
    "Emma",
    "Frank",
    "Grace",
    "Henry",
    "Iris",
    "Jack",
    "Kate",
    "Liam",
    "Mia",
    "Noah",
    "Olivia",
    "Paul",
)
_LAST = ("Adams", "Baker", "Clark", "Davis", "Evans", "Fisher", "Green", "Harris", "Irwin", "Jones", "King", "Lewis")
_STREETS = ("人民路", "中山路", "解放路", "建设路", "和平路", "Nanjing Road", "Harbour Street", "Station Road")
_SUBJECTS = (
    "送来的商品有破损", "送货晚了三天", "店员态度不好", "型号与订单不符", "退款一直没有到账", "安装之后漏水",
    "The parcel arrived damaged", "Delivered three days late", "The wrong model was sent", "Nobody called back",
)  # fmt: skip
_GOODS = (
    ("电饭煲", "Rice cooker", 29_900),
    ("净水器", "Water filter", 129_900),
    ("吸尘器", "Vacuum cleaner", 89_900),
    ("电风扇", "Fan", 15_900),
    ("微波炉", "Microwave oven", 45_900),
)
_HOUR = timedelta(hours=1)
# What follows what, at which stage a complaint then is, with which step, and within how many hours.
_WAY = (
    ("COMPLAINT_FILED", "FILED", "", 0),
    ("COMPLAINT_ACCEPTED", "ACCEPTED", "Acceptance", 2),
    ("INVESTIGATION_RECORDED", "INVESTIGATED", "Investigation", 24),
    ("RESOLUTION_PLANNED", "PLANNED", "Resolution", 24),
    ("CUSTOMER_TOLD", "CUSTOMER_TOLD", "CustomerNotice", 48),
    ("CUSTOMER_SATISFIED", "SETTLED", "Outcome", 72),
    ("COMPLAINT_CLOSED", "CLOSED", "Closure", 24),
)
_TEXTS: dict[str, dict[str, Any]] = {
    "": {},
    "Acceptance": {},
    "Investigation": {
        "findings": "查看了送货单和照片。The delivery note and the photos were looked at.",
        "cause": "包装",
    },
    "Resolution": {"remedy": "换一台新的，明天送到。A new one, delivered tomorrow."},
    "CustomerNotice": {"channel": "PHONE", "message": "已经电话告诉顾客。The customer was told by phone."},
    "Outcome": {"carried_out": "换了新的。Replaced.", "is_satisfied": True},
    "Closure": {"cause": "包装不好。Poor packing.", "result": "顾客满意。The customer is satisfied."},
}
_OPEN_IN_A_HUNDRED = 15
_PAUSED_IN_A_HUNDRED = 5
_LINKED_IN_A_HUNDRED = 60


class KeysAt(Protocol):
    """Gives keys."""

    def at(self, moment: datetime) -> str:
        """Return the next key, of a moment."""


@dataclass(frozen=True)
class StoreOf:
    """A store of the chain, with its staff: the manager first."""

    number: int
    id: str
    calendar_id: str
    staff: list[str]


@dataclass
class Stores:
    """All stores, and their rows."""

    each: list[StoreOf] = field(default_factory=list)
    rows: Rows = field(default_factory=dict)


def stores_of(number: int, keys: KeysAt, begun: datetime) -> Stores:
    """Return so many stores, open from nine to nine, in areas of ten."""
    made = Stores(
        rows={"stores.Area": [], "stores.Store": [], "stores.OpeningHours": [], "clocks.CalendarSnapshot": []}
    )
    week = Week(begun.date(), ((Interval(time(9), time(21)),),) * 7)
    written = write_calendar(Calendar("Asia/Shanghai", (week,), ()))
    for place in range(number):
        if place % 10 == 0:
            area = keys.at(begun)
            made.rows["stores.Area"].append({"id": area, "name": f"Region {place // 10:02}", "drawn_at": begun})
        store = StoreOf(place, keys.at(begun), keys.at(begun), [keys.at(begun) for _ in range(5)])
        made.each.append(store)
        made.rows["stores.Store"].append(
            {"id": store.id, "code": f"B{place:03}", "name": f"{_STREETS[place % 5]} {place}", "kind": "COMPANY_OWNED",
             "area_id": area, "time_zone": "Asia/Shanghai", "currency": "CNY", "opened_at": begun}
        )  # fmt: skip
        made.rows["stores.OpeningHours"].extend(
            {"id": keys.at(begun), "store_id": store.id, "valid_from": begun.date(), "weekday": day,
             "opens": time(9), "closes": time(21)}
            for day in range(7)
        )  # fmt: skip
        made.rows["clocks.CalendarSnapshot"].append(
            {"id": store.calendar_id, "store_id": store.id, "fingerprint": fingerprint_of(written),
             "calendar": json.dumps(written), "taken_at": begun}
        )  # fmt: skip
    return made


def people_of(stores: Stores, keys: KeysAt, begun: datetime) -> Rows:
    """Return a manager, a supervisor and three of the service staff for each store."""
    rows: Rows = {"members.User": [], "members.Assignment": []}
    roles = ("STORE_MANAGER", "SERVICE_SUPERVISOR", *("SERVICE_STAFF",) * 3)
    for store in stores.each:
        random = Random(-store.number)
        for place, (user, role) in enumerate(zip(store.staff, roles, strict=True)):
            email = f"b{store.number:03}.{place}@crowd.example"
            rows["members.User"].append({"id": user, "email": email, "name": _name(random), "joined_at": begun})
            rows["members.Assignment"].append(
                {"id": keys.at(begun), "user_id": user, "role": role, "store_id": store.id, "since": begun}
            )
    return rows


def products(keys: KeysAt, begun: datetime) -> list[dict[str, Any]]:
    """Return what the chain sells."""
    return [
        {"id": keys.at(begun), "code": f"G{place:02}", "model": f"M-{place}",
         "names": json.dumps({"zh-hans": chinese, "en": english}, ensure_ascii=False),
         "price_minor": price, "currency": "CNY", "defined_at": begun}
        for place, (chinese, english, price) in enumerate(_GOODS)
    ]  # fmt: skip


class Customers:
    """The customers of one store: four of five with Chinese names; phones in one form, as the register keeps them."""

    def __init__(self, store: StoreOf, number: int, random: Random, keys: KeysAt, begun: datetime) -> None:
        self.ids: list[str] = []
        self.rows: Rows = {"customers.Customer": [], "journal.Entry": []}
        for place in range(number):
            given = _particulars(store, place, random)
            moment = begun + timedelta(minutes=random.randrange(60 * 24 * 30))
            customer = {"id": keys.at(moment), "store_id": store.id, "number": place + 1,
                        "name": given.name, "phone": given.phone,
                        "email": given.email, "address": given.address, "language": given.language,
                        "birthday": given.birthday, "registered_by_id": random.choice(store.staff),
                        "registered_at": moment, **keys_of(given)}  # fmt: skip
            self.rows["customers.Customer"].append(customer)
            self.ids.append(customer["id"])
            entry = _entry(keys, store, "CUSTOMER_REGISTERED", "Customer", customer["id"], customer["id"], moment)
            self.rows["journal.Entry"].append({**entry, "after": '{"version": 1}'})


@dataclass
class StoreDays:
    """What happened at one store until now."""

    store: StoreOf
    customers: Customers
    goods: Sequence[dict[str, Any]]
    random: Random
    keys: KeysAt
    begun: datetime
    now: datetime
    ordered: list[dict[str, Any]] = field(default_factory=list)

    def orders(self, number: int) -> Rows:
        """Return so many orders with a line or two, paid and handed over, with what the journal tells of them."""
        rows: Rows = {"orders.Order": [], "orders.OrderLine": [], "orders.Payment": [], "journal.Entry": []}
        days = (self.now - self.begun - timedelta(days=31)) / number
        for place in range(number):
            moment = self.begun + timedelta(days=31) + place * days
            self._order(rows, place + 1, moment)
        counter = {"id": self.keys.at(self.begun), "store_id": self.store.id, "letter": "O", "last_number": number}
        rows["orders.DocumentCounter"] = [counter]
        return rows

    def _order(self, rows: Rows, number: int, moment: datetime) -> None:
        random, store, key = self.random, self.store, self.keys.at(moment)
        customer, taken_by = random.choice(self.customers.ids), random.choice(store.staff)
        lines = [self._line(key, place, moment) for place in range(1 + (number % 3 == 0))]
        total = sum(line["amount_minor"] for line in lines)
        order = {"id": key, "store_id": store.id, "number": number, "customer_id": customer, "source": "STORE",
                 "currency": "CNY", "total_minor": total, "paid_minor": total, "state": "COMPLETED",
                 "payment_state": "PAID", "fulfilment_state": "DELIVERED", "taken_by_id": taken_by,
                 "placed_at": moment, "recorded_at": moment, "version": 2}  # fmt: skip
        self.ordered.append(order)
        rows["orders.Order"].append(order)
        rows["orders.OrderLine"].extend(lines)
        rows["orders.Payment"].append(
            {"id": self.keys.at(moment), "store_id": store.id, "order_id": key, "amount_minor": total,
             "method": "WALLET", "paid_at": moment, "recorded_by_id": taken_by, "recorded_at": moment}
        )  # fmt: skip
        for kind, version, state in (("ORDER_PLACED", 1, "PLACED"), ("PAYMENT_RECORDED", 2, "COMPLETED")):
            after = f'{{"state": "{state}", "version": {version}, "total_minor": {total}, "currency": "CNY"}}'
            entry = _entry(self.keys, store, kind, "Order", key, customer, moment, taken_by)
            rows["journal.Entry"].append({**entry, "after": after})

    def _line(self, order: str, place: int, moment: datetime) -> dict[str, Any]:
        product, quantity = self.random.choice(self.goods), self.random.choice((1, 1, 1, 2))
        price = product["price_minor"]
        return {"id": self.keys.at(moment), "store_id": self.store.id, "order_id": order, "position": place + 1,
                "product_id": product["id"], "code": product["code"], "name": _GOODS[int(product["code"][1:])][0],
                "model": product["model"], "quantity": quantity, "unit_price_minor": price,
                "amount_minor": quantity * price, "shipped_quantity": quantity}  # fmt: skip

    def complaints(self, number: int) -> Rows:
        """Return so many complaints at every stage, most of them closed, with their steps, clocks and entries."""
        rows: Rows = {"complaints.Complaint": [], "journal.Entry": [], "clocks.Clock": [], "clocks.Overdue": []}
        rows["complaints.ComplaintCounter"] = [{"store_id": self.store.id, "last_number": number}]
        for place in range(number):
            is_open = place >= number * (100 - _OPEN_IN_A_HUNDRED) // 100
            done = self.random.randrange(1, len(_WAY)) if is_open else len(_WAY)
            last = self.now - self.random.random() * timedelta(days=3)
            if not is_open:
                last = self.begun + timedelta(days=40) + (place / number) * timedelta(days=300)
            self._complaint(rows, place + 1, _WAY[:done], last)
        return rows

    def _complaint(self, rows: Rows, number: int, way: Sequence[tuple[str, str, str, int]], last: datetime) -> None:
        random, store = self.random, self.store
        moments = [last - _HOUR * 9 * (len(way) - 1 - place) for place in range(len(way))]
        filed_at, owner = moments[0], random.choice(store.staff)
        is_linked = random.randrange(100) < _LINKED_IN_A_HUNDRED
        order = random.choice(self.ordered)
        complaint = {
            "id": self.keys.at(filed_at), "store_id": store.id, "number": number, "customer_id": order["customer_id"],
            "subject": random.choice(_SUBJECTS), "description": "顾客在电话里说的。As told on the phone.",
            "channel": random.choice(("PHONE", "ONLINE", "EMAIL", "VISIT")),
            "severity": random.choice(("MINOR", "MINOR", "SERIOUS", "GRAVE")), "received_at": filed_at,
            "filed_at": filed_at, "taken_by_id": owner, "owner_id": owner, "stage": way[-1][1], "version": len(way),
            "order_id": order["id"] if is_linked else None,
            "order_number": f"B{store.number:03}-O{order['number']:05}" if is_linked else "",
        }  # fmt: skip
        rows["complaints.Complaint"].append(complaint)
        entries = [self._step(rows, complaint, step, moment) for step, moment in zip(way, moments, strict=True)]
        for (begun, ended), (_, (kind, _stage, _step, hours)) in zip(
            pairwise(zip(moments, entries, strict=True)), pairwise(way), strict=True
        ):
            clock = self._clock(complaint, kind, hours, *begun)
            clock |= {"stopped_at": ended[0], "stopped_by_id": ended[1]}
            clock |= {"wall_seconds": int((ended[0] - begun[0]).total_seconds())}
            rows["clocks.Clock"].append(clock)
        if len(way) < len(_WAY):
            self._running(rows, complaint, _WAY[len(way)], moments[-1], entries[-1])

    def _step(self, rows: Rows, complaint: dict[str, Any], step: tuple[str, str, str, int], moment: datetime) -> str:
        kind, stage, noun, _hours = step
        severity = complaint["severity"]
        entry = _entry(
            self.keys, self.store, kind, "Complaint", complaint["id"], complaint["customer_id"], moment,
            complaint["owner_id"],
        )  # fmt: skip
        rows["journal.Entry"].append({**entry, "after": f'{{"stage": "{stage}", "severity": "{severity}"}}'})
        if noun:
            more = {"owner_id": complaint["owner_id"]} if noun == "Acceptance" else {}
            rows.setdefault(f"complaints.{noun}", []).append(
                {"id": self.keys.at(moment), "store_id": self.store.id, "complaint_id": complaint["id"], "round": 1,
                 "done_by_id": complaint["owner_id"], "done_at": moment, **_TEXTS[noun], **more}
            )  # fmt: skip
        key: str = entry["id"]
        return key

    def _clock(self, complaint: dict[str, Any], kind: str, hours: int, moment: datetime, entry: str) -> dict[str, Any]:
        due_at = moment + hours * _HOUR
        return {"id": self.keys.at(moment), "store_id": self.store.id, "subject_type": "Complaint",
                "subject_id": complaint["id"], "kind": kind, "target_unit": "WALL", "target_seconds": hours * 3600,
                "calendar_id": self.store.calendar_id, "started_at": moment, "started_by_id": entry, "due_at": due_at,
                "current_due_at": due_at, "reminder_shares": "{50,80}"}  # fmt: skip

    def _running(
        self, rows: Rows, complaint: dict[str, Any], step: tuple[str, str, str, int], moment: datetime, entry: str
    ) -> None:
        clock = self._clock(complaint, step[0], step[3], moment, entry)
        rows["clocks.Clock"].append(clock)
        if clock["due_at"] < self.now:
            told = _entry(
                self.keys, self.store, "CLOCK_OVERDUE", "Complaint", complaint["id"], complaint["customer_id"],
                clock["due_at"],
            )  # fmt: skip
            after = {"clock_id": clock["id"], "kind": clock["kind"], "due_at": clock["due_at"].isoformat()}
            rows["journal.Entry"].append({**told, "after": json.dumps(after)})
            rows["clocks.Overdue"].append(
                {"id": self.keys.at(clock["due_at"]), "store_id": self.store.id, "clock_id": clock["id"],
                 "due_at": clock["due_at"], "noted_at": clock["due_at"], "entry_id": told["id"]}
            )  # fmt: skip
        elif self.random.randrange(100) < _PAUSED_IN_A_HUNDRED:
            clock |= {"current_due_at": None, "is_paused": True}
            complaint["pause_reason"] = "WAITING_FOR_CUSTOMER"
            rows.setdefault("clocks.ClockPause", []).append(
                {"id": self.keys.at(moment), "store_id": self.store.id, "clock_id": clock["id"],
                 "reason": "WAITING_FOR_CUSTOMER", "paused_at": moment, "paused_by_id": entry}
            )  # fmt: skip
        else:
            clock["watch_at"] = clock["due_at"]


def _particulars(store: StoreOf, place: int, random: Random) -> Particulars:
    number = store.number * 1_000 + place
    name, is_chinese = _name(random), place % 5 != 0
    email = f"c{number}@mail{place % 7}.example" if place % 3 else ""
    address = f"{random.choice(_STREETS)}{random.randrange(1, 400)}号"
    phone = f"+861{38 + place % 10:02}{number * 7_919 % 100_000_000:08}"
    birthday = f"{1 + place % 12:02}-{1 + place % 28:02}" if place % 4 == 0 else ""
    return Particulars(name, phone, email, "zh-hans" if is_chinese else "en", address, birthday)


def _name(random: Random) -> str:
    if random.randrange(5):
        return random.choice(_SURNAMES) + "".join(random.choices(_GIVEN, k=random.choice((1, 2, 2))))
    return f"{random.choice(_FIRST)} {random.choice(_LAST)}"


def _entry(
    keys: KeysAt,
    store: StoreOf,
    kind: str,
    subject_type: str,
    subject: str,
    customer: str,
    moment: datetime,
    by: str | None = None,
) -> dict[str, Any]:
    return {"id": keys.at(moment), "kind": kind, "subject_type": subject_type, "subject_id": subject,
            "store_id": store.id, "customer_id": customer, "actor_kind": "USER" if by else "SYSTEM", "actor_id": by,
            "at": moment, "request_id": subject}  # fmt: skip

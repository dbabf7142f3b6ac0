"""S10: what customers are told of complaints, on visits and about parcels is held against the norms of wording, too."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.actions.working import tell_customer
from complaints.models.complaints import Channel, Complaint
from complaints.models.steps import CustomerNotice
from inquiries.actions.norms import plant_default_norms
from inquiries.models.norms import PhraseNorm
from inquiries.rules.wording import BannedPhrase, WordingWarned
from journal.models import Entry
from orders.actions.excepting import raise_shipment_exception, settle_shipment_exception
from orders.models.refunds import ToldBy
from orders.models.shipping import ExceptionKind, ShipmentException
from tests.conftest import Chains
from tests.factories.complaints import told
from tests.factories.orders import placed, shipped, sold
from tests.factories.visits import COLD, later, made, planned, points_of
from visits.actions.settling import answer_visit_point, decide_visit_point
from visits.models.points import VisitPoint
from visits.models.visits import ReturnVisit, VisitChannel
from visits.rules.points import Said

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
BANNED, WARNED = "这个我们不管。", "您好，我不清楚。"


@pytest.fixture
def manager(chains: Chains, as_role: AsRole) -> Actor:
    with scope(chains.a.chain, system_actor()):
        plant_default_norms(actor=system_actor(), now=TEN)
    return as_role(chains.a, "STORE_MANAGER")


def warned_of(kind: str) -> list[str]:
    entry = Entry.objects.filter(kind=kind).latest("id")
    norms = PhraseNorm.objects.filter(id__in=(entry.after or {})["warned_of"])
    return list(norms.values_list("phrase", flat=True))


def test_what_a_customer_is_told_about_a_complaint(chains: Chains, manager: Actor) -> None:
    with scope(chains.a.chain, manager):
        key = told(manager, chains.a.store, TEN).id

        def tell(message: str, *, accept_warnings: bool) -> None:
            how = {"channel": Channel.PHONE, "message": message, "accept_warnings": accept_warnings}
            tell_customer(actor=manager, complaint_id=key, now=TEN, **how)

        with pytest.raises(BannedPhrase) as refused:
            tell(BANNED, accept_warnings=True)
        assert refused.value.field == ("message",)
        with pytest.raises(WordingWarned):
            tell(WARNED, accept_warnings=False)
        assert (CustomerNotice.objects.count(), Complaint.objects.get().version) == (1, 5)
        tell(WARNED, accept_warnings=True)
        assert warned_of("CUSTOMER_TOLD") == ["不清楚"]


def test_what_a_customer_is_answered_on_a_visit(chains: Chains, manager: Actor) -> None:
    with scope(chains.a.chain, manager):
        key = planned(manager, chains.a.store, TEN).visit.id
        with pytest.raises(BannedPhrase) as refused:
            made(manager, key, TEN, COLD, Said("The bill", answer=BANNED), accept_warnings=True)
        assert refused.value.field == ("points", "1", "answer")
        with pytest.raises(WordingWarned):
            made(manager, key, TEN, Said("The bill", answer=WARNED))
        assert (ReturnVisit.objects.get().state, VisitPoint.objects.exists()) == ("DUE", False)
        made(manager, key, TEN, Said(f"He said: {BANNED}", answer=WARNED), accept_warnings=True)
        assert warned_of("RETURN_VISIT_RECORDED") == ["不清楚"]


def test_what_a_customer_is_answered_later(chains: Chains, manager: Actor) -> None:
    with scope(chains.a.chain, manager):
        visit = made(manager, planned(manager, chains.a.store, TEN).visit.id, TEN, later("The bill", TEN)).visit
        (point,) = points_of(visit)
        decide_visit_point(actor=manager, point_id=point.id, departments="Till", decision=BANNED, now=TEN)

        def answer(text: str, *, accept_warnings: bool) -> None:
            how = {"channel": VisitChannel.PHONE, "answer": text, "accept_warnings": accept_warnings}
            answer_visit_point(actor=manager, point_id=point.id, now=TEN, **how)

        with pytest.raises(BannedPhrase):
            answer(BANNED, accept_warnings=True)
        with pytest.raises(WordingWarned) as refused:
            answer(WARNED, accept_warnings=False)
        assert refused.value.field == ("answer",)
        answer(WARNED, accept_warnings=True)
        assert warned_of("VISIT_POINT_ANSWERED") == ["不清楚"]


def test_what_a_customer_is_told_of_a_parcel_that_went_astray(chains: Chains, manager: Actor) -> None:
    sold(chains.a.chain, TEN)
    with scope(chains.a.chain, manager):
        parcel = shipped(manager, placed(manager, chains.a.store, TEN), TEN)
        what = {"kind": ExceptionKind.LOST, "description": BANNED}
        lost = raise_shipment_exception(actor=manager, shipment_id=parcel.id, now=TEN, **what).row

        def explain(text: str, *, accept_warnings: bool) -> None:
            how = {"solution": BANNED, "told_by": ToldBy.PHONE, "explanation": text, "accept_warnings": accept_warnings}
            settle_shipment_exception(actor=manager, exception_id=lost.id, now=TEN, **how)

        with pytest.raises(BannedPhrase) as refused:
            explain(BANNED, accept_warnings=True)
        assert refused.value.field == ("explanation",)
        with pytest.raises(WordingWarned):
            explain(WARNED, accept_warnings=False)
        assert ShipmentException.objects.get().settled_at is None
        explain(WARNED, accept_warnings=True)
        assert warned_of("SHIPMENT_EXCEPTION_SETTLED") == ["不清楚"]

"""Return visits of the demo: whoever is due is called, points are settled, visits are signed (V1, V2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from chains.actor import Actor
from config.seed.caring import proofs
from config.seed.cast import Cast, Shop
from config.seed.history import Plot, deed, look
from customers.actions.consenting import record_consent, withdraw_consent
from customers.actions.registering import register_customer
from customers.models import ConsentPurpose
from visits.actions.calling import Attempt, Talk, record_return_visit, record_visit_attempt
from visits.actions.planning import plan_return_visit
from visits.actions.settling import answer_visit_point, decide_visit_point, sign_return_visit
from visits.models.points import PointState, VisitPoint
from visits.models.visits import AttemptOutcome, OccasionKind, ReturnVisit, VisitChannel, VisitState
from visits.rules.points import Said

_EVERY = timedelta(days=3)
_AT_A_TIME = 5


def visits_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield the rounds of calls of all stores, and a visit at each place where one can stand."""
    for number, shop in enumerate(cast.shops):
        day = cast.first_day(shop)
        # Who is due since yesterday is called tomorrow: there is something to do.
        while (at := cast.tempo.at(shop.zone, day, 15, 7 * number)) < cast.until - timedelta(days=1):
            yield at, _round(cast, shop, at)
            day += _EVERY
    places = cast.places()
    for number, state in enumerate((VisitState.DUE, VisitState.TALKED, VisitState.SETTLED, VisitState.SIGNED)):
        at = cast.ago(shop := next(places), hours=20 + number)
        yield at, _stands(cast, shop, at, state, PointState.OPEN)
    at = cast.ago(shop := next(places), hours=25)
    yield at, _stands(cast, shop, at, VisitState.TALKED, PointState.DECIDED)
    at = cast.ago(shop := next(places), hours=25)
    yield at, _wants_no_call(cast, shop, at)


def _round(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """Call whoever is due."""
    caller = shop.staff[0]
    due: list[UUID] = yield look(at, caller, _due, store_id=shop.id)
    for visit_id in due:
        at += cast.minutes(4, 15)
        # While others were called a complaint may have been taken up again, or somebody may have said no to calls.
        if not (yield look(at, caller, _is_due, visit_id=visit_id)):
            continue
        if cast.chance(0.1):
            attempt = Attempt(outcome=AttemptOutcome.NO_ANSWER)
            yield deed(at, caller, record_visit_attempt, visit_id=visit_id, attempt=attempt)
            continue
        yield from _called(cast, shop, visit_id, at, caller, is_promised=cast.chance(0.12))


def _called(cast: Cast, shop: Shop, visit_id: UUID, at: datetime, caller: Actor, *, is_promised: bool) -> Plot:
    """Talk to a customer, settle what was promised, and have it signed."""
    yield from _talked(cast, visit_id, at, caller, is_promised=is_promised)
    if is_promised:
        yield from _decided(cast, shop, visit_id, cast.opened(shop, at + timedelta(hours=3)), caller)
        answer, when = cast.random.choice(cast.of("visits")["decided"]), cast.opened(shop, at + timedelta(hours=20))
        point = yield look(when, caller, _point_of, visit_id=visit_id)
        yield deed(when, caller, answer_visit_point, point_id=point, answer=answer, channel=VisitChannel.PHONE)
        at = when
    at = cast.opened(shop, at + cast.minutes(30, 300))
    yield deed(at, shop.supervisor, sign_return_visit, visit_id=visit_id)


def _talked(cast: Cast, visit_id: UUID, at: datetime, caller: Actor, *, is_promised: bool, asks: float = 0.3) -> Plot:
    """Talk to a customer, who mostly asks for nothing."""
    texts = cast.of("visits")
    points = []
    if is_promised:
        points = [Said(cast.random.choice(texts["asked"]), promised_until=at + timedelta(days=2))]
    elif cast.chance(asks):
        points = [Said(cast.random.choice(texts["asked"]), answer=cast.random.choice(texts["decided"]))]
    talk = Talk(VisitChannel.PHONE, is_satisfied=True, points=points, remark=cast.random.choice(texts["said"]))
    yield deed(at, caller, record_return_visit, visit_id=visit_id, talk=talk)


def _decided(cast: Cast, shop: Shop, visit_id: UUID, at: datetime, caller: Actor) -> Plot:
    point = yield look(at, caller, _point_of, visit_id=visit_id)
    words = {
        "departments": cast.one("complaints")["department"],
        "decision": cast.random.choice(cast.of("visits")["decided"]),
    }
    yield deed(at, shop.supervisor, decide_visit_point, point_id=point, **words)


def _wants_no_call(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """Plan a visit to somebody who agreed to calls, and then says no to them."""
    caller, proof = shop.staff[0], cast.random.choice(proofs(cast))
    customer = yield deed(at, caller, register_customer, store_id=shop.id, particulars=cast.newcomer())
    agreed = {"customer_id": customer.id, "purpose": ConsentPurpose.SERVICE_CALLS, "proof": proof}
    yield deed(at, caller, record_consent, **agreed)
    service = {"store_id": shop.id, "customer_id": customer.id, "kind": OccasionKind.SERVICE}
    yield deed(at + timedelta(minutes=5), caller, plan_return_visit, **service)
    yield deed(at + timedelta(hours=2), caller, withdraw_consent, **agreed)


def _stands(cast: Cast, shop: Shop, at: datetime, state: VisitState, point: PointState) -> Plot:
    """Plan a visit by hand after service at somebody's place, and bring it as far as `state`."""
    caller = shop.staff[0]
    customer = yield deed(at, caller, register_customer, store_id=shop.id, particulars=cast.newcomer())
    note = cast.one("complaints")["carried_out"]
    words = {"store_id": shop.id, "customer_id": customer.id, "kind": OccasionKind.SERVICE, "note": note}
    done = yield deed(at + timedelta(minutes=5), caller, plan_return_visit, **words)
    if state is VisitState.DUE:
        return
    at, visit_id = at + timedelta(hours=2), done.visit.id
    yield from _talked(cast, visit_id, at, caller, is_promised=state is VisitState.TALKED, asks=1)
    if point is PointState.DECIDED:
        yield from _decided(cast, shop, visit_id, at + timedelta(hours=1), caller)
    if state is VisitState.SIGNED:
        yield deed(at + timedelta(hours=1), shop.supervisor, sign_return_visit, visit_id=visit_id)


def _due(*, store_id: UUID) -> list[UUID]:
    """Look up who is to be called."""
    due = ReturnVisit.objects.filter(store_id=store_id, state=VisitState.DUE).order_by("due_at", "id")
    return list(due.values_list("id", flat=True)[:_AT_A_TIME])


def _is_due(*, visit_id: UUID) -> bool:
    """Tell whether a visit is still to be made."""
    return ReturnVisit.objects.filter(id=visit_id, state=VisitState.DUE).exists()


def _point_of(*, visit_id: UUID) -> UUID:
    """Look up the point of a visit that was promised an answer."""
    return VisitPoint.objects.exclude(state=PointState.ANSWERED).values_list("id", flat=True).get(visit_id=visit_id)

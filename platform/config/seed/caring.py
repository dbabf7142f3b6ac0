"""How customers of the demo are looked after: consent, corrections, greetings, duplicates, export and erasure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chains.actor import Actor
from config.seed.cast import Cast, Shop
from config.seed.history import Deed, Plot, deed, look
from customers.actions.caring import greet_customer
from customers.actions.consenting import record_consent, withdraw_consent
from customers.actions.erasing import erase_customer, export_customer_data
from customers.actions.merging import merge_customers, unmerge_customers
from customers.actions.registering import correct_customer, read_customer_contact, register_customer
from customers.models import ConsentPurpose, Customer, GreetingOccasion
from customers.queries.dealings import has_consent, objectors

_A_DAY = 0.035
_PROOFS = {
    "zh": ("电话录音", "小程序勾选", "到店签字"),
    "en": ("Recorded call", "Ticked in the app", "Signed in store"),
}


def care_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield what is done for customers, each with the moment at which it begins."""
    for shop in cast.shops:
        last = cast.until.astimezone(shop.zone).date()
        for at in cast.tempo.moments(shop.zone, cast.first_day(shop), last, a_day=_A_DAY):
            yield at, _is_known(cast, shop, at)
        at = cast.ago(shop, days=2)
        yield at, _greeted(shop, at)
    places = cast.places()
    for days, is_undone in ((4, False), (3, True)):
        at = cast.ago(shop := next(places), days=days)
        yield at, _written_twice(cast, shop, at, is_undone=is_undone)
    at = cast.ago(shop := next(places), days=6)
    yield at, _leaves(cast, shop, at)


def _is_known(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """Register somebody with a card, who agrees to something; one in some corrects an address or takes it back."""
    who = cast.staff(shop)
    customer: Customer = yield deed(at, who, register_customer, store_id=shop.id, particulars=cast.newcomer())
    shop.known.append(customer.id)
    proof = cast.random.choice(proofs(cast))
    purposes = (ConsentPurpose.SERVICE_CALLS, ConsentPurpose.GREETINGS, ConsentPurpose.MARKETING)
    for purpose in cast.random.sample(purposes, k=cast.random.choice((1, 2, 2, 3))):
        yield deed(at, who, record_consent, customer_id=customer.id, purpose=purpose, proof=proof)
    at = cast.opened(shop, at + timedelta(days=cast.random.randrange(3, 30)))
    if cast.chance(0.3):
        clerk = shop.staff[0]
        yield deed(at, clerk, read_customer_contact, customer_id=customer.id)
        yield deed(
            at + cast.minutes(1, 5),
            clerk,
            correct_customer,
            customer_id=customer.id,
            changes={"address": cast.address()},
        )
    if cast.chance(0.2):
        yield deed(at, who, withdraw_consent, customer_id=customer.id, purpose=purpose, proof=proof)


def _greeted(shop: Shop, at: datetime) -> Plot:
    """Greet whose birthday it is, or was yesterday."""
    who = shop.staff[0]
    today = at.astimezone(shop.zone).date()
    days = (today, today - timedelta(days=1))
    found: list[Customer] = yield look(at, who, _born_on, store_id=shop.id, days=days)
    for customer in found:
        due = next(day for day in days if f"{day:%m-%d}" == customer.birthday)
        yield deed(at, who, greet_customer, customer_id=customer.id, occasion=GreetingOccasion.BIRTHDAY, due_on=due)


def _written_twice(cast: Cast, shop: Shop, at: datetime, *, is_undone: bool) -> Plot:
    """Write one person down twice; make one of the two, and two again if that was wrong. A third pair waits."""
    who = cast.staff(shop)
    one = cast.newcomer()
    kept = yield deed(at, who, register_customer, store_id=shop.id, particulars=one)
    other = replace(one, phone="", email=f"{cast.script.label}.{at:%H%M%S}.{is_undone:d}@mail.example", address="")
    twin = yield deed(at + cast.minutes(60, 90), who, register_customer, store_id=shop.id, particulars=other)
    at += timedelta(hours=3)
    words: dict[str, UUID] = {"kept_id": kept.id, "merged_id": twin.id}
    yield deed(at, shop.supervisor, merge_customers, **words)
    if is_undone:
        yield deed(at + timedelta(minutes=20), shop.supervisor, unmerge_customers, customer_id=twin.id)


def _leaves(cast: Cast, shop: Shop, at: datetime) -> Plot:
    """Give somebody all that is held on them, and forget them."""
    customer = yield deed(at, cast.staff(shop), register_customer, store_id=shop.id, particulars=cast.newcomer())
    at += timedelta(days=1)
    yield deed(at, shop.manager, export_customer_data, customer_id=customer.id)
    yield deed(at + timedelta(hours=2), cast.administrator, erase_customer, customer_id=customer.id)


def _born_on(*, store_id: UUID, days: Sequence[date]) -> list[Customer]:
    """Return who has a birthday on one of some days, and has not said no to greetings."""
    here = Customer.objects.filter(store_id=store_id, birthday__in=[f"{day:%m-%d}" for day in days]).kept()
    born = list(here.order_by("id")[:5])
    said_no = objectors([customer.id for customer in born], ConsentPurpose.GREETINGS)
    return [customer for customer in born if customer.id not in said_no]


def may_be_called(cast: Cast, who: Actor, customer_id: UUID, at: datetime) -> Deed:
    """Let a customer agree to be called about how they were served, unless they have already."""
    return deed(at, who, agree_to_calls, customer_id=customer_id, proof=cast.random.choice(proofs(cast)))


def agree_to_calls(*, actor: Actor, now: datetime, customer_id: UUID, proof: str) -> None:
    """Record that a customer agreed to service calls, unless they have already."""
    purpose = ConsentPurpose.SERVICE_CALLS
    if not has_consent(customer_id, purpose):
        record_consent(actor=actor, customer_id=customer_id, purpose=purpose, proof=proof, now=now)


def proofs(cast: Cast) -> tuple[str, ...]:
    """Return what can prove that somebody agreed."""
    return _PROOFS[cast.script.language[:2]]

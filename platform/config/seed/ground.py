"""What a chain of the demo stands on: areas, stores, hours, positions, what it sells, its classes and answers."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from chains.models import Chain
from chains.scope import scope
from config.seed.scripts import ChainScript
from customers.actions.caring import set_customer_classes
from customers.rules.caring import ClassSpec
from inquiries.actions.norms import plant_default_norms
from inquiries.actions.standard_answers import keep_standard_answer
from members.rules.permissions import Role
from orders.actions.products import define_product
from stores.actions.areas import draw_area
from stores.actions.business import open_store
from stores.actions.hours import set_opening_hours
from stores.actions.positions import assign_position, define_position
from stores.models import Layer, Store, StoreKind
from stores.rules.calendar import Interval


def draw_areas(chain: Chain, script: ChainScript, actor: Actor, now: datetime) -> dict[str, UUID]:
    """Draw the chain's areas, and return them by name."""
    with scope(chain, actor):
        return {name: draw_area(actor=actor, name=name, now=now).id for name in script.areas}


def open_stores(
    chain: Chain, script: ChainScript, areas: Mapping[str, UUID], actor: Actor, now: datetime
) -> dict[str, Store]:
    """Open the stores with their hours, and return them by code."""
    week = ((Interval(script.opens, script.closes),),) * 7
    opened = {}
    with scope(chain, actor):
        for each in script.stores:
            store = open_store(
                actor=actor,
                code=each.code,
                name=each.name,
                kind=StoreKind.FRANCHISED if each.franchisee else StoreKind.COMPANY_OWNED,
                franchisee_name=each.franchisee,
                area_id=areas[each.area],
                time_zone=each.time_zone,
                now=now,
            )
            opened[each.code] = set_opening_hours(
                actor=actor, store_id=store.id, valid_from=now.date(), days=week, now=now
            )
    return opened


def define_positions(chain: Chain, script: ChainScript, actor: Actor, now: datetime) -> dict[Role, UUID]:
    """Define who is there for what, with their duties (R3), and return the positions by the role that holds them."""
    with scope(chain, actor):
        defined = {
            each["name"]: define_position(
                actor=actor, name=each["name"], layer=Layer(each["layer"]), duties=each["duties"], now=now
            ).id
            for each in script.texts["positions"]
        }
    return {Role(role): defined[name] for role, name in script.texts["position_of"].items()}


def put_to_work(
    chain: Chain,
    store: Store,
    people: Mapping[Role, list[UUID]],
    positions: Mapping[Role, UUID],
    actor: Actor,
    now: datetime,
) -> None:
    """Let the people of a store hold their positions."""
    with scope(chain, actor):
        for role, members in people.items():
            for member_id in members:
                held = {"store_id": store.id, "member_id": member_id, "position_id": positions[role]}
                assign_position(actor=actor, now=now, **held)


def stock(chain: Chain, script: ChainScript, administrator: Actor, officer: Actor, now: datetime) -> None:
    """Say what is sold, how customers are classed and cared for, how it is talked, and what is answered."""
    with scope(chain, administrator):
        for each in script.texts["products"]:
            define_product(
                actor=administrator,
                code=each["code"],
                names=each["names"],
                price_minor=each["price"],
                currency=script.currency,
                model=each.get("model", ""),
                now=now,
            )
    with scope(chain, officer):
        set_customer_classes(
            actor=officer, classes=[_class_of(script, each) for each in script.texts["classes"]], now=now
        )
        plant_default_norms(actor=officer, now=now)
        for each in script.texts["answers"]:
            keep_standard_answer(
                actor=officer,
                language=script.language,
                question=each["question"],
                text=each["text"],
                labels=each["labels"],
                now=now,
            )


def _class_of(script: ChainScript, each: Mapping[str, object]) -> ClassSpec:
    spec = {key: value for key, value in each.items() if key != "min_amount"}
    return ClassSpec(**spec, min_amount_minor=each["min_amount"], currency=script.currency)  # type: ignore[arg-type]

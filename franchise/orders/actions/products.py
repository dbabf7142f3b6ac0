"""Deeds on what the chain sells: to define a product, and to give it other names or another price."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound, Stale
from kit.texts import line_of
from members.rules.permissions import Permission
from orders.models.products import LONGEST_CODE, Product
from orders.rules.happenings import Happening
from orders.rules.money import price_of
from orders.rules.products import ProductCodeTaken, names_of
from stores.actions.locks import refusing_duplicates
from stores.rules.business import currency_of


@transaction.atomic(using=CHAINS_ALIAS)
def define_product(
    *,
    actor: Actor,
    code: str,
    names: Mapping[str, str],
    price_minor: int,
    currency: str,
    now: datetime,
    model: str = "",
) -> Product:
    """Add a product to what the chain sells; its price is in smallest units.

    Refusals: NotPermitted, Invalid, TooLong, ProductCodeTaken.
    """
    actor.must(Permission.DEFINE_PRODUCT)
    currency = currency_of(currency)
    product = Product(
        code=line_of(code, field="code", limit=LONGEST_CODE),
        names=names_of(names),
        model=line_of(model, field="model", required=False),
        price_minor=price_of(price_minor, field="price_minor", currency=currency),
        currency=currency,
        defined_at=now,
    )
    with refusing_duplicates(ProductCodeTaken(field="code", code=product.code)):
        product.save(force_insert=True)
    _tell_journal(actor, product, Happening.PRODUCT_DEFINED, None, now)
    return product


@transaction.atomic(using=CHAINS_ALIAS)
def redefine_product(
    *,
    actor: Actor,
    product_id: UUID,
    now: datetime,
    names: Mapping[str, str] | None = None,
    model: str | None = None,
    price_minor: int | None = None,
    is_on_sale: bool | None = None,
    expected_version: int | None = None,
) -> Product:
    """Give a product other names, another price, or take it out of sale; orders keep what they were placed with.

    Refusals: NotPermitted, NotFound, Stale, Invalid, TooLong.
    """
    actor.must(Permission.DEFINE_PRODUCT)
    product = Product.objects.select_for_update().filter(id=product_id).first()
    if product is None:
        raise NotFound
    if expected_version is not None and expected_version != product.version:
        raise Stale(field="expected_version", version=product.version, state=product.code, current=product)
    before = _facts(product)
    product.names = product.names if names is None else names_of(names)
    product.model = product.model if model is None else line_of(model, field="model", required=False)
    if price_minor is not None:
        product.price_minor = price_of(price_minor, field="price_minor", currency=product.currency)
    product.is_on_sale = product.is_on_sale if is_on_sale is None else is_on_sale
    product.version += 1
    product.save()
    _tell_journal(actor, product, Happening.PRODUCT_REDEFINED, before, now)
    return product


def _facts(product: Product) -> dict[str, Any]:
    return {
        "code": product.code,
        "names": product.names,
        "model": product.model,
        "price_minor": product.price_minor,
        "currency": product.currency,
        "is_on_sale": product.is_on_sale,
        "version": product.version,
    }


def _tell_journal(
    actor: Actor, product: Product, kind: Happening, before: dict[str, Any] | None, now: datetime
) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Product",
        subject_id=product.id,
        store_id=None,
        now=now,
        before=before,
        after=_facts(product),
    )

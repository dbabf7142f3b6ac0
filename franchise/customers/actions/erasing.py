"""Deeds that give a person all that is held on them, and that take out who they are (K4)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, CharField, F, Q, TextField, Value, When

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from customers.actions.registering import lock_customer, lock_register, particulars_of, tell_journal
from customers.models import Customer, Merge
from customers.queries.register import get_customer, ids_of
from customers.rules.happenings import Happening
from customers.rules.holdings import ERASED, Holding, MattersOpen, holdings
from customers.rules.merging import must_be_current, must_be_kept
from customers.rules.retention import UnderLegalHold
from kit.wording import enumerated
from members.rules.permissions import Permission


@transaction.atomic(using=CHAINS_ALIAS)
def export_customer_data(*, actor: Actor, customer_id: UUID, now: datetime) -> tuple[Customer, dict[str, Any]]:
    """Return a person and everything that is held on them, under all their records, and record who took it (K4).

    Refusals: NotFound, NotPermitted, CustomerMerged, CustomerErased.
    """
    customer = get_customer(actor=actor, customer_id=customer_id)
    actor.must(Permission.EXPORT_CUSTOMER_DATA, at=customer.store_id)
    must_be_kept(customer)
    records = list(Customer.objects.filter(id__in=ids_of(customer.id)).order_by("registered_at", "id"))
    ids = [record.id for record in records]
    data: dict[str, Any] = {
        "exported_at": _plain(now),
        "customers": [
            {
                "id": str(each.id),
                "number": each.number,
                "registered_at": _plain(each.registered_at),
                **particulars_of(each),
            }
            for each in records
        ],
    }
    for holding in holdings():
        data[holding.kind] = _held(holding, ids)
    counts = {kind: len(rows) for kind, rows in data.items() if isinstance(rows, list)}
    tell_journal(actor, customer, Happening.CUSTOMER_DATA_EXPORTED, now, after=counts)
    return customer, data


@transaction.atomic(using=CHAINS_ALIAS)
def erase_customer(*, actor: Actor, customer_id: UUID, now: datetime, expected_version: int | None = None) -> Customer:
    """Take out for good who a person is, in all their records and wherever they are written about; the books stay (K4).

    Amounts, moments and ids are kept. Refusals: NotFound, NotPermitted, Stale, CustomerMerged, CustomerErased,
    UnderLegalHold, MattersOpen.
    """
    seen = get_customer(actor=actor, customer_id=customer_id)
    actor.must(Permission.ERASE_CUSTOMER, at=seen.store_id)
    lock_register(actor, seen.store_id)
    customer = lock_customer(actor, customer_id, Permission.ERASE_CUSTOMER)
    must_be_current(customer, expected_version)
    must_be_kept(customer)
    ids = ids_of(customer.id)
    if Customer.objects.filter(id__in=ids, held_at__isnull=False).exists():
        raise UnderLegalHold(field="customer_id")
    _must_have_nothing_open(ids)
    counts = {holding.kind: _erase(holding, ids) for holding in holdings()}
    Merge.objects.filter(Q(kept_id__in=ids) | Q(merged_id__in=ids)).update(filled={})
    nothing = dict.fromkeys(
        ("phone", "email", "address", "birthday", "note", "name_key", "phone_key", "search_text"), ""
    )
    counts["customers"] = Customer.objects.filter(id__in=ids).update(
        **nothing, name=ERASED, birth_year=None, erased_at=now, version=F("version") + 1
    )
    customer.refresh_from_db()
    tell_journal(actor, customer, Happening.CUSTOMER_ERASED, now, before={"records": sorted(ids)}, after=counts)
    return customer


def _rows(holding: Holding, customer_ids: Collection[UUID]) -> Any:
    return holding.model._default_manager.filter(holding.about(customer_ids)).order_by()


def _held(holding: Holding, customer_ids: Collection[UUID]) -> list[dict[str, Any]]:
    rows = _rows(holding, customer_ids).order_by("pk").values("pk", *holding.shown)
    return [{column: _plain(value) for column, value in row.items()} for row in rows]


def _erase(holding: Holding, customer_ids: Collection[UUID]) -> int:
    """Put ERASED in the place of what is written in a holding's texts; return in how many rows there was something."""
    if not holding.texts:
        return 0
    is_written, erased = Q(), {}
    for column in holding.texts:
        field = holding.model._meta.get_field(column)
        if not isinstance(field, CharField | TextField):
            raise TypeError(f"{column} of {holding.kind} holds no text.")
        is_empty = Q(**{column: ""}) | Q(**{f"{column}__isnull": True})
        is_written |= ~is_empty
        erased[column] = Case(When(is_empty, then=F(column)), default=Value(ERASED), output_field=TextField())
    written: int = _rows(holding, customer_ids).filter(is_written).update(**erased)
    return written


def _must_have_nothing_open(customer_ids: Collection[UUID]) -> None:
    """Refuse with MattersOpen while anything is still to be brought to its end for a person.

    What may be opened again is locked first: whoever writes to it meanwhile comes before the erasure or finds it done.
    """
    matters = [(holding, holding.open_when) for holding in holdings() if holding.open_when is not None]
    for holding, _open_when in matters:
        rows = _rows(holding, customer_ids).order_by("pk").select_for_update(of=("self",), no_key=True)
        list(rows.values_list("pk", flat=True))
    # Asked for once more, and all at once: whatever began while the locks were waited for is seen only now.
    still_open = [
        _rows(holding, customer_ids).filter(open_when).values_list(Value(place))[:1]
        for place, (holding, open_when) in enumerate(matters)
    ]
    places = sorted(place for (place,) in still_open[0].union(*still_open[1:], all=True)) if still_open else []
    if places:
        raise MattersOpen(kinds=enumerated(matters[place][0].model._meta.verbose_name_plural for place in places))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value

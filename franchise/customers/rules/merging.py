"""How two records of one person become one and two again (K2)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.rules.particulars import bare
from kit.refusals import Refusal, Stale


class CustomerState(TextChoices):
    """Whether a record stands for itself."""

    KEPT = "KEPT", _("Kept")
    MERGED = "MERGED", _("Merged")
    ERASED = "ERASED", _("Erased")


class Particular(TextChoices):
    """One thing that is written down about a customer."""

    NAME = "NAME", _("Name")
    PHONE = "PHONE", _("Phone number")
    EMAIL = "EMAIL", _("E-mail address")
    ADDRESS = "ADDRESS", _("Postal address")
    BIRTHDAY = "BIRTHDAY", _("Birthday")
    NOTE = "NOTE", _("Note")


class Likeness(TextChoices):
    """Why two records may be one person's."""

    SAME_PHONE = "SAME_PHONE", _("the same phone number")
    SAME_EMAIL = "SAME_EMAIL", _("the same e-mail address")
    SAME_NAME = "SAME_NAME", _("the same name")


class CustomerMerged(Refusal):
    """What is done, is done with the record that is kept."""

    message = _("This record was merged into another one. Take the one that is kept.")


class CustomerErased(Refusal):
    """There is nobody any more whom this record tells of."""

    message = _("This customer's particulars were erased.")


class SameCustomer(Refusal):
    """The two records are one person's already."""

    message = _("These two records are one customer already.")


class NotOfOneStore(Refusal):
    """Each store keeps its own register."""

    message = _("Only two records of the same store can be merged.")


class NotMerged(Refusal):
    """There is nothing to undo."""

    message = _("This record is not merged into another one.")


_COLUMN = {
    Particular.NAME: "name",
    Particular.PHONE: "phone",
    Particular.EMAIL: "email",
    Particular.ADDRESS: "address",
    Particular.BIRTHDAY: "birthday",
    Particular.NOTE: "note",
}
_CONTACTS = ("phone", "email")
# With the day goes its year.
_ALONG = {"birthday": "birth_year"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person's, and why."""

    one: Customer
    other: Customer
    likenesses: tuple[Likeness, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What merging two records would do: what the kept one takes over, what differs, and what comes along."""

    kept: Customer
    merged: Customer
    likenesses: tuple[Likeness, ...]
    taken_over: tuple[Particular, ...]
    differing: tuple[Particular, ...]
    purchases: int
    events: int
    hindrance: Refusal | None


def state_of(customer: Customer) -> CustomerState:
    """Return whether a record stands for itself."""
    if customer.erased_at is not None:
        return CustomerState.ERASED
    return CustomerState.KEPT if customer.kept_as_id is None else CustomerState.MERGED


def must_be_kept(customer: Customer) -> None:
    """Refuse with CustomerErased or CustomerMerged a record that does not stand for itself."""
    if customer.erased_at is not None:
        raise CustomerErased
    if customer.kept_as_id is not None:
        raise CustomerMerged


def must_be_current(customer: Customer, expected_version: int | None) -> None:
    """Refuse with Stale when the caller has seen another version than the current one; None asks for none."""
    if expected_version is not None and expected_version != customer.version:
        raise Stale(field="expected_version", state=state_of(customer), version=customer.version, current=customer)


def must_be_mergeable(kept: Customer, merged: Customer) -> None:
    """Refuse two records that can't become one.

    Raises SameCustomer, NotOfOneStore, CustomerMerged and CustomerErased.
    """
    if (kept.kept_as_id or kept.id) == (merged.kept_as_id or merged.id):
        raise SameCustomer(field="merged_id")
    if kept.store_id != merged.store_id:
        raise NotOfOneStore(field="merged_id")
    must_be_kept(kept)
    must_be_kept(merged)


def hindrance_of(kept: Customer, merged: Customer) -> Refusal | None:
    """Return what stands in the way of merging two records, or None."""
    try:
        must_be_mergeable(kept, merged)
    except Refusal as refusal:
        return refusal
    return None


def taken_over(kept: Customer, merged: Customer) -> dict[str, Any]:
    """Return the columns that are empty in the record that is kept and get their values from the other one."""
    filled: dict[str, Any] = {}
    for column in _COLUMN.values():
        if not getattr(kept, column) and getattr(merged, column):
            filled[column] = getattr(merged, column)
            if column in _ALONG:
                filled[_ALONG[column]] = getattr(merged, _ALONG[column])
    return filled


def given_back(kept: Customer, filled: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that lose what a merging filled in, being as it left them.

    A contact stays when the record would be left without any: whoever corrected it meanwhile knew what they did.
    """
    empty: dict[str, Any] = {
        column: None if column in _ALONG.values() else ""
        for column, value in filled.items()
        if getattr(kept, column) == value
    }
    for column, along in _ALONG.items():
        if column not in empty:
            empty.pop(along, None)
    left = [column for column in _CONTACTS if getattr(kept, column) and column not in empty]
    if not left:
        empty = {column: value for column, value in empty.items() if column not in _CONTACTS}
    return empty


def particulars_in(columns: dict[str, Any]) -> list[Particular]:
    """Return the particulars that these columns hold, in their order."""
    return [particular for particular, column in _COLUMN.items() if column in columns]


def differing(kept: Customer, merged: Customer) -> list[Particular]:
    """Return the particulars that both records have, each its own: those of the kept one stay."""
    found = []
    for particular, column in _COLUMN.items():
        mine, other = getattr(kept, column), getattr(merged, column)
        if mine and other and bare(mine) != bare(other):
            found.append(particular)
    return found


def likenesses(one: Customer, other: Customer) -> list[Likeness]:
    """Return why two records may be one person's."""
    return [
        likeness
        for likeness, is_so in (
            (Likeness.SAME_PHONE, bool(one.phone_key) and one.phone_key == other.phone_key),
            (Likeness.SAME_EMAIL, bool(one.email) and one.email == other.email),
            (Likeness.SAME_NAME, bool(one.name_key) and one.name_key == other.name_key),
        )
        if is_so
    ]

"""What a customer asks for and is given: checked, added up, and held against what a role may decide (C6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from complaints.models.remedies import RemedyKind
from complaints.rules.refusals import RemedyAboveLimit
from kit.refusals import Invalid
from kit.texts import text_of
from kit.wording import money
from orders.rules.money import amount_of
from stores.rules.business import CurrencyDiffers

MOST_REMEDIES = 10
# These are nothing without an amount.
_MONEY = frozenset({RemedyKind.REFUND, RemedyKind.COMPENSATION})


@dataclass(frozen=True, slots=True)
class RemedyDraft:
    """One remedy as somebody told it; `amount_minor` in smallest units, None where no amount is known."""

    kind: RemedyKind
    amount_minor: int | None = None
    currency: str = ""
    note: str = ""


def check_remedies(
    remedies: Sequence[RemedyDraft], *, field: str, currency: str, is_decided: bool
) -> list[RemedyDraft]:
    """Return remedies as they are written down, in a store's currency; raises Invalid, TooLong and CurrencyDiffers.

    What is decided, and not only asked for, names the amount of money that it gives. Another remedy than those that
    have a name is told in its note.
    """
    if len(remedies) > MOST_REMEDIES:
        raise Invalid(field=field, why=_("at most %(most)s remedies") % {"most": MOST_REMEDIES})
    return [_checked(each, (field, str(place)), currency, is_decided) for place, each in enumerate(remedies)]


def worth(amounts: Iterable[int | None]) -> int:
    """Return what remedies are worth together, in smallest units."""
    return sum(amount or 0 for amount in amounts)


def check_worth(amount_minor: int, *, limit_minor: int, currency: str) -> None:
    """Refuse with RemedyAboveLimit, which names the way out, what a role may not decide (C6)."""
    if amount_minor > limit_minor:
        amount, limit = (money(each, currency) for each in (amount_minor, limit_minor))
        raise RemedyAboveLimit(field="remedies", amount=amount, limit=limit)


def _checked(remedy: RemedyDraft, field: tuple[str, str], currency: str, is_decided: bool) -> RemedyDraft:
    note = text_of(remedy.note, field=(*field, "note"), required=remedy.kind is RemedyKind.OTHER)
    if remedy.amount_minor is None:
        if is_decided and remedy.kind in _MONEY:
            raise Invalid(field=(*field, "amount"), why=_("an amount, since this is money"))
        return RemedyDraft(remedy.kind, note=note)
    if remedy.kind is RemedyKind.APOLOGY:
        raise Invalid(field=(*field, "amount"), why=_("no amount beside an apology"))
    if remedy.currency and remedy.currency != currency:
        raise CurrencyDiffers(field=(*field, "amount", "currency"), currency=currency)
    amount_of(remedy.amount_minor, field=(*field, "amount"), currency=currency)
    return RemedyDraft(remedy.kind, remedy.amount_minor, currency, note)

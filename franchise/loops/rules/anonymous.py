"""Taking out of a text whatever tells who somebody is, and finding it where it was left in (T6, K4)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.chinese import folded
from kit.refusals import Refusal
from kit.wording import enumerated

SHORTEST_PART = 3
SHORTEST_ADDRESS = 4
SHORTEST_PHONE, DIALLED = 6, 8
_TITLES = "先生|女士|小姐|太太|夫人|阿姨|叔叔|师傅|老师|经理|店长|老板|总|姐|哥"
_HAN = re.compile(r"[㐀-鿿]")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Seven digits or more, however they are set apart, but no date.
_PHONE = re.compile(r"(?<!\d)(?!\d{4}[-./]\d{1,2}[-./]\d{1,2}(?!\d))\+?\d(?:[\s().-]?\d){6,}(?!\d)")
_BETWEEN_LINES = re.compile(r"[,，、;；\n]")


class Telling(TextChoices):
    """What tells who somebody is."""

    CUSTOMER_NAME = "CUSTOMER_NAME", _("the customer's name")
    STAFF_NAME = "STAFF_NAME", _("the name of a member of staff")
    PHONE = "PHONE", _("a telephone number")
    MAIL = "MAIL", _("an e-mail address")
    ADDRESS = "ADDRESS", _("an address")
    NUMBER = "NUMBER", _("the number of a complaint or an order")


class NotAnonymous(Refusal):
    """What the whole chain reads names nobody."""

    message = _("This text still tells who somebody is: %(found)s. Take it out.")


class ConfirmationNeeded(Refusal):
    """A machine overlooks what a person sees."""

    message = _("Read the text and confirm that nobody can be recognised by it.")


class CaseStudyOpen(Refusal):
    """A complaint becomes one case study."""

    message = _("There is a case study of this complaint already.")


@dataclass(frozen=True, slots=True)
class Hidden:
    """What may not be told of a complaint: of its customer, of the staff, and its numbers."""

    customers: Sequence[str] = ()
    staff: Sequence[str] = ()
    phones: Sequence[str] = ()
    mails: Sequence[str] = ()
    addresses: Sequence[str] = ()
    numbers: Sequence[str] = ()


def told_in(text: str, hidden: Hidden) -> list[Telling]:
    """Return what in a text still tells who somebody is: in either Chinese script, any width and any case."""
    plain = folded(text)
    numbers = [folded(each) for each in hidden.numbers if each]
    unnumbered = plain
    for number in numbers:
        unnumbered = unnumbered.replace(number, " ")
    digits = re.sub(r"\D", "", unnumbered)
    looked_for = (
        (Telling.CUSTOMER_NAME, _names_anybody(text, hidden.customers)),
        (Telling.STAFF_NAME, _names_anybody(text, hidden.staff)),
        (Telling.PHONE, bool(_PHONE.search(unnumbered)) or any(each in digits for each in _digits_of(hidden.phones))),
        (Telling.MAIL, bool(_MAIL.search(plain)) or any(folded(each) in plain for each in hidden.mails if each)),
        (Telling.ADDRESS, any(part in plain for part in _parts_of_addresses(hidden.addresses))),
        (Telling.NUMBER, any(number in plain for number in numbers)),
    )
    return [telling for telling, is_there in looked_for if is_there]


def taken_out(text: str, hidden: Hidden) -> str:
    """Return a text with a word for what it was in the place of whatever tells who somebody is, as that is written.

    In the other Chinese script, or of a part of an address, `told_in` finds more: that is for a person to take out.
    """
    for address in sorted(hidden.addresses, key=len, reverse=True):
        text = _replaced(text, [address], str(_("[address]")))
    text = _MAIL.sub(str(_("[e-mail address]")), text)
    text = _replaced(text, hidden.numbers, str(_("[number]")))
    text = _PHONE.sub(str(_("[telephone number]")), text)
    text = _without_names(text, hidden.customers, str(_("[customer]")))
    return _without_names(text, hidden.staff, str(_("[member of staff]")))


def must_be_anonymous(texts: Iterable[tuple[str, str]], hidden: Hidden) -> None:
    """Refuse with NotAnonymous a text that still tells who somebody is; `texts` are fields with their texts."""
    for field, text in texts:
        found = told_in(text, hidden)
        if found:
            raise NotAnonymous(field=field, found=enumerated([str(each.label) for each in found]))


def _names_anybody(text: str, names: Iterable[str]) -> bool:
    plain = folded(text)
    return any(
        re.search(pattern, text if is_written_so else plain)
        for name in names
        for pattern, is_written_so in _patterns(name)
    )


def _patterns(name: str) -> Iterator[tuple[str, bool]]:
    """Yield what a name is found by: as it is folded, or as it is written, where a word could be meant otherwise."""
    whole = folded(name).strip()
    if not whole:
        return
    if _HAN.search(whole):
        bare = re.sub(r"\s", "", whole)
        yield re.escape(bare), False
        if 1 < len(bare) <= SHORTEST_PART:
            surname, given = bare[0], bare[1:]
            yield rf"{re.escape(surname)}(?:{_TITLES})", False
            yield rf"[小老阿]{re.escape(surname)}", False
            if len(given) > 1:
                yield re.escape(given), False
        return
    yield rf"(?<!\w){re.escape(whole)}(?!\w)", False
    parts = name.split()
    if len(parts) > 1:
        for part in parts:
            # A word that is a name as well, as Brown is, counts as one only where it is written so.
            if len(part) >= SHORTEST_PART and part[0].isupper():
                yield rf"(?<!\w){re.escape(part)}(?!\w)", True


def _without_names(text: str, names: Iterable[str], instead: str) -> str:
    for name in sorted(names, key=len, reverse=True):
        for pattern, is_written_so in _patterns(name):
            text = re.sub(pattern, instead, text, flags=re.NOFLAG if is_written_so else re.IGNORECASE)
            if _HAN.search(name):
                text = _replaced(text, [name], instead)
    return text


def _replaced(text: str, words: Iterable[str], instead: str) -> str:
    for word in words:
        if word:
            text = re.sub(re.escape(word), instead, text, flags=re.IGNORECASE)
    return text


def _parts_of_addresses(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        for part in (address, *_BETWEEN_LINES.split(address)):
            plain = folded(part).strip()
            if len(plain) >= SHORTEST_ADDRESS:
                yield plain


def _digits_of(phones: Iterable[str]) -> Iterator[str]:
    """Yield the last digits of telephone numbers, which are dialled wherever one calls from."""
    for phone in phones:
        digits = re.sub(r"\D", "", folded(phone))[-DIALLED:]
        if len(digits) >= SHORTEST_PHONE:
            yield digits

"""What a customer is found by: any particular, without case, width, blanks and the way a number was typed (K1, L1)."""

import re

from customers.models import LONGEST_NAME, LONGEST_PHONE
from customers.rules.particulars import Particulars, bare, plain_phone

# Country codes of one and of two digits; all the others have three (ITU-T E.164).
_OF_ONE = frozenset("17")
_OF_TWO = frozenset(
    {"20", "27", *map(str, range(30, 35)), "36", "39", "40", "41", *map(str, range(43, 50)), *map(str, range(51, 59))}
    | {*map(str, range(60, 67)), "81", "82", "84", "86", *map(str, range(90, 96)), "98"}
)
_A_NUMBER = re.compile(r"\+?[0-9]{3,}")
_A_REFERENCE = re.compile(r"(?:(.+)-)?K([0-9]{1,18})")
_APART = "\n"


def reference_of(*, store_code: str, number: int) -> str:
    """Return the number by which people name a customer: the store's code and a running number."""
    return f"{store_code}-K{number:05d}"


def reference_in(text: str) -> tuple[str, int] | None:
    """Return a store's code, empty where it was left out, and a customer's number, if a text is that and no more."""
    found = _A_REFERENCE.fullmatch(bare(text).upper())
    return found and (found[1] or "", int(found[2]))


def phone_key(phone: str) -> str:
    """Return a number as it is dialled inside its country, without its leading zero: what two writings have in common.

    >>> phone_key("+8613812345678") == phone_key("13812345678")
    True
    """
    if phone.startswith("+"):
        digits = phone[1:]
        code = 1 if digits[:1] in _OF_ONE else 2 if digits[:2] in _OF_TWO else 3
        phone = digits[code:] or digits
    return phone.lstrip("0")


def keys_of(given: Particulars) -> dict[str, str]:
    """Return the columns by which a customer with these particulars is found and compared."""
    return {
        "name_key": bare(given.name)[:LONGEST_NAME],
        "phone_key": phone_key(given.phone)[:LONGEST_PHONE],
        "search_text": _APART.join((bare(given.name), given.phone.lstrip("+"), bare(given.email), bare(given.address))),
    }


def sought_in(text: str) -> list[list[str]]:
    """Return what to look for: of one of these lists, each part has to be somewhere in a customer's text.

    A phone number is one part however it was typed; of a name or address each word is one. Nothing in them means
    anything but itself (corpus I09).
    """
    words = [part for word in text.split() if (part := bare(word))]
    number = plain_phone(text)
    digits = phone_key(number) or number.lstrip("+") if _A_NUMBER.fullmatch(number) else ""
    return [parts for parts in ([digits], words) if parts and parts != [""]]

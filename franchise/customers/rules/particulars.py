"""How a customer's particulars are written down, and shown to whoever may not see them whole (rulebook C1, K1, K4)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from customers.models import LONGEST_ADDRESS, LONGEST_EMAIL, LONGEST_NAME
from kit.chinese import folded
from kit.refusals import Invalid, Refusal
from kit.texts import line_of, text_of

LANGUAGES = ("en", "zh-hans", "zh-hant")
_PHONE = re.compile(r"\+?[0-9]{5,16}")
_BETWEEN_DIGITS = re.compile(r"[\s().\-/]")
_BIRTHDAY = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})")
_COVER = "•••"
_SHOWN_OF_AN_ADDRESS = 3
# Any leap year: the 29th of February is a birthday, too.
_A_LEAP_YEAR = 2000
_FIRST_YEAR = 1880


class ContactNeeded(Refusal):
    """Nobody can be answered who can't be reached (C1)."""

    message = _("Give the customer's phone number or e-mail address.")


@dataclass(frozen=True, slots=True)
class Particulars:
    """Who a customer is and how they are reached, as somebody typed it.

    `birthday` is `05-17` or, with the year, `1990-05-17`.
    """

    name: str
    phone: str = ""
    email: str = ""
    language: str = "en"
    address: str = ""
    birthday: str = ""
    note: str = ""

    def checked(self, prefix: str = "") -> "Particulars":
        """Return them as they are written down; refusals name their fields after the prefix.

        Raises Invalid, TooLong and ContactNeeded.
        """
        name = line_of(self.name, field=f"{prefix}name", limit=LONGEST_NAME)
        phone = phone_of(self.phone, field=f"{prefix}phone")
        email = email_of(self.email, field=f"{prefix}email")
        address = line_of(self.address, field=f"{prefix}address", required=False, limit=LONGEST_ADDRESS)
        birthday = birthday_of(self.birthday, field=f"{prefix}birthday")
        note = text_of(self.note, field=f"{prefix}note", required=False)
        if self.language not in LANGUAGES:
            raise Invalid(field=f"{prefix}language", why=", ".join(LANGUAGES))
        if not phone and not email:
            raise ContactNeeded(field=f"{prefix}phone")
        return Particulars(name, phone, email, self.language, address, birthday, note)


def phone_of(text: str, *, field: str) -> str:
    """Return a phone number as digits, with + before a country's code, however it was typed; raises Invalid.

    Full-width digits become plain ones and a leading 00 becomes +, so that one number is written in one way.
    """
    plain = plain_phone(text)
    if plain and not _PHONE.fullmatch(plain):
        raise Invalid(field=field, why=_("a phone number of 5 to 16 digits"))
    return plain


def plain_phone(text: str) -> str:
    """Return what was typed as a phone number, without what people put between digits."""
    plain = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text.strip()))
    return f"+{plain[2:]}" if plain.startswith("00") else plain


def email_of(text: str, *, field: str) -> str:
    """Return one e-mail address in lower case; raises Invalid or TooLong (corpus I14)."""
    address = line_of(text, field=field, required=False, limit=LONGEST_EMAIL).lower()
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid(field=field, why=_("one e-mail address")) from None
    return address


def birthday_of(text: str, *, field: str) -> str:
    """Return a birthday as `05-17` or `1990-05-17`; raises Invalid for what is no day."""
    plain = unicodedata.normalize("NFKC", text.strip())
    if not plain:
        return ""
    found = _BIRTHDAY.fullmatch(plain)
    try:
        year, month, day = (int(part or _A_LEAP_YEAR) for part in (found.groups() if found else ()))
        date(year, month, day)
    except ValueError:
        raise Invalid(field=field, why=_("a day such as 05-17 or 1990-05-17")) from None
    if year < _FIRST_YEAR:
        raise Invalid(field=field, why=_("a day such as 05-17 or 1990-05-17"))
    return plain


def must_be_born(birthday: str, *, today: date, field: str) -> None:
    """Refuse with Invalid a written birthday with a year that is still to come."""
    _day, year = day_and_year(birthday)
    if year is not None and date.fromisoformat(f"{year:04d}-{birthday[-5:]}") > today:
        raise Invalid(field=field, why=_("a day that has passed"))


def day_and_year(birthday: str) -> tuple[str, int | None]:
    """Return a written birthday's month and day, and its year where that is known."""
    return birthday[-5:], int(birthday[:-6]) if len(birthday) > len("05-17") else None


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same but for case, width, blanks and the Chinese script."""
    return bare(one) == bare(other)


def bare(text: str) -> str:
    """Return a text without case, width and blanks and in one Chinese script, for comparing."""
    return "".join(folded(text).split())


def masked(contact: str) -> str:
    """Return a phone number or address with its middle covered, enough to recognise it and not to use it (K4)."""
    name, at, domain = contact.partition("@")
    if at:
        return f"{name[:1]}{_COVER}@{domain}"
    return f"{_COVER}{contact[-4:]}" if contact else ""


def masked_name(name: str) -> str:
    """Return a name's first character and a cover for the rest, for roles that need not know who it is (K4)."""
    return f"{name[:1]}{_COVER}"


def masked_address(address: str) -> str:
    """Return the beginning of a postal address and a cover for the rest (K4)."""
    return f"{address[:_SHOWN_OF_AN_ADDRESS]}{_COVER}" if address else ""

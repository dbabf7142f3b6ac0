"""How a customer's particulars are written down (rulebook C1, K1)."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from customers.models import LONGEST_EMAIL, LONGEST_NAME
from kit.refusals import Invalid, Refusal
from kit.texts import line_of

LANGUAGES = ("en", "zh-hans", "zh-hant")
_PHONE = re.compile(r"\+?[0-9]{5,16}")
_BETWEEN_DIGITS = re.compile(r"[\s().\-/]")


class Happening(StrEnum):
    """What the journal calls the things that happen to a customer's record."""

    CUSTOMER_REGISTERED = "CUSTOMER_REGISTERED"
    CUSTOMER_READ = "CUSTOMER_READ"


class ContactNeeded(Refusal):
    """Nobody can be answered who can't be reached (C1)."""

    message = _("Give the customer's phone number or e-mail address.")


@dataclass(frozen=True, slots=True)
class Particulars:
    """Who a customer is and how they are reached, as somebody typed it."""

    name: str
    phone: str = ""
    email: str = ""
    language: str = "en"

    def checked(self, prefix: str = "") -> "Particulars":
        """Return them as they are written down; refusals name their fields after the prefix.

        Raises Invalid, TooLong and ContactNeeded.
        """
        name = line_of(self.name, field=f"{prefix}name", limit=LONGEST_NAME)
        phone = phone_of(self.phone, field=f"{prefix}phone")
        email = email_of(self.email, field=f"{prefix}email")
        if self.language not in LANGUAGES:
            raise Invalid(field=f"{prefix}language", why=", ".join(LANGUAGES))
        if not phone and not email:
            raise ContactNeeded(field=f"{prefix}phone")
        return Particulars(name, phone, email, self.language)


def phone_of(text: str, *, field: str) -> str:
    """Return a phone number as digits, with + before a country's code, however it was typed; raises Invalid.

    Full-width digits become plain ones and a leading 00 becomes +, so that one number is written in one way.
    """
    plain = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", text.strip()))
    if not plain:
        return ""
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if not _PHONE.fullmatch(plain):
        raise Invalid(field=field, why=_("a phone number of 5 to 16 digits"))
    return plain


def email_of(text: str, *, field: str) -> str:
    """Return one e-mail address in lower case; raises Invalid or TooLong (corpus I14)."""
    address = line_of(text, field=field, required=False, limit=LONGEST_EMAIL).lower()
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid(field=field, why=_("one e-mail address")) from None
    return address


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same but for case, width and blanks."""
    return _bare(one) == _bare(other)


def masked(contact: str) -> str:
    """Return a phone number or address with its middle covered, enough to recognise it and not to use it (K4)."""
    name, at, domain = contact.partition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    return f"•••{contact[-4:]}" if contact else ""


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())

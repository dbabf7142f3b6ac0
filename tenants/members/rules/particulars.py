"""What a person is called and how they are reached: one line each, fit for a mail's header (I14)."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, TooLong
from kit.texts import line_of

LONGEST_ADDRESS = 254
LONGEST_NAME = 120
LONGEST_PASSWORD = 1_000
LANGUAGES = ("en", "zh-hans", "zh-hant")


def email_of(text: str, *, field: str = "email") -> str:
    """Return one e-mail address in lower case; raises Invalid or TooLong with the field."""
    address = line_of(text, field=field, limit=LONGEST_ADDRESS).lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(field=field, why=_("one e-mail address")) from error
    return address


def name_of(text: str, *, field: str = "name") -> str:
    """Return a person's name; raises Invalid or TooLong with the field."""
    return line_of(text, field=field, limit=LONGEST_NAME)


def language_of(code: str, *, field: str = "language") -> str:
    """Return the code of a language that the product speaks; raises Invalid with the field."""
    if code not in LANGUAGES:
        raise Invalid(field=field, why=", ".join(LANGUAGES))
    return code


def refuse_endless_password(password: str, *, field: str = "password") -> None:
    """Raise TooLong before a huge text is hashed at great cost."""
    if len(password) > LONGEST_PASSWORD:
        raise TooLong(field=field, limit=LONGEST_PASSWORD)

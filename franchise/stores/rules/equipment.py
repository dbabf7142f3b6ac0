"""What a store has, as standards may speak of it: codes of equipment, and from when to when (S1: feasible)."""

import re

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal

_CODE = re.compile(r"[A-Z0-9][A-Z0-9_]{0,39}")


class EquipmentThereAlready(Refusal):
    """The store has equipment of this code."""

    message = _("The store has equipment of the code %(code)s already.")


class EquipmentRemovedAlready(Refusal):
    """The equipment is not at the store any more."""

    message = _("This equipment was removed before.")


def equipment_code(text: str) -> str:
    """Return a code of equipment; raises Invalid."""
    if not _CODE.fullmatch(text):
        raise Invalid(field="code", why=_("capital letters, digits and underscores"))
    return text

"""What can be done with a customer's record as it is now."""

from collections.abc import Callable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from customers.rules.merging import CustomerState
from members.rules.permissions import Permission


class CustomerAction(TextChoices):
    """What can be done with a record, named as the mutation that does it."""

    READ_CUSTOMER_CONTACT = "READ_CUSTOMER_CONTACT", _("Look up how the customer is reached")
    CORRECT_CUSTOMER = "CORRECT_CUSTOMER", _("Correct the particulars")
    RECORD_PURCHASE = "RECORD_PURCHASE", _("Note a purchase")
    GREET_CUSTOMER = "GREET_CUSTOMER", _("Greet the customer")
    RECORD_CONSENT = "RECORD_CONSENT", _("Record a consent")
    MERGE_CUSTOMERS = "MERGE_CUSTOMERS", _("Merge with another record")
    UNMERGE_CUSTOMERS = "UNMERGE_CUSTOMERS", _("Undo the merging")
    EXPORT_CUSTOMER_DATA = "EXPORT_CUSTOMER_DATA", _("Export what is held on the customer")
    PLACE_LEGAL_HOLD = "PLACE_LEGAL_HOLD", _("Place a legal hold")
    LIFT_LEGAL_HOLD = "LIFT_LEGAL_HOLD", _("Lift the legal hold")
    ERASE_CUSTOMER = "ERASE_CUSTOMER", _("Erase the particulars")


_WHEN_MERGED = (
    CustomerAction.READ_CUSTOMER_CONTACT,
    CustomerAction.RECORD_PURCHASE,
    CustomerAction.UNMERGE_CUSTOMERS,
    CustomerAction.LIFT_LEGAL_HOLD,
)
_POSSIBLE: dict[CustomerState, tuple[CustomerAction, ...]] = {
    CustomerState.KEPT: tuple(each for each in CustomerAction if each is not CustomerAction.UNMERGE_CUSTOMERS),
    CustomerState.MERGED: _WHEN_MERGED,
    CustomerState.ERASED: (),
}


_PERMISSION = {
    CustomerAction.UNMERGE_CUSTOMERS: Permission.MERGE_CUSTOMERS,
    CustomerAction.PLACE_LEGAL_HOLD: Permission.ERASE_CUSTOMER,
    CustomerAction.LIFT_LEGAL_HOLD: Permission.ERASE_CUSTOMER,
}


def available_actions(
    state: CustomerState, may: Callable[[Permission], bool], *, is_held: bool = False
) -> list[CustomerAction]:
    """List what somebody with these permissions can do with a record in this state."""
    if is_held:
        hindered = {CustomerAction.PLACE_LEGAL_HOLD, CustomerAction.ERASE_CUSTOMER}
    else:
        hindered = {CustomerAction.LIFT_LEGAL_HOLD}
    return [action for action in _POSSIBLE[state] if action not in hindered and may(_needed(action))]


def _needed(action: CustomerAction) -> Permission:
    return _PERMISSION.get(action) or Permission(action.value)

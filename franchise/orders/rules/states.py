"""How an order moves along its three axes: what can be done with it as it stands (rulebook O2 to O5)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.refusals import Refusal, Stale
from kit.wording import enumerated
from members.rules.permissions import Permission
from orders.models.orders import FulfilmentState, Order, OrderState, PaymentState
from orders.rules.money import MOST_MINOR


class OrderAction(TextChoices):
    """What can be done with an order that has been placed, named as the mutation that does it."""

    RECORD_PAYMENT = "RECORD_PAYMENT", _("Record a payment")
    REQUEST_ORDER_CHANGE = "REQUEST_ORDER_CHANGE", _("Take down a change")
    CONFIRM_ORDER_CHANGE = "CONFIRM_ORDER_CHANGE", _("Confirm the change")
    DECLINE_ORDER_CHANGE = "DECLINE_ORDER_CHANGE", _("Decline the change")
    CANCEL_ORDER = "CANCEL_ORDER", _("Cancel the order")
    GRANT_REFUND = "GRANT_REFUND", _("Grant a refund")
    SHIP_LINES = "SHIP_LINES", _("Ship goods")
    REPORT_DAMAGE = "REPORT_DAMAGE", _("Report damage")


class NotForThisOrder(Refusal):
    """The order's states do not allow the deed."""

    message = _("This can't be done with an order that is %(states)s. Possible now: %(possible)s.")


class ChangePending(Refusal):
    """A change has been requested and not been decided."""

    message = _("A change of this order has been requested. Confirm or decline it first.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What about an order decides what can be done with it; amounts in smallest units."""

    state: OrderState
    payment_state: PaymentState
    fulfilment_state: FulfilmentState
    total_minor: int
    paid_minor: int
    refunded_minor: int
    refund_granted_minor: int
    has_open_change: bool

    @property
    def unpaid_minor(self) -> int:
        """What is still to be paid."""
        return self.total_minor - self.paid_minor

    @property
    def receivable_minor(self) -> int:
        """The most that can come in: what is still to be paid, or of a cancelled order whatever does all the same."""
        return MOST_MINOR - self.paid_minor if self.state is OrderState.CANCELLED else self.unpaid_minor

    @property
    def refundable_minor(self) -> int:
        """What was paid and is neither paid back nor granted to be."""
        return self.paid_minor - self.refunded_minor - self.refund_granted_minor

    @property
    def refund_due_minor(self) -> int:
        """What has to go back: all that came in for a cancelled order and is still here, else what is granted."""
        is_cancelled = self.state is OrderState.CANCELLED
        return self.paid_minor - self.refunded_minor if is_cancelled else self.refund_granted_minor


_PLACED = frozenset({OrderState.PLACED})
_MAY_LEAVE = frozenset({FulfilmentState.UNSHIPPED, FulfilmentState.PARTLY_SHIPPED})


def _is_payable(standing: Standing) -> bool:
    return standing.state is not OrderState.COMPLETED and standing.receivable_minor > 0


def _is_changeable(standing: Standing) -> bool:
    return standing.state in _PLACED and standing.fulfilment_state in _MAY_LEAVE and not standing.has_open_change


def _has_change(standing: Standing) -> bool:
    return standing.has_open_change


def _is_cancellable(standing: Standing) -> bool:
    return standing.state in _PLACED and standing.fulfilment_state is FulfilmentState.UNSHIPPED


def _is_refundable(standing: Standing) -> bool:
    return standing.refundable_minor > 0 and standing.refund_granted_minor == 0


def _is_shippable(standing: Standing) -> bool:
    return standing.state in _PLACED and standing.fulfilment_state in _MAY_LEAVE and not standing.has_open_change


def _has_left(standing: Standing) -> bool:
    return standing.fulfilment_state is not FulfilmentState.UNSHIPPED


@dataclass(frozen=True, slots=True)
class Move:
    """Who may do a deed, and with which orders."""

    permission: Permission
    is_possible: Callable[[Standing], bool]


MOVES: dict[OrderAction, Move] = {
    OrderAction.RECORD_PAYMENT: Move(Permission.RECORD_PAYMENT, _is_payable),
    OrderAction.REQUEST_ORDER_CHANGE: Move(Permission.REQUEST_ORDER_CHANGE, _is_changeable),
    OrderAction.CONFIRM_ORDER_CHANGE: Move(Permission.DECIDE_ORDER_CHANGE, _has_change),
    OrderAction.DECLINE_ORDER_CHANGE: Move(Permission.DECIDE_ORDER_CHANGE, _has_change),
    OrderAction.CANCEL_ORDER: Move(Permission.CANCEL_ORDER, _is_cancellable),
    OrderAction.GRANT_REFUND: Move(Permission.GRANT_REFUND, _is_refundable),
    OrderAction.SHIP_LINES: Move(Permission.SHIP_LINES, _is_shippable),
    OrderAction.REPORT_DAMAGE: Move(Permission.CONFIRM_DELIVERY, _has_left),
}


def standing_of(order: Order) -> Standing:
    """Return what about an order decides what can be done with it."""
    return Standing(
        state=OrderState(order.state),
        payment_state=PaymentState(order.payment_state),
        fulfilment_state=FulfilmentState(order.fulfilment_state),
        total_minor=order.total_minor,
        paid_minor=order.paid_minor,
        refunded_minor=order.refunded_minor,
        refund_granted_minor=order.refund_granted_minor,
        has_open_change=order.has_open_change,
    )


def check_possible(action: OrderAction, standing: Standing) -> None:
    """Refuse with ChangePending or NotForThisOrder what can't be done with an order as it stands (O2 to O5)."""
    if MOVES[action].is_possible(standing):
        return
    waits = action in (OrderAction.REQUEST_ORDER_CHANGE, OrderAction.SHIP_LINES)
    if waits and standing.has_open_change:
        raise ChangePending
    states = (standing.state, standing.payment_state, standing.fulfilment_state)
    raise NotForThisOrder(
        states=enumerated(state.label for state in states),
        possible=enumerated(each.label for each in possible_actions(standing)) or _("nothing, it has come to its end"),
    )


def possible_actions(standing: Standing) -> list[OrderAction]:
    """List what can be done with an order as it stands, in the order of the work."""
    return [action for action, move in MOVES.items() if move.is_possible(standing)]


def available_actions(
    standing: Standing, may: Callable[[Permission], bool], *, is_erased: bool = False
) -> list[OrderAction]:
    """List what somebody with these permissions can do with an order as it stands; with an erased person's, take money.

    That came in, whoever it was from.
    """
    possible = (action for action in possible_actions(standing) if may(MOVES[action].permission))
    return [action for action in possible if not is_erased or action is OrderAction.RECORD_PAYMENT]


def check_version(*, expected: int | None, version: int, state: OrderState, current: object = None) -> None:
    """Refuse with Stale, telling state and version now, when the caller looked at an older version (C04)."""
    if expected is not None and expected != version:
        raise Stale(field="expected_version", version=version, state=state, current=current)


def fulfilment_of(lines: Iterable[tuple[int, int]], *, all_arrived: bool) -> FulfilmentState:
    """Return how far goods are on their way, from (ordered, shipped) of each line; `all_arrived` of what has left."""
    lines = list(lines)
    if not any(shipped for _ordered, shipped in lines):
        return FulfilmentState.UNSHIPPED
    if any(shipped < ordered for ordered, shipped in lines):
        return FulfilmentState.PARTLY_SHIPPED
    return FulfilmentState.DELIVERED if all_arrived else FulfilmentState.SHIPPED


def state_after(standing: Standing) -> OrderState:
    """Return the state of an order whose amounts or goods have moved: delivered and paid is completed, for good."""
    is_whole = standing.fulfilment_state is FulfilmentState.DELIVERED and standing.unpaid_minor == 0
    return OrderState.COMPLETED if standing.state is OrderState.PLACED and is_whole else standing.state

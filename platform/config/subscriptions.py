"""Which kinds of journal entries become jobs of which task: read by the relay, written by whoever adds a consumer."""

from clocks.rules.happenings import Happening as ClockHappening
from customers import tasks as customers
from customers.rules.happenings import Happening as CustomerHappening
from inquiries import tasks as inquiries
from journal.actions import Subscription
from members import tasks as members
from members.letters import ADDRESS_NOTICES, NOTICES
from members.rules.happenings import Happening
from orders import tasks as orders
from orders.rules.happenings import Happening as OrderHappening
from standards import tasks as standards
from standards.rules.events import measurable_events
from stores.rules.history import CALENDAR_CHANGES

_CHANGE_A_CLASS = frozenset(
    {
        CustomerHappening.PURCHASE_RECORDED,
        CustomerHappening.PURCHASES_TAKEN_BACK,
        CustomerHappening.CUSTOMERS_MERGED,
        CustomerHappening.CUSTOMERS_UNMERGED,
    }
)

_COMPLETE_AN_ORDER = frozenset(
    {
        OrderHappening.ORDER_PLACED,
        OrderHappening.PAYMENT_RECORDED,
        OrderHappening.DELIVERY_CONFIRMED,
        OrderHappening.DELIVERY_DAMAGED,
    }
)

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription(customers.classify_buyer, kinds=_CHANGE_A_CLASS),
    Subscription(customers.classify_all, kinds=frozenset({CustomerHappening.CUSTOMER_CLASSES_SET})),
    Subscription(
        inquiries.hand_over_of_member, kinds=frozenset({Happening.MEMBER_DEACTIVATED, Happening.ROLE_WITHDRAWN})
    ),
    Subscription(inquiries.plant_norms, kinds=frozenset({Happening.CHAIN_OPENED})),
    Subscription(members.mail_invitation, kinds=frozenset({Happening.MEMBER_INVITED})),
    Subscription(members.mail_password_reset, kinds=frozenset({Happening.PASSWORD_RESET_ASKED})),
    Subscription(members.mail_notice, kinds=NOTICES),
    Subscription(members.mail_email_change, kinds=frozenset({Happening.EMAIL_CHANGE_ASKED})),
    Subscription(members.mail_address_notice, kinds=ADDRESS_NOTICES),
    Subscription(orders.note_purchases, kinds=_COMPLETE_AN_ORDER),
    Subscription(orders.take_up_delays, kinds=frozenset({ClockHappening.CLOCK_OVERDUE})),
    Subscription(orders.hand_over, kinds=frozenset({Happening.MEMBER_DEACTIVATED, Happening.ROLE_WITHDRAWN})),
    Subscription(standards.measure_entry, kinds=frozenset(event.kind for event in measurable_events())),
    Subscription(standards.look_at_hours, kinds=frozenset(CALENDAR_CHANGES)),
)

"""Which kinds of journal entries become jobs of which task: read by the relay, written by whoever adds a consumer."""

from journal.actions import Subscription
from members import tasks as members
from members.letters import ADDRESS_NOTICES, NOTICES
from members.rules.happenings import Happening
from standards import tasks as standards
from standards.rules.events import measurable_events
from stores.rules.history import CALENDAR_CHANGES

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription(members.mail_invitation, kinds=frozenset({Happening.MEMBER_INVITED})),
    Subscription(members.mail_password_reset, kinds=frozenset({Happening.PASSWORD_RESET_ASKED})),
    Subscription(members.mail_notice, kinds=NOTICES),
    Subscription(members.mail_email_change, kinds=frozenset({Happening.EMAIL_CHANGE_ASKED})),
    Subscription(members.mail_address_notice, kinds=ADDRESS_NOTICES),
    Subscription(standards.measure_entry, kinds=frozenset(event.kind for event in measurable_events())),
    Subscription(standards.look_at_hours, kinds=frozenset(CALENDAR_CHANGES)),
)

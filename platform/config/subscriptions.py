"""Which kinds of journal entries become jobs of which task: read by the relay, written by whoever adds a consumer."""

from journal.actions import Subscription

SUBSCRIPTIONS: tuple[Subscription, ...] = ()

"""Reminding those who have not acknowledged what came to their store: through the journal, and by letter."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, current_chain
from journal.actions import append_all, entry_of
from journal.models import Entry
from members.letters import Letter, link_to
from members.models import Assignment, User
from standards.models.rollouts import StoreStandard
from standards.models.texts import Version
from standards.queries.acknowledging import reading_at
from standards.rules.happenings import Happening
from standards.rules.lint import text_in
from standards.rules.reminding import REMINDED_AFTER, rounds_due
from stores.models import Store

# So many stores are looked at in one transaction.
_BATCH = 100


@transaction.atomic(using=CHAINS_ALIAS)
def remind(*, actor: Actor, now: datetime, at_most: int = _BATCH) -> bool:
    """Remind those who have not acknowledged what came to their store some days ago, each once a round.

    A round that nobody looked at in time is left out. Tells whether there may be more. For the machine alone.
    """
    due = Q(pk=None)
    for rounds, after in enumerate(REMINDED_AFTER):
        due |= Q(pushed_at__lte=now - after, reminders__lte=rounds)
    there = StoreStandard.objects.filter(due, ended_at=None).order_by("pushed_at", "id").select_related("version")
    batch = list(there.select_for_update(of=("self",), skip_locked=True)[:at_most])
    roles = _roles_at({here.store_id for here in batch})
    entries = [entry for here in batch for entry in _reminders(actor, here, roles[here.store_id], now)]
    append_all(entries)
    for here in batch:
        here.reminders = rounds_due(here.pushed_at, now)
    StoreStandard.objects.bulk_update(batch, ["reminders"])
    return len(batch) == at_most


@transaction.atomic(using=CHAINS_ALIAS)
def reminder_of(entry: Entry, *, now: datetime) -> Letter | None:
    """Return the letter of a reminder; None where there is nothing left to remind of. It changes nothing."""
    told: dict[str, Any] = entry.after or {}
    user = User.objects.filter(id=UUID(told["member_id"]), is_active=True).first()
    store = Store.objects.filter(id__in=[entry.store_id]).first()
    if user is None or store is None:
        return None
    reading = reading_at(store.id, now=now, user_ids=[user.id], version_id=entry.subject_id)
    roles = _roles_at({store.id})[store.id].get(user.id)
    due = reading.due_to(user.id, roles) if roles else []
    if not due:
        return None
    with override(user.language):
        names = {
            "name": user.name,
            "store": store.name,
            "chain": current_chain().name,
            "title": text_in(None, Version.objects.get(id=entry.subject_id).titles),
            "link": link_to("/"),
            "number": len(due),
        }
        subject = _("Please read: %(title)s") % names
        text = ngettext(
            "Dear %(name)s,\n\n“%(title)s” is in force at %(store)s, and you have not acknowledged one of its "
            "requirements yet. It takes a minute:\n%(link)s\n\n%(chain)s",
            "Dear %(name)s,\n\n“%(title)s” is in force at %(store)s, and you have not acknowledged %(number)s of its "
            "requirements yet. It takes a few minutes:\n%(link)s\n\n%(chain)s",
            len(due),
        )
        return Letter(to=user.email, subject=subject, text=text % names)


def _roles_at(store_ids: set[UUID]) -> defaultdict[UUID, dict[UUID, set[str]]]:
    found: defaultdict[UUID, dict[UUID, set[str]]] = defaultdict(dict)
    people = Assignment.objects.filter(store_id__in=store_ids, user__is_active=True).order_by("store_id", "user_id")
    for store_id, user_id, role in people.values_list("store_id", "user_id", "role"):
        if store_id is not None:
            found[store_id].setdefault(user_id, set()).add(role)
    return found


def _reminders(actor: Actor, here: StoreStandard, roles: dict[UUID, set[str]], now: datetime) -> Iterator[Entry]:
    reading = reading_at(here.store_id, now=now, user_ids=roles, version_id=here.version_id)
    for user_id, held in roles.items():
        due = reading.due_to(user_id, held)
        if due:
            yield entry_of(
                actor=actor,
                kind=Happening.ACKNOWLEDGEMENT_REMINDED,
                subject_type="Version",
                subject_id=here.version_id,
                store_id=here.store_id,
                now=now,
                after={
                    "member_id": user_id,
                    "round": rounds_due(here.pushed_at, now),
                    "clauses": [each.clause.number for each in due],
                },
            )

"""What tests of stores need again and again: a moment, a newly opened store, and what the journal says."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor
from journal.models import Entry
from stores.actions.business import open_store
from stores.models import Store, StoreKind

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


def newly_opened(actor: Actor, *, code: str = "NEW-1", **particulars: Any) -> Store:
    """Return a company-owned store in Berlin, opened by the actor inside the open scope."""
    usual = {"name": "New", "kind": StoreKind.COMPANY_OWNED, "time_zone": "Europe/Berlin", "now": NOW}
    return open_store(actor=actor, code=code, **{**usual, **particulars})


def told(subject_id: UUID) -> list[str]:
    """Return the kinds of the journal's entries about a subject, in their order."""
    entries = Entry.objects.filter(subject_id=subject_id).in_order()
    return list(entries.values_list("kind", flat=True))


def last_entry(subject_id: UUID) -> Entry:
    """Return the journal's last entry about a subject."""
    entry = Entry.objects.filter(subject_id=subject_id).in_order().last()
    assert entry is not None
    return entry

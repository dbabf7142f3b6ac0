"""Versions tried on the past."""

from collections.abc import Iterable

from django.db.models import QuerySet

from chains.actor import Actor
from members.rules.permissions import Permission
from standards.models.replays import Replay
from standards.models.texts import Clause


def replays_for(actor: Actor) -> QuerySet[Replay]:
    """Return what was tried, the latest first; raises NotPermitted."""
    actor.must(Permission.READ_STANDARD_DRAFTS)
    return Replay.objects.order_by("-asked_at", "-id")


def clauses_of(replays: Iterable[Replay]) -> list[Clause]:
    """Return the clauses that these replays tell of, as far as they are still there, in a steady order."""
    asked = {document["clause_id"] for replay in replays for document in replay.outcome or ()}
    return list(Clause.objects.filter(id__in=asked).order_by("version_id", "position"))

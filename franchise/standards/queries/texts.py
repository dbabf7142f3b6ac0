"""What standards say, narrowed to what the actor may read and always ordered."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from chains.actor import Actor
from kit.refusals import NotFound
from members.rules.permissions import Permission
from standards.models.rollouts import RolloutWave, StoreStandard
from standards.models.texts import Clause, JourneyStep, Standard, Version, VersionState
from standards.rules.charter import Chapter, chapters_of


def standards_for(actor: Actor) -> QuerySet[Standard]:
    """Return the standards that the actor may read, the latest first; unpushed ones are for HQ alone."""
    actor.must_somewhere(Permission.READ_STANDARDS)
    readable = Exists(versions_for(actor).filter(standard=OuterRef("pk")))
    return Standard.objects.filter(readable).order_by("-drafted_at", "-id")


def versions_for(actor: Actor) -> QuerySet[Version]:
    """Return the versions that the actor may read: all of them for HQ, else those that came to a store of theirs."""
    versions = Version.objects.order_by("standard_id", "number")
    if actor.may(Permission.READ_STANDARD_DRAFTS):
        return versions
    return versions.filter(Exists(StoreStandard.objects.visible_to(actor).filter(version=OuterRef("pk"))))


def versions_in(actor: Actor, states: Collection[VersionState] | None = None) -> QuerySet[Version]:
    """Return the versions that the actor may read, those begun last first; on request only in some states.

    Raises NotPermitted.
    """
    actor.must_somewhere(Permission.READ_STANDARDS)
    versions = versions_for(actor).order_by("-drafted_at", "-id")
    return versions if states is None else versions.filter(state__in=states)


def clauses_for(actor: Actor) -> QuerySet[Clause]:
    """Return the clauses of the versions that the actor may read, in their order."""
    return Clause.objects.filter(version__in=versions_for(actor).order_by()).order_by("version_id", "position")


def latest_of(versions: Collection[Version]) -> set[UUID]:
    """Return those of some versions after which none was begun that was not withdrawn."""
    later = Version.objects.filter(standard=OuterRef("standard"), number__gt=OuterRef("number"))
    latest = Version.objects.filter(
        ~Exists(later.exclude(state=VersionState.WITHDRAWN)), id__in=[each.id for each in versions]
    )
    return set(latest.values_list("id", flat=True))


def lineage_of(actor: Actor, clause_id: UUID) -> UUID:
    """Return what a clause is through all its versions; raises NotFound for one that the actor may not read."""
    found = clauses_for(actor).filter(id=clause_id).values_list("lineage_id", flat=True).first()
    if found is None:
        raise NotFound(field="clause_id")
    return found


def charter() -> list[Chapter]:
    """Return what the chain promises its customers, for everybody to read (S8).

    A version that is still on its way is not promised yet: it does not bind the stores of the waves to come.
    """
    waiting = RolloutWave.objects.waiting().filter(rollout__version=OuterRef("pk"))
    everywhere = Version.objects.filter(~Exists(waiting), state=VersionState.EFFECTIVE)
    promised = Clause.objects.promised_by(everywhere).select_related("version", "journey_step")
    return chapters_of(promised.order_by("id"))


def journey_steps(actor: Actor) -> QuerySet[JourneyStep]:
    """Return the steps of the customer's journey in their order; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_STANDARDS)
    return JourneyStep.objects.filter(given_up_at=None).order_by("position", "code")

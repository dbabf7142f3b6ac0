"""How a version comes to its stores: which are meant, in which waves, and when the waves pause by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal

MOST_WAVES = 50
EVERY_STORE = 100
# So long before a version comes into force it may be planned.
FURTHEST = timedelta(days=366)
# Fewer settled cases say nothing about a version.
FEWEST_CASES = 20
# Complaints are counted over so long.
COMPLAINTS_OVER = timedelta(days=7)
# What the app above calls it when a complaint is filed.
COMPLAINT = "COMPLAINT_FILED"


class RolloutState(TextChoices):
    """How far a rollout has come."""

    WAITING = "WAITING", _("More waves are to come")
    PAUSED = "PAUSED", _("Paused")
    DONE = "DONE", _("Every wave has come")
    CANCELLED = "CANCELLED", _("Its last waves will not come")


class RolloutAction(TextChoices):
    """What can be done with a rollout, named as the mutation that does it."""

    PAUSE_ROLLOUT = "PAUSE_ROLLOUT", _("Let its waves wait")
    RESUME_ROLLOUT = "RESUME_ROLLOUT", _("Let its waves come")
    CANCEL_ROLLOUT = "CANCEL_ROLLOUT", _("Call its waves off")


_POSSIBLE: dict[RolloutState, tuple[RolloutAction, ...]] = {
    RolloutState.WAITING: (RolloutAction.PAUSE_ROLLOUT, RolloutAction.CANCEL_ROLLOUT),
    RolloutState.PAUSED: (RolloutAction.RESUME_ROLLOUT, RolloutAction.CANCEL_ROLLOUT),
}


class RolloutPaused(Refusal):
    """The rollout is paused already."""

    message = _("This rollout is paused already.")


class RolloutRuns(Refusal):
    """The rollout is not paused."""

    message = _("This rollout is not paused.")


class RolloutOver(Refusal):
    """No wave of the rollout is still to come."""

    message = _("No wave of this rollout is still to come.")


@dataclass(frozen=True, slots=True)
class WaveDraft:
    """A wave as it is asked for: from when on, and a share of the stores meant in percent, or some of them.

    Without a moment it comes when the version comes into force; with neither share nor stores it takes all that are
    left.
    """

    starts_at: datetime | None = None
    share: int | None = None
    store_ids: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A wave that can be kept: a share of the stores meant, or the stores themselves."""

    starts_at: datetime
    share: int | None
    store_ids: tuple[UUID, ...] | None


@dataclass(frozen=True, slots=True)
class StopRule:
    """When waves that are still to come have to wait for somebody who looks at it.

    `least_share_met` is in percent of the settled cases in the stores that have the version, counted from
    `fewest_cases` on; of one clause, or of all together. `most_complaints` is how many complaints a hundred of these
    stores may have had in the last seven days.
    """

    least_share_met: int | None = None
    clause_number: str | None = None
    fewest_cases: int = FEWEST_CASES
    most_complaints: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the stores that have the version have come to."""

    stores: int
    met: int
    missed: int
    complaints: int

    @property
    def cases(self) -> int:
        """How many cases are settled."""
        return self.met + self.missed

    @property
    def share_met(self) -> float | None:
        """The percentage of settled cases that were met; None without any."""
        return round(100 * self.met / self.cases, 1) if self.cases else None


def plan_of(waves: Sequence[WaveDraft], *, effective_at: datetime | None, now: datetime) -> list[Planned]:
    """Return the waves of a rollout as they are kept, one that takes every store if none is asked for.

    Refusals: Invalid, with the path to what is wrong.
    """
    begins_at = effective_at or now
    if not now <= begins_at <= now + FURTHEST:
        raise Invalid(field="effective_at", why=_("now or a moment to come, within a year"))
    if len(waves) > MOST_WAVES:
        raise Invalid(field="waves", why=_("at most %(most)s of them") % {"most": MOST_WAVES})
    planned = []
    before = Planned(begins_at, 0, None)
    reached = 0
    for place, wave in enumerate(waves or (WaveDraft(),)):
        before = _planned(wave, before.starts_at, reached, now, ("waves", str(place)))
        reached = before.share or reached
        planned.append(before)
    if planned[-1].share != EVERY_STORE:
        raise Invalid(field=("waves", str(len(waves) - 1), "share"), why=_("all stores that are left in the last wave"))
    return planned


def _planned(wave: WaveDraft, earliest: datetime, reached: int, now: datetime, path: tuple[str, ...]) -> Planned:
    starts_at = wave.starts_at or earliest
    if not earliest <= starts_at <= now + FURTHEST:
        raise Invalid(field=(*path, "starts_at"), why=_("not before the wave before it, and within a year"))
    if wave.store_ids is not None:
        if wave.share is not None or not wave.store_ids:
            raise Invalid(field=(*path, "store_ids"), why=_("some stores, or a share of all"))
        return Planned(starts_at, None, tuple(dict.fromkeys(wave.store_ids)))
    share = EVERY_STORE if wave.share is None else wave.share
    if not reached < share <= EVERY_STORE:
        raise Invalid(field=(*path, "share"), why=_("more than the wave before it has reached, up to 100"))
    return Planned(starts_at, share, None)


def check_stop_rule(rule: StopRule) -> None:
    """Refuse with Invalid a rule that never stops anything, or asks for what can't be."""
    if rule.least_share_met is None and rule.most_complaints is None:
        raise Invalid(field="stop_rule", why=_("a share that has to be met, or how many complaints may come"))
    if rule.least_share_met is not None and not 1 <= rule.least_share_met <= EVERY_STORE:
        raise Invalid(field=("stop_rule", "least_share_met"), why=_("a percentage from 1 to 100"))
    if not 1 <= rule.fewest_cases <= 10**6:
        raise Invalid(field=("stop_rule", "fewest_cases"), why=_("a number from 1 to a million"))
    if rule.most_complaints is not None and not 0 <= rule.most_complaints <= 10**6:
        raise Invalid(field=("stop_rule", "most_complaints"), why=_("a number from 0 to a million"))


def rule_document(rule: StopRule) -> dict[str, Any]:
    """Return a stop rule as it is kept."""
    return {name: value for name, value in asdict(rule).items() if value is not None}


def rule_in(document: Mapping[str, Any]) -> StopRule:
    """Return a stop rule that was kept."""
    return StopRule(**document)


def stops(rule: StopRule, figures: Figures) -> bool:
    """Tell whether what the stores have come to makes the waves that are still to come wait."""
    least = rule.least_share_met
    if least is not None and figures.cases >= rule.fewest_cases and 100 * figures.met < least * figures.cases:
        return True
    return rule.most_complaints is not None and 100 * figures.complaints > rule.most_complaints * figures.stores


def next_stores(
    rollout_id: UUID,
    *,
    meant: Sequence[UUID],
    having: frozenset[UUID],
    share: int | None,
    listed: Sequence[UUID] | None,
) -> list[UUID]:
    """Return which of the stores meant get the version by a wave.

    A share counts those that have it already. Who is first is drawn by lot, the same lot each time.
    """
    missing = [store_id for store_id in meant if store_id not in having]
    if listed is not None:
        wanted = set(listed)
        return [store_id for store_id in missing if store_id in wanted]
    if share is None or share == EVERY_STORE:
        return missing
    # Rounded up: a share of few stores is at least one.
    number = -(-share * len(meant) // EVERY_STORE) - (len(meant) - len(missing))
    drawn = sorted(missing, key=lambda store_id: blake2b(rollout_id.bytes + store_id.bytes, digest_size=8).digest())
    return drawn[: max(number, 0)]


def state_of(*, is_paused: bool, waiting: int, cancelled: int) -> RolloutState:
    """Tell how far a rollout has come, by how many of its waves are to come and were cancelled."""
    if waiting:
        return RolloutState.PAUSED if is_paused else RolloutState.WAITING
    return RolloutState.CANCELLED if cancelled else RolloutState.DONE


def actions_on_rollout(state: RolloutState) -> list[RolloutAction]:
    """List what whoever pushes standards can do with a rollout that has come so far."""
    return list(_POSSIBLE.get(state, ()))

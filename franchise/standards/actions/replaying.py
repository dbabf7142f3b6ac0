"""Trying a version on what has happened, before it binds anybody."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import DatabaseError, connections, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor
from chains.jobs import ChainCall
from chains.scope import CHAINS_ALIAS, current_chain
from journal.actions import append
from kit.refusals import Invalid, NotFound
from members.rules.permissions import Permission
from standards.actions.judging_at_once import Tried, count_at_once
from standards.actions.stretches_at_once import count_stretches
from standards.models.replays import Replay, ReplayedClause, ReplayedStore, ReplayState
from standards.models.tallies import MeasuredPair
from standards.models.texts import Clause, Version
from standards.models.verdicts import Span
from standards.rules.grammar import pairs_of, parse_rule, share_asked
from standards.rules.happenings import Happening
from standards.rules.replays import Counted, Counts, NotMeasuredYet, Outcome, check_period, outcome_of, reaches
from standards.rules.windows import Average, Share
from stores.models import Area, Store

WORK_OUT_REPLAYS = ChainCall(name="standards.work_out_replays", takes={})
# So many cases are counted while somebody waits.
_AT_ONCE = 200_000
_MOST_TRIES = 3
_PATIENT = "SET LOCAL statement_timeout = '120s'; SET LOCAL work_mem = '64MB'"

log = logging.getLogger(__name__)


@transaction.atomic(using=CHAINS_ALIAS)
def replay_standard(
    *,
    actor: Actor,
    version_id: UUID,
    first_on: date,
    last_on: date,
    now: datetime,
    against_id: UUID | None = None,
    store_ids: Sequence[UUID] | None = None,
    area_ids: Sequence[UUID] | None = None,
    at_once: int = _AT_ONCE,
) -> Replay:
    """Try a version, and another one beside it, on the cases that began from one day to another (S3).

    At all stores, or at those that are named by themselves or by their area. More cases than `at_once`, and a draft
    that is written anew meanwhile, are worked out in the background. Refusals: NotPermitted, NotFound, Invalid,
    NotMeasuredYet.
    """
    actor.must(Permission.DRAFT_STANDARD)
    check_period(first_on, last_on)
    clauses = _measured_clauses(version_id, against_id)
    replay = Replay(
        version_id=version_id,
        against_id=against_id,
        first_on=first_on,
        last_on=last_on,
        store_ids=_stores_named(store_ids, area_ids),
        asked_by_id=actor.user_id,
        asked_at=now,
    )
    outcomes = None if _is_more_than(at_once, replay, clauses) else _outcomes(replay, clauses, now)
    if outcomes is not None and not _lock_as_read(replay, clauses):
        outcomes = None
    replay.save(force_insert=True)
    _tell(actor, replay, now)
    if outcomes is None:
        WORK_OUT_REPLAYS.defer(current_chain().id, key="replays")
    else:
        _keep(replay, outcomes, now)
    return replay


@transaction.atomic(using=CHAINS_ALIAS)
def work_out_replay(*, now: datetime) -> bool:
    """Work out the replay that has waited longest of those that can be; tell whether more of them are waiting.

    One whose draft was written anew meanwhile waits until what the draft speaks of now is measured. One that the
    database did not get through is tried again after the others, and given up in the end.
    """
    ready = _ready()
    for replay, clauses in ready:
        tried = _try_once(replay, clauses, now)
        return not tried or replay.state == ReplayState.WAITING or next(ready, None) is not None
    return False


def _ready() -> Iterator[tuple[Replay, list[Clause]]]:
    """Return the replays that wait for nothing but their turn, with their clauses, the longest waiting first."""
    for replay in Replay.objects.filter(state=ReplayState.WAITING).order_by("tries", "asked_at", "id"):
        # First the clauses: what they speak of was asked for by the deed that wrote them.
        clauses = list(_clauses([replay.version_id, replay.against_id]))
        if next(_unmeasured(clauses), None) is None:
            yield replay, clauses


def _try_once(replay: Replay, clauses: Sequence[Clause], now: datetime) -> bool:
    """Work out a replay, or count one more try; tell whether it still waited, for what it was read with.

    Nothing is written or locked before all is counted: while a transaction that writes is open, nobody's news are
    handed over, and no verdict is given in any chain.
    """
    try:
        with transaction.atomic(using=CHAINS_ALIAS):
            _take_time()
            outcomes = _outcomes(replay, clauses, now)
            if not (_lock(replay) and _lock_as_read(replay, clauses)):
                return False
            _keep(replay, outcomes, now)
    except DatabaseError:
        log.exception("Replay not worked out.", extra={"replay": str(replay.id)})
        if not _lock(replay):
            return False
        replay.tries += 1
        replay.state = ReplayState.FAILED if replay.tries == _MOST_TRIES else ReplayState.WAITING
        replay.save(update_fields=["tries", "state"])
    return True


def _lock(replay: Replay) -> bool:
    """Lock a replay that waits; tell whether nobody has tried it since it was read."""
    waiting = Replay.objects.filter(id=replay.id, state=ReplayState.WAITING, tries=replay.tries)
    return waiting.select_for_update().first() is not None


def _lock_as_read(replay: Replay, clauses: Sequence[Clause]) -> bool:
    """Lock the clauses of a replay; tell whether nobody has written them anew since they were read."""
    locked = _clauses([replay.version_id, replay.against_id]).select_for_update(no_key=True)
    return [(each.id, each.rule) for each in locked] == [(each.id, each.rule) for each in clauses]


def _take_time() -> None:
    """Allow the rest of the open transaction longer statements, and more memory, than somebody who waits may take."""
    with connections[CHAINS_ALIAS].cursor() as cursor:
        cursor.execute(_PATIENT)


def _tell(actor: Actor, replay: Replay, now: datetime) -> None:
    told = {"against_id": replay.against_id, "first_on": replay.first_on, "last_on": replay.last_on}
    append(
        actor=actor,
        kind=Happening.STANDARD_REPLAYED,
        subject_type="Version",
        subject_id=replay.version_id,
        store_id=None,
        now=now,
        after={"replay_id": replay.id, **told},
    )


def _outcomes(replay: Replay, clauses: Iterable[Clause], now: datetime) -> list[tuple[Clause, Outcome]]:
    """Return what comes out under each clause; nothing is written."""
    stores = Store.objects.order_by("id")
    if replay.store_ids is not None:
        stores = stores.filter(id__in=replay.store_ids)
    tried = Tried(replay.first_on, replay.last_on, tuple(stores), now, are_all=replay.store_ids is None)
    return [(clause, outcome_of(clause.id, _counted(clause, tried))) for clause in clauses]


def _keep(replay: Replay, outcomes: Iterable[tuple[Clause, Outcome]], now: datetime) -> None:
    for clause, outcome in outcomes:
        _keep_clause(replay, clause, outcome)
    replay.state, replay.done_at = ReplayState.DONE, now
    replay.save(update_fields=["state", "done_at"])


def _keep_clause(replay: Replay, clause: Clause, outcome: Outcome) -> None:
    kept = ReplayedClause.objects.create(
        replay=replay, clause=clause, weekdays=outcome.weekdays, hours=outcome.hours, **_columns(outcome.counts)
    )
    asked = share_asked(parse_rule(clause.rule))
    ReplayedStore.objects.bulk_create(
        ReplayedStore(replayed=kept, store_id=store_id, needs_waiver=not reaches(counts, asked), **_columns(counts))
        for store_id, counts in outcome.stores.items()
    )


def _columns(counts: Counts) -> dict[str, int]:
    return {state.lower(): number for state, number in counts.items()}


def _counted(clause: Clause, tried: Tried) -> list[Counted]:
    rule = parse_rule(clause.rule)
    return count_stretches(clause, rule, tried) if isinstance(rule, Share | Average) else count_at_once(clause, tried)


def _measured_clauses(version_id: UUID, against_id: UUID | None) -> list[Clause]:
    """Return the clauses of one or two versions; raises NotFound, Invalid and NotMeasuredYet."""
    for field, key in (("version_id", version_id), ("against_id", against_id)):
        if key is not None and not Version.objects.filter(id=key).exists():
            raise NotFound(field=field)
    clauses = list(_clauses([version_id, against_id]))
    if not any(clause.version_id == version_id for clause in clauses):
        raise Invalid(field="version_id", why=_("a version with a clause that can be measured"))
    _check_measured(clauses)
    return clauses


def _clauses(version_ids: Iterable[UUID | None]) -> QuerySet[Clause]:
    asked = Clause.objects.filter(version_id__in=[key for key in version_ids if key], rule__isnull=False)
    return asked.order_by("version_id", "position")


def _check_measured(clauses: Iterable[Clause]) -> None:
    for number, until in _unmeasured(clauses):
        raise NotMeasuredYet(field="version_id", number=number, until=until.date().isoformat() if until else "-")


def _unmeasured(clauses: Iterable[Clause]) -> Iterator[tuple[str, datetime | None]]:
    """Return the numbers of clauses whose past is not measured yet, and until when it is."""
    reached = {
        (trigger, response): until
        for trigger, response, until in MeasuredPair.objects.filter(is_whole=False)
        .order_by("trigger_kind", "response_kind")
        .values_list("trigger_kind", "response_kind", "reached_at")
    }
    for clause in clauses:
        for pair in sorted(pairs_of(parse_rule(clause.rule)) & reached.keys()):
            yield clause.number, reached[pair]


def _stores_named(store_ids: Sequence[UUID] | None, area_ids: Sequence[UUID] | None) -> list[str] | None:
    """Return the stores that are named, by themselves or by their area; None where none is."""
    if store_ids is None and area_ids is None:
        return None
    if store_ids and Store.objects.filter(id__in=store_ids).count() != len(set(store_ids)):
        raise NotFound(field="store_ids")
    if area_ids and Area.objects.filter(id__in=area_ids).count() != len(set(area_ids)):
        raise NotFound(field="area_ids")
    named = Store.objects.filter(Q(id__in=store_ids or ()) | Q(area_id__in=area_ids or ()))
    return [str(key) for key in named.order_by("id").values_list("id", flat=True)]


def _is_more_than(number: int, replay: Replay, clauses: Iterable[Clause]) -> bool:
    left = number
    begun = Span.objects.filter(day__range=(replay.first_on, replay.last_on)).order_by()
    if replay.store_ids is not None:
        begun = begun.filter(store_id__in=replay.store_ids)
    for trigger_kind, response_kind in {pair for clause in clauses for pair in pairs_of(parse_rule(clause.rule))}:
        # Of days alone, counted pair by pair, an index knows how many there are in all stores without their being read.
        days = begun.filter(trigger_kind=trigger_kind, response_kind=response_kind).values("day")
        left -= days[: left + 1].count()
        if left < 0:
            return True
    return False

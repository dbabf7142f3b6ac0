"""The standards of the demo's headquarters: in force, read in the stores, in every other state, tried on the past."""

from datetime import datetime, timedelta
from uuid import UUID

from chains.actor import Actor
from chains.scope import scope
from complaints.actions.climbing import set_escalation_times
from complaints.models.complaints import Level, Severity
from config.seed.cast import Cast
from config.seed.clauses import ANSWERS, ANSWERS_SOONER, COMPLAINTS_FIRST, COMPLAINTS_SECOND, JOURNEY, Text
from config.seed.drafts import APPROVED, DRAFT, SUBMITTED
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.drafting import approve_standard, draft_standard, revise_standard, submit_standard
from standards.actions.journey import keep_journey_steps
from standards.actions.measuring_past import measure_past
from standards.actions.replaying import replay_standard
from standards.actions.rollout import push_standard
from standards.models.texts import Version

_STEP = timedelta(minutes=25)
_A_DAY = 24 * 60 * 60
# What is serious stays a day at each level of the store, and two above it.
_TIMES = [
    (level, Severity.SERIOUS, 2 * _A_DAY if level in (Level.AREA_SUPERVISOR, Level.HEADQUARTERS) else _A_DAY)
    for level in Level
]


def bring_standards(cast: Cast) -> None:
    """Push the standards to all stores and let their people read them."""
    with scope(cast.chain, cast.officers[0]):
        keep_journey_steps(actor=cast.officers[0], steps=JOURNEY, now=cast.since)
    first = _brought(cast, COMPLAINTS_FIRST, cast.since)
    _pushed(cast, first)
    second = _revised(cast, first, COMPLAINTS_SECOND, cast.since + _STEP).id
    _approved(cast, second, cast.since + _STEP)
    _pushed(cast, second)
    answers = _brought(cast, ANSWERS, cast.since)
    _pushed(cast, answers)
    cast.complaints_id, cast.answers_id = second, answers
    for version_id in (second, answers):
        _read(cast, version_id)
    with scope(cast.chain, cast.officers[0]):
        set_escalation_times(actor=cast.officers[0], times=_TIMES, now=cast.since)


def work_on_standards(cast: Cast) -> None:
    """Leave a standard as a draft, one submitted and one approved, and try two drafts on the past.

    All of it in the end: what these drafts speak of is measured at once for all that was told.
    """
    officer, now = cast.officers[0], cast.until
    draft = _drafted(cast, DRAFT, now)
    submitted = _drafted(cast, SUBMITTED, now)
    with scope(cast.chain, officer):
        submit_standard(actor=officer, version_id=submitted.id, now=now)
    _brought(cast, APPROVED, now)
    sooner = _revised(cast, cast.answers_id, ANSWERS_SOONER, now)
    with scope(cast.chain, officer):
        is_more = True
        while is_more:
            is_more = measure_past(now=now)
        first_on, last_on = cast.since.date(), cast.until.date()
        for version_id, against_id in ((sooner.id, cast.answers_id), (draft.id, None)):
            replay_standard(
                actor=officer,
                version_id=version_id,
                against_id=against_id,
                first_on=first_on,
                last_on=last_on,
                now=now,
            )


def draft_text(*, actor: Actor, now: datetime, text: Text) -> Version:
    """Write the first draft of a standard."""
    return draft_standard(actor=actor, titles=text.titles, clauses=text.drafts(), now=now)


def revise_text(*, actor: Actor, now: datetime, version_id: UUID, text: Text) -> Version:
    """Begin a standard's next version."""
    return revise_standard(actor=actor, version_id=version_id, titles=text.titles, clauses=text.drafts(), now=now)


def _drafted(cast: Cast, text: Text, now: datetime) -> Version:
    with scope(cast.chain, cast.officers[0]):
        return draft_text(actor=cast.officers[0], now=now, text=text)


def _brought(cast: Cast, text: Text, now: datetime) -> UUID:
    version = _drafted(cast, text, now)
    _approved(cast, version.id, now)
    return version.id


def _revised(cast: Cast, version_id: UUID, text: Text, now: datetime) -> Version:
    with scope(cast.chain, cast.officers[0]):
        return revise_text(actor=cast.officers[0], now=now, version_id=version_id, text=text)


def _approved(cast: Cast, version_id: UUID, now: datetime) -> None:
    officer, second = cast.officers[0], cast.administrator
    with scope(cast.chain, officer):
        submit_standard(actor=officer, version_id=version_id, now=now)
    with scope(cast.chain, second):
        approve_standard(actor=second, version_id=version_id, now=now)


def _pushed(cast: Cast, version_id: UUID) -> None:
    officer, store_ids = cast.officers[0], [shop.id for shop in cast.shops]
    with scope(cast.chain, officer):
        push_standard(actor=officer, version_id=version_id, store_ids=store_ids, now=cast.since + 2 * _STEP)


def _read(cast: Cast, version_id: UUID) -> None:
    """Let everybody read it but in the last store, where it has been seen by the manager alone."""
    for shop in cast.shops:
        readers = [shop.manager] if shop is cast.shops[-1] else shop.people
        for number, reader in enumerate(readers):
            now = cast.since + timedelta(hours=18 + 5 * number)
            with scope(cast.chain, reader):
                acknowledge_standard(actor=reader, version_id=version_id, store_id=shop.id, now=now)

"""What becomes of the standards in the demo's stores: a version in waves, waivers, equipment, a store's own (S7)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chains.actor import Actor, system_actor
from config.seed.cast import Cast, Shop
from config.seed.clauses import COMPLAINTS_THIRD, QUEUE_SCREEN, RIGHT
from config.seed.drafts import GIVEN_UP
from config.seed.history import Plot, deed
from config.seed.standards import draft_text, revise_text
from standards.actions.acknowledging import acknowledge_standard
from standards.actions.adopting import note_adoption
from standards.actions.drafting import approve_standard, return_standard, submit_standard, withdraw_standard
from standards.actions.local import add_local_clause
from standards.actions.reminding import remind
from standards.actions.rollout import push_standard
from standards.actions.seeing import see_standard
from standards.actions.waiving import end_waiver, waive_clause
from standards.actions.waves import cancel_rollout, pause_rollout, resume_rollout
from standards.models.texts import Clause, Version
from standards.models.waivers import Waiver
from standards.rules.acknowledging import Answers
from standards.rules.waves import StopRule, WaveDraft
from stores.actions.equipment import record_equipment, remove_equipment

_A_DAY = timedelta(days=1)
_STEP = timedelta(minutes=40)
# The clause that the new version changes, and where rollout, pause and readers stand in what is told.
_CHANGED = "2"
_PUSHED, _PAUSED, _RESUMED, _SECOND_WAVE, _READ = 0.5, 0.58, 0.62, 0.7, 0.78
_RIGHTLY = [Answers(_CHANGED, [RIGHT, RIGHT])]
_WRONGLY = [Answers(_CHANGED, [RIGHT, RIGHT - 1])]


def rollout_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield what becomes of the standards after they came, each with the moment at which it begins."""
    texts, first = cast.of("standards"), cast.first
    for number, shop in enumerate(cast.shops[:3]):
        yield cast.since + timedelta(hours=3 + number), _has_a_screen(cast, shop, is_removed=number == 2)
    yield cast.at_hq(_PUSHED), _comes_in_waves(cast, texts)
    yield cast.part(first, _READ), _is_read(cast)
    yield cast.part(first, 0.85), _adds_its_own(cast, texts)
    yield cast.at_hq(0.2), _is_let_off(cast, cast.shops[3], texts, ends_at=0.35)
    yield cast.at_hq(0.4), _is_let_off(cast, cast.shops[4], texts, ends_at=None)
    yield cast.at_hq(0.1), _is_tried(cast, cast.shops[-2], texts)
    for share in (0.3, 0.65, 1):
        yield cast.at_hq(share), _rounds(cast, share)


def _has_a_screen(cast: Cast, shop: Shop, *, is_removed: bool) -> Plot:
    at = cast.since + timedelta(hours=4)
    screen = yield deed(at, shop.manager, record_equipment, store_id=shop.id, code=QUEUE_SCREEN)
    if is_removed:
        yield deed(cast.part(shop, 0.3), shop.manager, remove_equipment, equipment_id=screen.id)


def _comes_in_waves(cast: Cast, texts: Mapping[str, str]) -> Plot:
    """Revise a standard, which is sent back once, and push it: at once to two stores, later to two more.

    The last wave is still to come.
    """
    officer, at, shops = cast.officers[0], cast.at_hq(_PUSHED), cast.shops
    version: Version = yield deed(at, officer, revise_text, version_id=cast.complaints_id, text=COMPLAINTS_THIRD)
    yield deed(at + _STEP, officer, submit_standard, version_id=version.id)
    yield deed(at + 2 * _STEP, cast.administrator, return_standard, version_id=version.id, reason=texts["returned"])
    at += 3 * _STEP
    version = yield deed(at, officer, revise_text, version_id=version.id, text=COMPLAINTS_THIRD)
    yield deed(at + _STEP, officer, submit_standard, version_id=version.id)
    yield deed(at + 2 * _STEP, cast.administrator, approve_standard, version_id=version.id)
    waves = [
        WaveDraft(store_ids=[shop.id for shop in shops[:2]]),
        WaveDraft(starts_at=cast.at_hq(_SECOND_WAVE), store_ids=[shop.id for shop in shops[2:4]]),
        WaveDraft(starts_at=cast.until + 5 * _A_DAY),
    ]
    rule = StopRule(least_share_met=40, fewest_cases=20)
    words = {"version_id": version.id, "waves": waves, "stop_rule": rule, "allows_local_clauses": True}
    cast.changed_id = version.id
    rollout = yield deed(at + 3 * _STEP, officer, push_standard, **words)
    paused_at, resumed_at = cast.at_hq(_PAUSED), cast.at_hq(_RESUMED)
    yield deed(paused_at, officer, pause_rollout, rollout_id=rollout.id, reason=texts["paused"])
    yield deed(resumed_at, officer, resume_rollout, rollout_id=rollout.id)


def _is_read(cast: Cast) -> Plot:
    """Read it, one with a wrong answer first; somebody is missing in each store, and one has only looked."""
    first, second, third, fourth = cast.shops[:4]
    at = cast.part(first, _READ)
    words = {"version_id": cast.changed_id, "answers": _RIGHTLY}
    wrongly = {**words, "answers": _WRONGLY, "store_id": first.id}
    yield deed(at, first.people[2], acknowledge_standard, **wrongly)
    readers: Sequence[tuple[Shop, Actor]] = [
        *((first, reader) for reader in first.people[:3]),
        *((second, reader) for reader in second.people[:2]),
        *((third, reader) for reader in third.people),
    ]
    for shop, reader in readers:
        at += _STEP
        yield deed(at, reader, acknowledge_standard, store_id=shop.id, **words)
    yield deed(at, fourth.manager, see_standard, version_id=cast.changed_id, store_id=fourth.id)


def _adds_its_own(cast: Cast, texts: Mapping[str, str]) -> Plot:
    shop, language = cast.first, cast.script.language
    added = {"store_id": shop.id, "version_id": cast.changed_id, "texts": {language: texts["local"]}}
    yield deed(cast.part(shop, 0.85), shop.manager, add_local_clause, **added)


def _is_let_off(cast: Cast, shop: Shop, texts: Mapping[str, str], *, ends_at: float | None) -> Plot:
    """Let a store off the clause on telling customers; one of two waivers is ended before its time."""
    at, officer = cast.at_hq(0.2 if ends_at else 0.4), cast.officers[0]
    words = {"store_id": shop.id, "number": _CHANGED, "version_id": cast.complaints_id}
    reason = texts["waived_for_a_while" if ends_at else "waived"]
    until = cast.until + 40 * _A_DAY
    waiver: Waiver = yield deed(at, officer, _waive, reason=reason, until=until, **words)
    if ends_at:
        yield deed(cast.at_hq(ends_at), officer, end_waiver, waiver_id=waiver.id)


def _is_tried(cast: Cast, shop: Shop, texts: Mapping[str, str]) -> Plot:
    """Bring a standard to a store, which can't keep it: the wave to all others is called off, then it is withdrawn."""
    officer, at = cast.officers[0], cast.at_hq(0.1)
    version: Version = yield deed(at, officer, draft_text, text=GIVEN_UP)
    yield deed(at + _STEP, officer, submit_standard, version_id=version.id)
    yield deed(at + 2 * _STEP, cast.administrator, approve_standard, version_id=version.id)
    waves = [WaveDraft(store_ids=[shop.id]), WaveDraft(starts_at=cast.at_hq(_PUSHED))]
    rollout = yield deed(at + 3 * _STEP, officer, push_standard, version_id=version.id, waves=waves)
    cast.given_up_id = version.id
    yield deed(cast.at_hq(0.25), officer, cancel_rollout, rollout_id=rollout.id, reason=texts["called_off"])
    yield deed(cast.at_hq(0.4), officer, withdraw_standard, version_id=version.id, reason=texts["withdrawn"])


def _rounds(cast: Cast, share: float) -> Plot:
    """Do what the worker's rounds do with versions: note how far they are taken up, and remind who has not read."""
    at = cast.at_hq(share)
    yield deed(at, system_actor(), _note_adoption)
    yield deed(at, system_actor(), remind)


def _note_adoption(*, actor: Actor, now: datetime) -> None:  # noqa: ARG001  # nobody in particular notes it
    last = note_adoption(now=now)
    while last is not None:
        last = note_adoption(now=now, after=last)


def _waive(
    *, actor: Actor, now: datetime, store_id: UUID, version_id: UUID, number: str, until: datetime, reason: str
) -> Waiver:
    clause = Clause.objects.get(version_id=version_id, number=number)
    return waive_clause(actor=actor, store_id=store_id, clause_id=clause.id, until=until, reason=reason, now=now)

"""What the demo's stores plan for their people: plans, sessions, mentors, and what a duty asks for (T2, T3, T5)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from chains.actor import Actor
from chains.scope import scope
from config.seed.cast import Cast, Shop
from config.seed.history import Plot, deed
from members.rules.permissions import Role
from training.actions.duties import set_duty_requirement
from training.actions.guiding import end_mentorship, pair_mentor
from training.actions.meeting import cancel_session, record_attendance, schedule_session
from training.actions.planning import (
    Planned,
    approve_training_plan,
    carry_out_training_plan,
    decline_training_plan,
    propose_training_plan,
)
from training.models.duties import Work
from training.models.planning import Mentorship, PlanState, TrainingPlan, TrainingSession

_A_DAY = timedelta(days=1)
_STEP = timedelta(minutes=30)


def guiding_of(cast: Cast) -> Iterator[tuple[datetime, Plot]]:
    """Yield plans, sessions and mentors, each with the moment at which it begins."""
    texts, shops = cast.of("training"), cast.shops
    for shop, share, state in (
        (shops[0], 0.08, PlanState.CARRIED_OUT),
        (shops[4], 0.6, PlanState.DECLINED),
        (shops[3], 0.9, PlanState.APPROVED),
        (shops[2], 0.94, PlanState.PROPOSED),
    ):
        yield cast.at_hq(share), _plan(cast, shop, share, state, texts)
    yield cast.at_hq(0.3), _is_held(cast, shops[0], texts)
    yield cast.at_hq(0.7), _is_called_off(cast, shops[3], texts)
    yield cast.at_hq(0.95), _comes(cast, shops[1], texts)
    yield cast.at_hq(0.09), _are_paired(shops[0], shops[0].people[-1], shops[0].people[2], cast.at_hq(0.09))
    at = cast.part(shops[1], 0.45)
    yield at, _are_paired(shops[1], shops[1].people[2], shops[1].people[3], at)
    yield cast.part(shops[2], 0.25), _part(cast, shops[2], texts)


def require_training(cast: Cast) -> None:
    """Let mentors have complaints only once they have passed how these are handled (T3): from now on."""
    mentor, handling = cast.positions[Role.MENTOR], cast.course_ids[1]
    with scope(cast.chain, cast.trainer):
        set_duty_requirement(
            actor=cast.trainer, position_id=mentor, work=Work.COMPLAINTS, course_ids=[handling], now=cast.until
        )


def _plan(cast: Cast, shop: Shop, share: float, state: PlanState, texts: Mapping[str, str]) -> Plot:
    """Propose a plan, have it decided by the area, and carry it out, as far as `state`."""
    at = cast.at_hq(share)
    courses = [Planned(course_id, at + (10 + 10 * place) * _A_DAY) for place, course_id in enumerate(cast.course_ids)]
    words = {"title": texts["plan"], "purpose": texts["purpose"], "courses": courses}
    plan: TrainingPlan = yield deed(at, shop.supervisor, propose_training_plan, store_id=shop.id, **words)
    if state is PlanState.PROPOSED:
        return
    decided_at, area = at + _STEP, shop.area_supervisor
    if state is PlanState.DECLINED:
        yield deed(decided_at, area, decline_training_plan, plan_id=plan.id, note=texts["declined"])
        return
    yield deed(decided_at, area, approve_training_plan, plan_id=plan.id, note=texts["approved"])
    if state is PlanState.CARRIED_OUT:
        yield deed(at + 2 * _STEP, shop.supervisor, carry_out_training_plan, plan_id=plan.id)


def _scheduled(cast: Cast, shop: Shop, share: float, starts_at: datetime, texts: Mapping[str, str]) -> Plot:
    """Schedule a session of ninety minutes, given by headquarters' trainer, or by somebody from outside."""
    expert = texts["expert"] if shop is cast.shops[1] else ""
    session: TrainingSession = yield deed(
        cast.at_hq(share),
        cast.trainer,
        schedule_session,
        store_id=shop.id,
        title=texts["session"],
        starts_at=starts_at,
        ends_at=starts_at + 3 * _STEP,
        course_id=cast.course_ids[0],
        trainer_id=None if expert else cast.trainer.id,
        expert_name=expert,
        meeting_place=texts["room"],
    )
    return session


def _is_held(cast: Cast, shop: Shop, texts: Mapping[str, str]) -> Plot:
    """Hold a session; one who was expected did not come."""
    starts_at = cast.part(shop, 0.36)
    session: TrainingSession = yield from _scheduled(cast, shop, 0.3, starts_at, texts)
    *present, absent = (each.id for each in shop.people)
    words = {"session_id": session.id, "present_ids": present, "absent_ids": [absent]}
    yield deed(starts_at + 3 * _STEP, shop.supervisor, record_attendance, **words)


def _is_called_off(cast: Cast, shop: Shop, texts: Mapping[str, str]) -> Plot:
    session: TrainingSession = yield from _scheduled(cast, shop, 0.7, cast.part(shop, 0.9), texts)
    yield deed(cast.at_hq(0.8), cast.trainer, cancel_session, session_id=session.id, reason=texts["called_off"])


def _comes(cast: Cast, shop: Shop, texts: Mapping[str, str]) -> Plot:
    yield from _scheduled(cast, shop, 0.95, cast.opened(shop, cast.until + 3 * _A_DAY), texts)


def _are_paired(shop: Shop, mentor: Actor, apprentice: Actor, at: datetime) -> Plot:
    words: dict[str, UUID | None] = {"store_id": shop.id, "mentor_id": mentor.id, "apprentice_id": apprentice.id}
    pair: Mentorship = yield deed(at, shop.manager, pair_mentor, **words)
    return pair


def _part(cast: Cast, shop: Shop, texts: Mapping[str, str]) -> Plot:
    """Pair two, and end it before anybody is signed off."""
    mentor, apprentice = shop.people[-1], shop.people[2]
    pair: Mentorship = yield from _are_paired(shop, mentor, apprentice, cast.part(shop, 0.25))
    yield deed(cast.part(shop, 0.5), shop.manager, end_mentorship, mentorship_id=pair.id, note=texts["parted"])

"""What has happened in a chain of the demo: a standard in force, and complaints at every stage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from chains.actor import Actor
from chains.models import Chain
from chains.scope import scope
from complaints.actions.ending import close_complaint, record_outcome
from complaints.actions.filing import accept_complaint, file_complaint
from complaints.actions.working import plan_resolution, record_investigation, tell_customer
from complaints.models.complaints import Stage
from config.seed.scripts import Case, ChainScript
from customers.rules.particulars import Particulars
from standards.actions.drafting import approve_standard, draft_standard, submit_standard
from standards.actions.rollout import acknowledge_standard, push_standard
from standards.rules.drafts import ClauseDraft
from stores.models import Store

_STEP = timedelta(minutes=25)
# Filed so many days ago, how far it got, and how many days passed before it was looked into.
_PLOTS: tuple[tuple[int, Stage, int], ...] = (
    (6, Stage.CLOSED, 0),
    (5, Stage.CLOSED, 0),
    (4, Stage.CLOSED, 1),
    (3, Stage.REWORK, 0),
    (2, Stage.CUSTOMER_TOLD, 0),
    (1, Stage.FILED, 0),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in a chain's history."""

    chain: Chain
    script: ChainScript
    administrator: Actor
    officer: Actor
    manager: Actor
    staff: Actor


def bring_standard(cast: Cast, stores: list[Store], *, now: datetime) -> None:
    """Draft, submit, approve and push the standard, and let the first store's people acknowledge it."""
    drafts = [
        ClauseDraft(number=str(number), texts=texts, rule=rule)
        for number, (texts, rule) in enumerate(cast.script.clauses, start=1)
    ]
    with scope(cast.chain, cast.officer):
        version = draft_standard(actor=cast.officer, titles=cast.script.titles, clauses=drafts, now=now)
        submit_standard(actor=cast.officer, version_id=version.id, now=now + _STEP)
    with scope(cast.chain, cast.administrator):
        approve_standard(actor=cast.administrator, version_id=version.id, now=now + 2 * _STEP)
    with scope(cast.chain, cast.officer):
        store_ids = [store.id for store in stores]
        push_standard(actor=cast.officer, version_id=version.id, store_ids=store_ids, now=now + 3 * _STEP)
    for somebody in (cast.manager, cast.staff):
        with scope(cast.chain, somebody):
            acknowledge_standard(actor=somebody, version_id=version.id, store_id=stores[0].id, now=now + 4 * _STEP)


def tell_complaints(cast: Cast, store: Store, *, now: datetime) -> None:
    """File complaints over the last days and bring each as far as its plot says."""
    zone = ZoneInfo(store.time_zone)
    today = now.astimezone(zone).date()
    for case, (days_ago, stage, days_until_looked_into) in zip(cast.script.cases, _PLOTS, strict=True):
        filed_at = datetime.combine(today - timedelta(days=days_ago), time(11), zone)
        _Complaint(cast, case, store.id, filed_at, timedelta(days=days_until_looked_into)).go_to(stage)


class _Complaint:
    """One complaint on its way, with the moments at which its steps were done."""

    def __init__(self, cast: Cast, case: Case, store_id: UUID, filed_at: datetime, delay: timedelta) -> None:
        self._cast, self._case, self._at, self._delay = cast, case, filed_at, delay
        with scope(cast.chain, cast.staff):
            done = file_complaint(
                actor=cast.staff,
                store_id=store_id,
                customer=Particulars(case.customer, case.phone, language=cast.script.language),
                subject=case.subject,
                order_number=case.order_number,
                channel=case.channel,
                severity=case.severity,
                now=filed_at,
            )
        self._id = done.complaint.id

    def go_to(self, stage: Stage) -> None:
        """Do the steps of the way until a stage; a way to rework or to the end has every step before it."""
        if stage is Stage.FILED:
            return
        self._do(lambda now: accept_complaint(actor=self._cast.staff, complaint_id=self._id, now=now))
        self._at += self._delay
        self._work()
        if stage is Stage.CUSTOMER_TOLD:
            return
        self._settle(is_satisfied=stage is Stage.CLOSED)
        if stage is Stage.CLOSED:
            self._close()

    def _work(self) -> None:
        cast, case = self._cast, self._case
        self._do(
            lambda now: record_investigation(actor=cast.staff, complaint_id=self._id, findings=case.findings, now=now)
        )
        self._do(
            lambda now: plan_resolution(
                actor=cast.manager,
                complaint_id=self._id,
                remedy=case.remedy,
                expected_at=now + timedelta(days=1),
                now=now,
            )
        )
        self._do(
            lambda now: tell_customer(
                actor=cast.staff, complaint_id=self._id, channel=case.channel, message=case.message, now=now
            )
        )

    def _settle(self, *, is_satisfied: bool) -> None:
        script = self._cast.script
        self._do(
            lambda now: record_outcome(
                actor=self._cast.staff,
                complaint_id=self._id,
                carried_out=script.carried_out,
                is_satisfied=is_satisfied,
                reason="" if is_satisfied else script.unsatisfied,
                now=now,
            )
        )

    def _close(self) -> None:
        script = self._cast.script
        self._do(
            lambda now: close_complaint(
                actor=self._cast.manager, complaint_id=self._id, cause=script.cause, result=script.result, now=now
            )
        )

    def _do(self, deed: Callable[[datetime], object]) -> None:
        self._at += _STEP
        # The manager may do whatever the staff may, and more.
        with scope(self._cast.chain, self._cast.manager):
            deed(self._at)

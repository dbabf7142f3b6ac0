"""F05, L2: what follows from a deed at the desk comes by itself, through the relay and past a job that always fails."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chains.actor import system_actor
from chains.scope import scope
from complaints import tasks as complaints
from complaints.actions.ending import close_complaint
from complaints.models.complaints import Complaint
from config.subscriptions import SUBSCRIPTIONS
from feedback.actions.sending import send_survey
from feedback.models.surveys import MatterKind, Survey
from journal.actions import append
from kit.ids import new_id
from tests.factories.chains import FurnishedChain
from tests.factories.complaints import settled
from tests.factories.feedback import agreed
from tests.factories.people import actor_of_role
from tests.factories.visits import made
from tests.workers import drain, empty_queue, hand_over_all
from visits.models.visits import ReturnVisit


@pytest.fixture(autouse=True)
def _nothing_waits(fresh_chain: FurnishedChain) -> None:
    hand_over_all(fresh_chain.chain, SUBSCRIPTIONS)
    empty_queue()


def by_itself(chain: FurnishedChain, folder: Path) -> None:
    """Let relay and worker do what follows, and what follows from that, until nothing is left."""
    while hand_over_all(chain.chain, SUBSCRIPTIONS):
        drain(folder)


def closed(chain: FurnishedChain) -> UUID:
    """Close a complaint, ask its customer about it, and return its key."""
    now = timezone.now() - timedelta(minutes=5)
    manager = actor_of_role(chain, "STORE_MANAGER")
    with scope(chain.chain, manager):
        complaint = settled(manager, chain.store, now)
        close_complaint(actor=manager, complaint_id=complaint.id, cause="A lamp", result="A bowl", now=now)
        agreed(manager, complaint.customer_id, now)
        send_survey(actor=manager, kind=MatterKind.COMPLAINT, matter_id=complaint.id, now=now)
    return complaint.id


def told_of_damage_that_nobody_reported(chain: FurnishedChain) -> None:
    """Let the journal tell of damage with nothing behind it: the job about it can only fail."""
    actor, now = system_actor(), timezone.now()
    what = {"subject_type": "Order", "subject_id": new_id(), "after": {"damage_report_id": str(new_id())}}
    with scope(chain.chain, actor):
        append(actor=actor, kind="DELIVERY_DAMAGED", store_id=chain.store, now=now, **what)


def test_who_complained_is_called_and_who_is_not_satisfied_is_heard_again_past_a_poisoned_job(
    fresh_chain: FurnishedChain, tmp_path: Path
) -> None:
    told_of_damage_that_nobody_reported(fresh_chain)
    key = closed(fresh_chain)
    by_itself(fresh_chain, tmp_path)
    staff = actor_of_role(fresh_chain, "SERVICE_STAFF")
    with scope(fresh_chain.chain, staff):
        visit = ReturnVisit.objects.get()
        assert (visit.state, visit.owner_id) == ("DUE", staff.user_id)
        made(staff, visit.id, timezone.now(), is_satisfied=False, dissatisfied_because="Cold again")
    by_itself(fresh_chain, tmp_path)
    with scope(fresh_chain.chain, system_actor()):
        assert Complaint.objects.get(id=key).stage == "REWORK"
        assert Survey.objects.get().state == "WITHDRAWN"
        assert Complaint.objects.count() == 1
    # It waits for its next try, and held nothing up; how such a job dies at last: test_f05_worker_killers.py.
    poison = ProcrastinateJob.objects.get(task_name=complaints.file_from_delivery.name)
    assert poison.status == "todo"
    assert poison.attempts >= 1

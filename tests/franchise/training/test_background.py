"""What the relay hands over to training, and what a job then does with it."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from config.subscriptions import SUBSCRIPTIONS
from journal.models import Entry
from members.actions.appointing import deactivate_member
from tests.conftest import Chains
from tests.factories.training import TEXT, enrolled, published
from training import tasks
from training.models.taking import Enrolment, EnrolmentState

NOW = timezone.now()


@pytest.mark.parametrize(
    ("task", "kinds"),
    [
        (tasks.begin_path, {"POSITION_ASSIGNED"}),
        (tasks.assign_changed, {"STANDARD_PUSHED"}),
        (tasks.let_go_of_member, {"MEMBER_DEACTIVATED", "ROLE_WITHDRAWN"}),
    ],
)
def test_the_relay_hands_over_what_is_waited_for(task: object, kinds: set[str]) -> None:
    (subscription,) = (each for each in SUBSCRIPTIONS if each.task is task)
    assert subscription.kinds == kinds


def test_a_deactivation_ends_what_was_taken_when_its_entry_is_consumed_once(
    chains: Chains, as_role: Callable[..., Actor]
) -> None:
    taken, hq = enrolled(chains.a, published(chains.a, NOW, TEXT), NOW), as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        deactivate_member(actor=hq, user_id=chains.a.people["SERVICE_STAFF"], reason="Left", now=NOW)
    job = system_actor()
    with scope(chains.a.chain, job):
        entry = Entry.objects.get(kind="MEMBER_DEACTIVATED")
        for _twice in range(2):
            tasks.let_go_of_member.function(actor=job, now=NOW, entry_id=entry.id)
        assert Enrolment.objects.get(id=taken.id).state == EnrolmentState.WITHDRAWN
        assert Entry.objects.filter(kind="ENROLMENT_WITHDRAWN").count() == 1

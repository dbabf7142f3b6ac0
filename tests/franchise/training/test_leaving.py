"""Who leaves a store takes nothing there any more, and whom they guided can be given another mentor (R2)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.models import Entry
from members.models import Assignment, User
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.training import TEXT, enrolled, published
from training.actions.guiding import pair_mentor
from training.actions.leaving import let_go
from training.models.planning import Mentorship, MentorshipState
from training.models.taking import Enrolment, EnrolmentState

NOW = timezone.now()


def paired(chain: FurnishedChain, actor: Actor, now: datetime, apprentice: str = "SERVICE_STAFF") -> Mentorship:
    """Return that the mentor of the first store guides somebody there."""
    people = {"mentor_id": chain.people["MENTOR"], "apprentice_id": chain.people[apprentice]}
    with scope(chain.chain, actor):
        return pair_mentor(actor=actor, store_id=chain.store, now=now, **people)


def leave_the_store(chain: FurnishedChain, who: str) -> None:
    """Withdraw what somebody is at the first store."""
    Assignment.objects.filter(user_id=chain.people[who], store_id=chain.store).delete()


def leave_the_chain(chain: FurnishedChain, who: str) -> None:
    """Deactivate somebody."""
    User.objects.filter(id=chain.people[who]).update(is_active=False)


@pytest.mark.parametrize("leave", [leave_the_store, leave_the_chain])
def test_who_leaves_takes_nothing_there_and_their_time_with_a_mentor_ends(
    leave: Callable[[FurnishedChain, str], None], chains: Chains, as_role: Callable[..., Actor]
) -> None:
    taken = enrolled(chains.a, published(chains.a, NOW, TEXT), NOW)
    pair = paired(chains.a, as_role(chains.a, "STORE_MANAGER"), NOW)
    member_id = chains.a.people["SERVICE_STAFF"]
    with scope(chains.a.chain, system_actor()):
        given: dict[str, Any] = {"actor": system_actor(), "now": NOW}
        assert let_go(**given) == let_go(member_id=member_id, **given) == 0
        leave(chains.a, "SERVICE_STAFF")
        assert let_go(member_id=chains.a.people["STORE_MANAGER"], **given) == 0
        assert [let_go(member_id=member_id, **given) for _time in range(2)] == [2, 0]
        assert Enrolment.objects.get(id=taken.id).state == EnrolmentState.WITHDRAWN
        assert Mentorship.objects.get(id=pair.id).state == MentorshipState.ENDED
        told = Entry.objects.filter(kind__in=["ENROLMENT_WITHDRAWN", "MENTORSHIP_ENDED"])
        assert {each.subject_id for each in told} == {taken.id, pair.id}


def test_r2_whose_mentor_left_is_given_another_and_what_others_take_goes_on(
    chains: Chains, as_role: Callable[..., Actor]
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    taken, pair = enrolled(chains.a, published(chains.a, NOW, TEXT), NOW), paired(chains.a, manager, NOW)
    with scope(chains.a.chain, system_actor()):
        leave_the_store(chains.a, "MENTOR")
        assert [let_go(actor=system_actor(), now=NOW) for _time in range(2)] == [1, 0]
        assert Mentorship.objects.get(id=pair.id).state == MentorshipState.ENDED
        assert Enrolment.objects.get(id=taken.id).state == EnrolmentState.OPEN
    people = {"mentor_id": chains.a.people["SERVICE_SUPERVISOR"], "apprentice_id": pair.apprentice_id}
    with scope(chains.a.chain, manager):
        again = pair_mentor(actor=manager, store_id=chains.a.store, now=NOW, **people)
        assert again.state == MentorshipState.RUNNING

"""A08: who may give and take which role; what happens to membership; every refusal leaves nothing behind."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted, Refusal
from members.actions.appointing import assign_role, deactivate_member, reactivate_member, withdraw_role
from members.models import Assignment, Deactivation, User
from members.rules.appointments import LastAdministrator, OwnDeactivation, OwnRole
from members.rules.happenings import Happening
from members.rules.holders import PERMISSIONS_OF
from members.rules.membership import AlreadyAssigned, MemberActive, MemberDeactivated
from members.rules.permissions import APPOINTED_BY, REACH_OF, Reach, Role
from members.rules.reach import Place, ReachDoesNotFit
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain

AsRole = Callable[[FurnishedChain, str], Actor]


def place_for(chain: FurnishedChain, role: Role, *, other: bool = False) -> Place:
    if REACH_OF[role] is Reach.STORE:
        return Place(store_id=chain.other_store if other else chain.store)
    if REACH_OF[role] is Reach.AREA:
        return Place(area_id=chain.other_area if other else chain.area)
    return Place()


def newcomer(chain: FurnishedChain) -> User:
    """Somebody who works at both stores and whom everybody there sees."""
    with scope(chain.chain, system_actor()):
        user = User.objects.create(email="new@a.example", name="Newcomer", joined_at=timezone.now())
        for store_id in (chain.store, chain.other_store):
            Assignment.objects.create(user=user, role=Role.MENTOR, store_id=store_id, since=timezone.now())
    return user


def state_of(chain: FurnishedChain) -> tuple[int, int, int]:
    with scope(chain.chain, system_actor()):
        return Assignment.objects.count(), Entry.objects.count(), User.objects.filter(is_active=True).count()


ASSIGNABLE = [role for role in Role if role is not Role.MENTOR]


@pytest.mark.parametrize("role", ASSIGNABLE)
@pytest.mark.parametrize("caller", list(Role))
def test_a08_a_role_is_given_by_those_who_appoint_it_and_by_nobody_else(
    chains: Chains, as_role: AsRole, caller: Role, role: Role
) -> None:
    user = newcomer(chains.a)
    actor = as_role(chains.a, caller)
    before = state_of(chains.a)
    is_allowed = APPOINTED_BY[role] in PERMISSIONS_OF[caller]
    with scope(chains.a.chain, actor):
        if is_allowed:
            assign_role(actor=actor, user_id=user.id, role=role, place=place_for(chains.a, role), now=timezone.now())
        else:
            with pytest.raises((NotPermitted, NotFound)):
                assign_role(
                    actor=actor, user_id=user.id, role=role, place=place_for(chains.a, role), now=timezone.now()
                )
    after = state_of(chains.a)
    assert after == ((before[0] + 1, before[1] + 1, before[2]) if is_allowed else before)


@pytest.mark.parametrize("caller", [Role.AREA_SUPERVISOR, Role.STORE_MANAGER])
def test_a08_nobody_gives_a_role_at_a_store_that_they_do_not_see(chains: Chains, as_role: AsRole, caller: Role) -> None:
    user, actor = newcomer(chains.a), as_role(chains.a, caller)
    before = state_of(chains.a)
    with scope(chains.a.chain, actor), pytest.raises(NotFound):
        assign_role(
            actor=actor,
            user_id=user.id,
            role=Role.SERVICE_STAFF,
            place=Place(store_id=chains.a.other_store),
            now=timezone.now(),
        )
    assert state_of(chains.a) == before


@pytest.mark.parametrize("caller", [Role.AREA_SUPERVISOR, Role.STORE_MANAGER, Role.SERVICE_SUPERVISOR])
def test_a08_nobody_below_hq_changes_their_own_role(chains: Chains, as_role: AsRole, caller: Role) -> None:
    actor = as_role(chains.a, caller)
    with scope(chains.a.chain, actor), pytest.raises((OwnRole, NotPermitted)):
        assign_role(
            actor=actor,
            user_id=chains.a.people[caller],
            role=Role.SERVICE_STAFF,
            place=Place(store_id=chains.a.store),
            now=timezone.now(),
        )


def test_a08_a_manager_does_not_edit_an_equal(chains: Chains, as_role: AsRole) -> None:
    with scope(chains.a.chain, system_actor()):
        equal = Assignment.objects.create(
            user_id=chains.a.people["SERVICE_STAFF"],
            role=Role.STORE_MANAGER,
            store_id=chains.a.store,
            since=timezone.now(),
        )
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager), pytest.raises(NotPermitted):
        withdraw_role(actor=manager, assignment_id=equal.id, now=timezone.now())


@pytest.mark.parametrize("role", [Role.HQ_ADMINISTRATOR, Role.AREA_SUPERVISOR])
def test_a08_a_manager_does_not_even_find_an_assignment_above_the_stores(
    chains: Chains, as_role: AsRole, role: Role
) -> None:
    with scope(chains.a.chain, system_actor()):
        above = Assignment.objects.get(user_id=chains.a.people[role])
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager), pytest.raises(NotFound):
        withdraw_role(actor=manager, assignment_id=above.id, now=timezone.now())


def test_a08_the_last_administrator_neither_withdraws_their_role_nor_is_deactivated(
    chains: Chains, as_role: AsRole
) -> None:
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator):
        own = Assignment.objects.get(user_id=administrator.id)
        with pytest.raises(LastAdministrator):
            withdraw_role(actor=administrator, assignment_id=own.id, now=timezone.now())
        with pytest.raises(OwnDeactivation):
            deactivate_member(
                actor=administrator, user_id=chains.a.people["HQ_ADMINISTRATOR"], reason="", now=timezone.now()
            )
    with scope(chains.a.chain, system_actor()), pytest.raises(LastAdministrator):
        deactivate_member(
            actor=system_actor(), user_id=chains.a.people["HQ_ADMINISTRATOR"], reason="", now=timezone.now()
        )


def test_a08_a_deactivated_administrator_does_not_count_as_one(chains: Chains, as_role: AsRole) -> None:
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    second = chains.a.people["QUALITY_OFFICER"]
    with scope(chains.a.chain, administrator):
        given = {"role": Role.HQ_ADMINISTRATOR, "place": Place(), "now": timezone.now()}
        assign_role(actor=administrator, user_id=second, **given)
        deactivate_member(actor=administrator, user_id=second, reason="", now=timezone.now())
        own = Assignment.objects.get(user_id=administrator.id)
        with pytest.raises(LastAdministrator):
            withdraw_role(actor=administrator, assignment_id=own.id, now=timezone.now())


def test_a08_two_administrators_who_remove_each_other_at_once_leave_one(fresh_chain: FurnishedChain) -> None:
    chain = fresh_chain.chain
    first, second = fresh_chain.people["HQ_ADMINISTRATOR"], fresh_chain.people["QUALITY_OFFICER"]
    with scope(chain, system_actor()):
        assign_role(actor=system_actor(), user_id=second, role=Role.HQ_ADMINISTRATOR, place=Place(), now=timezone.now())
        held = {row.user_id: row.id for row in Assignment.objects.filter(role=Role.HQ_ADMINISTRATOR)}
    start, refused = Barrier(2), []

    def remove(other: object) -> None:
        try:
            start.wait()
            with scope(chain, system_actor()):
                withdraw_role(actor=system_actor(), assignment_id=held[other], now=timezone.now())
        except Refusal as refusal:
            refused.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=remove, args=(user_id,)) for user_id in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(chain, system_actor()):
        assert Assignment.objects.filter(role=Role.HQ_ADMINISTRATOR).count() == 1
    assert refused == ["LAST_ADMINISTRATOR"]


def test_the_same_role_at_the_same_place_is_given_once(chains: Chains, as_role: AsRole) -> None:
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator), pytest.raises(AlreadyAssigned):
        assign_role(
            actor=administrator,
            user_id=chains.a.people["SERVICE_STAFF"],
            role=Role.SERVICE_STAFF,
            place=Place(store_id=chains.a.store),
            now=timezone.now(),
        )


def test_a_role_of_a_store_is_not_given_for_the_chain(chains: Chains, as_role: AsRole) -> None:
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, administrator), pytest.raises(ReachDoesNotFit):
        assign_role(
            actor=administrator,
            user_id=chains.a.people["SERVICE_STAFF"],
            role=Role.STORE_MANAGER,
            place=Place(),
            now=timezone.now(),
        )


@pytest.mark.parametrize("missing", ["foreign", "missing"])
def test_somebody_of_another_chain_looks_like_nobody(chains: Chains, as_role: AsRole, missing: str) -> None:
    administrator = as_role(chains.a, "HQ_ADMINISTRATOR")
    user_id = chains.b.people["SERVICE_STAFF"] if missing == "foreign" else new_id()
    with scope(chains.a.chain, administrator):
        with pytest.raises(NotFound):
            assign_role(
                actor=administrator,
                user_id=user_id,
                role=Role.SERVICE_STAFF,
                place=Place(store_id=chains.a.store),
                now=timezone.now(),
            )
        with pytest.raises(NotFound):
            deactivate_member(actor=administrator, user_id=user_id, reason="", now=timezone.now())


@pytest.mark.parametrize("caller", list(Role))
def test_membership_is_ended_and_resumed_by_hq_alone(chains: Chains, as_role: AsRole, caller: Role) -> None:
    actor, user_id = as_role(chains.a, caller), chains.a.people["STORE_MANAGER_2"]
    with scope(chains.a.chain, actor):
        if caller is Role.HQ_ADMINISTRATOR:
            deactivate_member(actor=actor, user_id=user_id, reason="left", now=timezone.now())
            with pytest.raises(MemberDeactivated):
                deactivate_member(actor=actor, user_id=user_id, reason="left", now=timezone.now())
            assert reactivate_member(actor=actor, user_id=user_id, now=timezone.now()).is_active
            with pytest.raises(MemberActive):
                reactivate_member(actor=actor, user_id=user_id, now=timezone.now())
            assert Deactivation.objects.get().ended_by_id == actor.id
        else:
            with pytest.raises(NotPermitted):
                deactivate_member(actor=actor, user_id=user_id, reason="left", now=timezone.now())
            with pytest.raises(NotPermitted):
                reactivate_member(actor=actor, user_id=user_id, now=timezone.now())


def test_each_deed_is_one_entry_that_says_what_was_and_is(chains: Chains, as_role: AsRole) -> None:
    administrator, user_id = as_role(chains.a, "HQ_ADMINISTRATOR"), chains.a.people["MENTOR"]
    held = {"role": "SERVICE_STAFF", "area_id": None, "store_id": str(chains.a.store)}
    with scope(chains.a.chain, administrator):
        assignment = assign_role(
            actor=administrator,
            user_id=user_id,
            role=Role.SERVICE_STAFF,
            place=Place(store_id=chains.a.store),
            now=timezone.now(),
        )
        withdraw_role(actor=administrator, assignment_id=assignment.id, now=timezone.now())
        deactivate_member(actor=administrator, user_id=user_id, reason="left", now=timezone.now())
        told = [
            (entry.kind, entry.before, entry.after, entry.actor_id)
            for entry in Entry.objects.filter(subject_id=user_id).order_by("at")
        ]
    assert told == [
        (Happening.ROLE_ASSIGNED, None, held, administrator.id),
        (Happening.ROLE_WITHDRAWN, held, None, administrator.id),
        (Happening.MEMBER_DEACTIVATED, {"is_active": True}, {"is_active": False}, administrator.id),
    ]

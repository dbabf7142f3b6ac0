"""How far each role may decide by itself (S5, C6)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from chains.actor import Actor, system_actor
from chains.scope import scope
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import Invalid, NotPermitted
from members.models import Assignment
from members.rules.actors import Request, personal_token, service_token
from members.rules.permissions import Role
from members.rules.scopes import Scope
from standards.actions.deciding import set_decision_limits
from standards.models.deciding import DecisionKind, DecisionLimit
from standards.queries.deciding import decision_limits, limit_of
from standards.rules.deciding import MOST, Limit, check_limits
from tests.conftest import Chains

AsRole = Callable[..., Actor]
NOW = datetime(2026, 5, 4, 2, tzinfo=UTC)
REFUND, COMPENSATION = DecisionKind.REFUND, DecisionKind.COMPENSATION
STAFFS_REFUND = Limit(Role.SERVICE_STAFF, REFUND, "CNY", 300_00)


def limit_here(chains: Chains, actor: Actor, kind: DecisionKind = REFUND, currency: str = "CNY") -> int:
    with scope(chains.a.chain, actor):
        return limit_of(actor, kind, store_id=chains.a.store, currency=currency)


def set_(chains: Chains, actor: Actor, *limits: Limit) -> None:
    with scope(chains.a.chain, actor):
        set_decision_limits(actor=actor, limits=limits, now=NOW)


@pytest.mark.parametrize("kind", DecisionKind)
def test_in_a_new_chain_whoever_stands_higher_decides_more(chains: Chains, as_role: AsRole, kind: DecisionKind) -> None:
    ladder = [Role.SERVICE_STAFF, Role.SERVICE_SUPERVISOR, Role.STORE_MANAGER, Role.AREA_SUPERVISOR]
    ladder += [Role.QUALITY_OFFICER, Role.HQ_ADMINISTRATOR]
    limits = [limit_here(chains, as_role(chains.a, role), kind) for role in ladder]
    assert limits == sorted(set(limits))
    assert limits[0] > 0
    assert limit_here(chains, as_role(chains.a, Role.HQ_TRAINER), kind) == 0


def test_a_limit_that_hq_sets_holds_from_then_on_for_that_role_and_kind_alone(chains: Chains, as_role: AsRole) -> None:
    hq, staff = as_role(chains.a, "HQ_ADMINISTRATOR"), as_role(chains.a, "SERVICE_STAFF")
    compensation, managers = limit_here(chains, staff, COMPENSATION), limit_here(chains, as_role(chains.a, "MENTOR"))
    set_(chains, hq, STAFFS_REFUND)
    set_(chains, hq, replace(STAFFS_REFUND, amount_minor=0, currency="cny "))
    assert limit_here(chains, staff) == 0
    assert limit_here(chains, staff, COMPENSATION) == compensation
    assert limit_here(chains, as_role(chains.a, "MENTOR")) == managers
    with scope(chains.a.chain, hq):
        assert [each.role for each in decision_limits(hq) if not each.is_default] == [Role.SERVICE_STAFF]
        assert DecisionLimit.objects.get().set_by_id == hq.id


def test_the_journal_tells_what_a_limit_was_before(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    default = limit_here(chains, as_role(chains.a, "SERVICE_STAFF"))
    set_(chains, hq, STAFFS_REFUND)
    set_(chains, hq, replace(STAFFS_REFUND, amount_minor=400_00))
    with scope(chains.a.chain, hq):
        first, second = Entry.objects.filter(kind="DECISION_LIMITS_SET").in_order()
        told = {"role": "SERVICE_STAFF", "kind": "REFUND", "currency": "CNY"}
        assert first.before == {"limits": [told | {"amount_minor": default}]}
        assert first.after == second.before == {"limits": [told | {"amount_minor": 300_00}]}
        assert second.after == {"limits": [told | {"amount_minor": 400_00}]}
        assert (first.subject_type, first.subject_id) == ("Chain", chains.a.chain.id)


def test_of_several_roles_at_a_store_the_highest_limit_counts(chains: Chains, as_role: AsRole) -> None:
    managers = limit_here(chains, as_role(chains.a, "STORE_MANAGER"))
    with scope(chains.a.chain, system_actor()):
        for store, role in ((chains.a.store, Role.STORE_MANAGER), (chains.a.other_store, Role.SERVICE_STAFF)):
            person = chains.a.people["SERVICE_STAFF"]
            Assignment.objects.create(user_id=person, role=role, store_id=store, since=NOW)
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        assert limit_of(staff, REFUND, store_id=chains.a.store, currency="CNY") == managers
        assert 0 < limit_of(staff, REFUND, store_id=chains.a.other_store, currency="CNY") < managers


def test_whoever_has_no_role_there_decides_nothing_and_neither_does_a_machine(chains: Chains, as_role: AsRole) -> None:
    other = as_role(chains.a, "SERVICE_STAFF_2")
    request = Request.unknown()
    machine = service_token(new_id(), scopes=Scope.values, store_ids=None, request=request)
    for actor in (other, machine, system_actor()):
        assert limit_here(chains, actor) == 0


def test_a_persons_token_decides_as_far_as_the_person(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    assert manager.id is not None
    token = personal_token(
        new_id(),
        manager.id,
        manager.grants,
        scopes=[Scope.COMPLAINTS_WRITE],
        store_ids=None,
        request=Request.unknown(),
    )
    assert limit_here(chains, token) == limit_here(chains, manager) > 0


def test_in_another_currency_than_the_chains_nobody_decides_before_hq_says_how_much(
    chains: Chains, as_role: AsRole
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    assert limit_here(chains, staff, currency="EUR") == 0
    set_(chains, as_role(chains.a, "HQ_ADMINISTRATOR"), replace(STAFFS_REFUND, currency="EUR", amount_minor=25_00))
    assert limit_here(chains, staff, currency="EUR") == 25_00


def test_only_an_administrator_sets_limits_and_the_database_says_so_too(chains: Chains, as_role: AsRole) -> None:
    for role in set(Role) - {Role.HQ_ADMINISTRATOR}:
        with pytest.raises(NotPermitted):
            set_(chains, as_role(chains.a, role), STAFFS_REFUND)
    set_(chains, as_role(chains.a, "HQ_ADMINISTRATOR"), STAFFS_REFUND)
    for role in ("STORE_MANAGER", "AREA_SUPERVISOR"):
        actor = as_role(chains.a, role)
        with pytest.raises(DatabaseError, match="permission denied"), scope(chains.a.chain, actor):
            DecisionLimit.objects.update(amount_minor=1)


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ([], ("limits",)),
        ([STAFFS_REFUND, replace(STAFFS_REFUND, amount_minor=1)], ("limits", "1")),
        ([replace(STAFFS_REFUND, amount_minor=-1)], ("limits", "0", "amount")),
        ([replace(STAFFS_REFUND, amount_minor=MOST + 1)], ("limits", "0", "amount")),
    ],
    ids=["none", "twice the same", "below zero", "too large to be read"],
)
def test_limits_that_say_nothing_sensible_are_refused_at_their_place(
    limits: list[Limit], field: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as refused:
        check_limits(limits)
    assert refused.value.field == field


def test_a_currency_that_is_none_is_refused_at_its_place(chains: Chains, as_role: AsRole) -> None:
    with pytest.raises(Invalid) as refused:
        set_(chains, as_role(chains.a, "HQ_ADMINISTRATOR"), STAFFS_REFUND, replace(STAFFS_REFUND, currency="元元元"))
    assert refused.value.field == ("limits", "1", "amount", "currency")

"""A clock is read by whoever may read the thing that it measures, at stores whose clocks they may read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chains.actor import Actor, ActorKind
from chains.scope import scope
from clocks.queries import clocks_for, due_now
from kit.refusals import NotPermitted
from members.rules.scopes import Scope, permissions_within
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.inquiries import opened
from tests.factories.visits import planned

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
KINDS = {"Complaint", "Inquiry", "VisitOccasion"}


@pytest.mark.parametrize(
    ("scopes", "seen"),
    [
        ([Scope.COMPLAINTS_READ], {"Complaint"}),
        ([Scope.INQUIRIES_READ], {"Inquiry"}),
        ([Scope.VISITS_READ, Scope.INQUIRIES_READ], {"Inquiry", "VisitOccasion"}),
        ([Scope.ORDERS_READ], set()),
        (list(Scope), KINDS),
        ([Scope.CUSTOMERS_READ], None),
    ],
)
def test_a_token_reads_the_clocks_of_what_it_reads(
    scopes: list[Scope], seen: set[str] | None, chains: Chains, as_role: AsRole
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        for begin in (filed, opened, planned):
            begin(manager, chains.a.store, TEN)
        assert set(clocks_for(manager).values_list("subject_type", flat=True)) == KINDS
    allowed = permissions_within(scopes)
    grants = tuple(replace(grant, permissions=grant.permissions & allowed) for grant in manager.grants)
    token = replace(manager, kind=ActorKind.TOKEN, id=None, grants=grants)
    with scope(chains.a.chain, token):
        assert set(clocks_for(token).values_list("subject_type", flat=True)) == (seen or set())
        if seen is None:
            with pytest.raises(NotPermitted):
                due_now(actor=token, store_id=chains.a.store)
        else:
            found = due_now(actor=token, store_id=chains.a.store)
            assert set(found.values_list("subject_type", flat=True)) == seen
    stranger = as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, stranger):
        assert not clocks_for(stranger).exists()

"""The table of permissions: who may give what, and that nobody gives more than they have."""

import pytest

from members.rules.holders import PERMISSIONS_OF, who_may
from members.rules.permissions import APPOINTED_BY, RANK, REACH_OF, Permission, Reach, Role

GIVERS = [(giver, role) for giver in Role for role in Role if APPOINTED_BY[role] in PERMISSIONS_OF[giver]]


@pytest.mark.parametrize(("giver", "role"), GIVERS)
def test_nobody_gives_a_role_with_more_permissions_than_their_own(giver: Role, role: Role) -> None:
    assert PERMISSIONS_OF[role] <= PERMISSIONS_OF[giver]


@pytest.mark.parametrize(("giver", "role"), [pair for pair in GIVERS if pair[0] is not Role.HQ_ADMINISTRATOR])
def test_only_administrators_give_a_role_as_high_as_their_own(giver: Role, role: Role) -> None:
    assert RANK[role] < RANK[giver]


def test_a_role_with_less_rank_never_has_a_permission_that_no_higher_role_has() -> None:
    assert all(PERMISSIONS_OF[role] <= PERMISSIONS_OF[Role.HQ_ADMINISTRATOR] for role in Role)


def test_every_permission_is_held_by_somebody_who_can_lift_a_refusal() -> None:
    assert all(who_may(permission)[-1] is Role.HQ_ADMINISTRATOR for permission in Permission)


def test_who_may_names_the_nearest_role_first() -> None:
    assert who_may(Permission.CLOSE_COMPLAINT) == (
        Role.SERVICE_SUPERVISOR,
        Role.STORE_MANAGER,
        Role.AREA_SUPERVISOR,
        Role.QUALITY_OFFICER,
        Role.HQ_ADMINISTRATOR,
    )


def test_every_role_has_permissions_a_rank_a_reach_and_somebody_who_appoints_it() -> None:
    assert set(PERMISSIONS_OF) == set(RANK) == set(REACH_OF) == set(APPOINTED_BY) == set(Role)
    assert {REACH_OF[role] for role in Role} == set(Reach)

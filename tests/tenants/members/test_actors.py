"""From assignments, tokens and visits to an actor; no database."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chains.actor import ActorKind, Audience
from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted
from members.rules import actors
from members.rules.actors import Given, Request
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import REACH_OF, Permission, Reach, Role
from members.rules.reach import Place
from members.rules.scopes import NEVER_A_TOKENS, PERMISSIONS_IN, Scope

USER, TOKEN = new_id(), new_id()
STORES = [new_id() for _number in range(4)]
AREA, OTHER_AREA = new_id(), new_id()
AREAS = {AREA: frozenset(STORES[:2]), OTHER_AREA: frozenset({STORES[2]})}
REQUEST = Request.unknown()


def person(*given_roles: Given) -> actors.Actor:
    return actors.person(USER, actors.grants_of(given_roles, AREAS), REQUEST)


def test_a_store_manager_is_heard_as_the_one_store() -> None:
    manager = person(Given(Role.STORE_MANAGER, Place(store_id=STORES[0])))
    assert manager.audience is Audience.STORE
    assert manager.store_ids == {STORES[0]}
    assert manager.may(Permission.CLOSE_COMPLAINT, at=STORES[0])


def test_a_store_manager_does_not_find_another_store() -> None:
    manager = person(Given(Role.STORE_MANAGER, Place(store_id=STORES[0])))
    with pytest.raises(NotFound):
        manager.must(Permission.CLOSE_COMPLAINT, at=STORES[1])


def test_an_area_supervisor_sees_the_stores_that_the_area_has_now() -> None:
    supervisor = person(Given(Role.AREA_SUPERVISOR, Place(area_id=AREA)))
    assert supervisor.audience is Audience.AREA
    assert supervisor.store_ids == AREAS[AREA]
    assert not supervisor.sees(STORES[2])


def test_an_area_that_has_no_stores_shows_nothing() -> None:
    supervisor = person(Given(Role.AREA_SUPERVISOR, Place(area_id=new_id())))
    assert supervisor.audience is Audience.AREA
    assert supervisor.store_ids == frozenset()
    assert not supervisor.may(Permission.READ_COMPLAINTS)


def test_somebody_without_any_role_sees_and_may_nothing() -> None:
    nobody = person()
    assert nobody.audience is Audience.AREA
    assert not any(nobody.may_somewhere(permission) for permission in Permission)


def test_two_stores_are_seen_with_the_role_that_is_held_in_each() -> None:
    both = person(
        Given(Role.STORE_MANAGER, Place(store_id=STORES[0])), Given(Role.SERVICE_STAFF, Place(store_id=STORES[1]))
    )
    assert both.audience is Audience.AREA
    assert both.may(Permission.PLAN_RESOLUTION, at=STORES[0])
    with pytest.raises(NotPermitted):
        both.must(Permission.PLAN_RESOLUTION, at=STORES[1])


def test_a_role_at_hq_lets_one_see_all_stores_and_do_elsewhere_no_more_than_it_says() -> None:
    trainer = person(Given(Role.HQ_TRAINER, Place()), Given(Role.STORE_MANAGER, Place(store_id=STORES[0])))
    assert trainer.audience is Audience.HQ
    assert trainer.may(Permission.PLAN_RESOLUTION, at=STORES[0])
    assert not trainer.may(Permission.PLAN_RESOLUTION, at=STORES[1])


def test_a_person_in_whose_place_somebody_acts_is_named_beside_who_really_acts() -> None:
    visit, visitor = new_id(), new_id()
    grants = actors.grants_of([Given(Role.SERVICE_STAFF, Place(store_id=STORES[0]))], AREAS)
    acting = actors.represented(USER, grants, REQUEST, visit_id=visit, visitor_id=visitor)
    assert (acting.id, acting.token_id, acting.behalf_of_id) == (USER, visit, visitor)


def test_a_visiting_operator_reads_everywhere_and_changes_nothing() -> None:
    operator = actors.visiting_operator(USER, TOKEN, REQUEST)
    assert (operator.kind, operator.audience) == (ActorKind.OPERATOR, Audience.HQ)
    allowed = {permission for permission in Permission if operator.may(permission)}
    assert allowed == {permission for permission in Permission if permission.startswith("READ_")}


def test_a_service_token_has_its_scopes_at_its_stores_and_no_person() -> None:
    token = actors.service_token(TOKEN, scopes=[Scope.STORES_READ], store_ids=[STORES[0]], request=REQUEST)
    assert (token.kind, token.id, token.token_id, token.audience) == (ActorKind.TOKEN, None, TOKEN, Audience.STORE)
    assert token.may(Permission.READ_STORES, at=STORES[0])
    assert not token.may_somewhere(Permission.OPEN_STORE)


def test_a_scope_that_is_gone_by_now_gives_nothing_but_the_published_schema() -> None:
    token = actors.service_token(TOKEN, scopes=["robots:write"], store_ids=None, request=REQUEST)
    assert {permission for permission in Permission if token.may(permission)} == {Permission.READ_SCHEMA}


def test_no_scope_lets_a_token_make_tokens_appoint_hq_or_act_in_somebodys_place() -> None:
    assert not NEVER_A_TOKENS & frozenset().union(*PERMISSIONS_IN.values())


def test_every_permission_is_in_one_scope_at_most_but_clocks_which_are_read_with_what_they_measure() -> None:
    listed = Counter(permission for scope in Scope for permission in PERMISSIONS_IN[scope])
    assert {permission for permission, number in listed.items() if number > 1} == {Permission.READ_CLOCKS}
    assert {scope for scope in Scope if Permission.READ_CLOCKS in PERMISSIONS_IN[scope]} == {
        Scope.COMPLAINTS_READ,
        Scope.INQUIRIES_READ,
        Scope.ORDERS_READ,
        Scope.VISITS_READ,
    }


def places(role: Role) -> st.SearchStrategy[Place]:
    if REACH_OF[role] is Reach.CHAIN:
        return st.just(Place())
    if REACH_OF[role] is Reach.AREA:
        return st.sampled_from([Place(area_id=area) for area in AREAS])
    return st.sampled_from([Place(store_id=store) for store in STORES])


ANY_ROLE = st.sampled_from(list(Role)).flatmap(lambda role: places(role).map(lambda place: Given(role, place)))


@given(
    held=st.lists(ANY_ROLE, max_size=4),
    scopes=st.sets(st.sampled_from(list(Scope))),
    stores=st.none() | st.sets(st.sampled_from(STORES)),
    permission=st.sampled_from(list(Permission)),
    at=st.none() | st.sampled_from(STORES),
)
def test_a_personal_token_never_may_more_than_its_owner_its_scopes_and_its_stores(
    held: list[Given], scopes: set[Scope], stores: set[UUID] | None, permission: Permission, at: UUID | None
) -> None:
    grants = actors.grants_of(held, AREAS)
    owner = actors.person(USER, grants, REQUEST)
    token = actors.personal_token(TOKEN, USER, grants, scopes=scopes, store_ids=stores, request=REQUEST)
    if token.may(permission, at=at) and permission is not Permission.READ_SCHEMA:
        assert owner.may(permission, at=at)
        assert any(permission in PERMISSIONS_IN[scope] for scope in scopes)
        assert stores is None or at in stores
    assert all(owner.sees(store) for store in STORES if token.sees(store))


@given(held=st.lists(ANY_ROLE, max_size=4), permission=st.sampled_from(list(Permission)), at=st.sampled_from(STORES))
def test_a_person_may_what_one_of_their_roles_may_at_that_store_and_nothing_else(
    held: list[Given], permission: Permission, at: UUID
) -> None:
    expected = any(
        permission in PERMISSIONS_OF[each.role]
        and (
            each.place == Place()
            or each.place.store_id == at
            or (each.place.area_id is not None and at in AREAS[each.place.area_id])
        )
        for each in held
    )
    assert person(*held).may(permission, at=at) is expected

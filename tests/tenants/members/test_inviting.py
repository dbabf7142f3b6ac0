"""Inviting: who may, to what; what the link is worth; C16, A02, I14."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from chains.actor import Actor, gate_actor, system_actor
from chains.scope import scope
from journal.models import Entry
from kit.refusals import Invalid, NotFound, NotPermitted, Refusal
from members.actions.appointing import deactivate_member
from members.actions.inviting import INVITATION_LASTS, accept_invitation, invite_member, withdraw_invitation
from members.letters import invitation_letter
from members.models import Assignment, Invitation, InvitationState, User
from members.queries import offered
from members.rules.happenings import Happening
from members.rules.holders import PERMISSIONS_OF
from members.rules.invitations import AlreadyInvited, InvitationEnded, InvitationNotValid
from members.rules.permissions import APPOINTED_BY, Permission, Role
from members.rules.reach import Place
from members.signin.keys import invitation_secret
from tests.conftest import Chains
from tests.factories.chains import PASSWORD, FurnishedChain
from tests.tenants.members.browser import Browser
from tests.tenants.members.test_appointing import place_for

AsRole = Callable[[FurnishedChain, str], Actor]
NEW = "new@example.com"


def invited(chain: FurnishedChain, *, role: Role = Role.SERVICE_STAFF, email: str = NEW) -> tuple[Invitation, str]:
    with scope(chain.chain, system_actor()):
        invitation = invite_member(
            actor=system_actor(), email=email, role=role, place=place_for(chain, role), now=timezone.now()
        )
        return invitation, invitation_secret(invitation.id)


def accept(chain: FurnishedChain, secret: str, *, name: str = "Li Na", password: str = PASSWORD) -> User:
    actor = gate_actor(address="192.0.2.1")
    with scope(chain.chain, actor):
        return accept_invitation(actor=actor, secret=secret, name=name, password=password, now=timezone.now())


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("caller", list(Role))
def test_a08_somebody_is_invited_to_a_role_by_those_who_appoint_it_and_by_nobody_else(
    chains: Chains, as_role: AsRole, caller: Role, role: Role
) -> None:
    actor = as_role(chains.a, caller)
    place = place_for(chains.a, role)
    may = PERMISSIONS_OF[caller]
    with scope(chains.a.chain, actor):
        if Permission.INVITE_MEMBER in may and APPOINTED_BY[role] in may:
            invitation = invite_member(actor=actor, email=NEW, role=role, place=place, now=timezone.now())
            assert withdraw_invitation(actor=actor, invitation_id=invitation.id, now=timezone.now()).ended_at
        else:
            with pytest.raises((NotPermitted, NotFound)):
                invite_member(actor=actor, email=NEW, role=role, place=place, now=timezone.now())


def test_a_newcomer_accepts_signs_in_and_is_what_was_offered(chains: Chains) -> None:
    invitation, secret = invited(chains.a)
    user = accept(chains.a, secret)
    browser = Browser(chains.a)
    assert browser.post("/auth/login", email=NEW, password=PASSWORD).status_code == 200
    with scope(chains.a.chain, system_actor()):
        assignment = Assignment.objects.get(user=user)
        entry = Entry.objects.get(kind=Happening.INVITATION_ACCEPTED)
    assert (assignment.role, assignment.store_id) == (Role.SERVICE_STAFF, chains.a.store)
    assert (entry.actor_id, entry.subject_id, entry.address) == (user.id, invitation.id, "192.0.2.1")


def test_a_member_accepts_a_further_role_and_keeps_name_and_password(chains: Chains) -> None:
    _invitation, secret = invited(chains.a, role=Role.SERVICE_SUPERVISOR, email=chains.a.email("SERVICE_STAFF"))
    user = accept(chains.a, secret, name="Somebody else", password="another battery staple")
    assert user.name == "Service staff"
    assert Browser(chains.a).sign_in("SERVICE_STAFF").status_code == 200
    with scope(chains.a.chain, system_actor()):
        assert set(Assignment.objects.filter(user=user).values_list("role", flat=True)) == {
            Role.SERVICE_STAFF,
            Role.SERVICE_SUPERVISOR,
        }


def test_a_link_is_good_once(chains: Chains) -> None:
    _invitation, secret = invited(chains.a)
    accept(chains.a, secret)
    with pytest.raises(InvitationNotValid):
        accept(chains.a, secret)


def test_a_withdrawn_invitation_is_not_accepted_and_not_withdrawn_again(chains: Chains) -> None:
    invitation, secret = invited(chains.a)
    with scope(chains.a.chain, system_actor()):
        withdraw_invitation(actor=system_actor(), invitation_id=invitation.id, now=timezone.now())
        with pytest.raises(InvitationEnded):
            withdraw_invitation(actor=system_actor(), invitation_id=invitation.id, now=timezone.now())
    with pytest.raises(InvitationNotValid):
        accept(chains.a, secret)


def test_an_invitation_of_two_weeks_ago_is_not_accepted_and_gives_way_to_a_new_one(chains: Chains) -> None:
    invitation, secret = invited(chains.a)
    with scope(chains.a.chain, system_actor()):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(InvitationNotValid):
        accept(chains.a, secret)
    again, _secret = invited(chains.a)
    with scope(chains.a.chain, system_actor()):
        assert Invitation.objects.get(id=invitation.id).state == InvitationState.EXPIRED
    assert again.expires_at - again.invited_at == INVITATION_LASTS


def test_a_deactivated_member_does_not_come_back_by_an_invitation(chains: Chains) -> None:
    _invitation, secret = invited(chains.a, role=Role.SERVICE_SUPERVISOR, email=chains.a.email("SERVICE_STAFF"))
    with scope(chains.a.chain, system_actor()):
        deactivate_member(actor=system_actor(), user_id=chains.a.people["SERVICE_STAFF"], reason="", now=timezone.now())
    with pytest.raises(InvitationNotValid):
        accept(chains.a, secret)


def test_t03_a_link_of_one_chain_opens_nothing_in_another(chains: Chains) -> None:
    invitation, secret = invited(chains.a)
    with scope(chains.b.chain, system_actor()):
        invitation.area_id, invitation.store_id, invitation.role = None, None, Role.HQ_ADMINISTRATOR
        invitation.save(force_insert=True)
    with pytest.raises(InvitationNotValid):
        accept(chains.b, secret)


@pytest.mark.parametrize("secret", ["", "x", "." * 300, "\x00", "金锅", "0" * 32, f"{'0' * 32}.{'A' * 43}"])
def test_a_text_that_is_no_secret_offers_nothing(chains: Chains, secret: str) -> None:
    with scope(chains.a.chain, gate_actor()):
        assert offered(secret, now=timezone.now()) is None
    with pytest.raises(InvitationNotValid):
        accept(chains.a, secret)


@pytest.mark.parametrize("password", ["", "short", "password1234", NEW, "x" * 2_000])
def test_a_weak_password_is_refused_and_the_link_stays_good(chains: Chains, password: str) -> None:
    _invitation, secret = invited(chains.a)
    with pytest.raises(Refusal) as refused:
        accept(chains.a, secret, password=password)
    assert refused.value.field == ("password",)
    assert accept(chains.a, secret).email == NEW


def test_i14_a_name_with_a_line_break_is_refused(chains: Chains) -> None:
    _invitation, secret = invited(chains.a)
    with pytest.raises(Invalid) as refused:
        accept(chains.a, secret, name="Ann\r\nBcc: bob@example.com")
    assert refused.value.field == ("name",)


@pytest.mark.parametrize("email", ["a@example.com\r\nBcc: b@example.com", "a@example.com,b@example.com", "a@", "a"])
def test_i14_anything_but_one_address_is_not_invited(chains: Chains, email: str) -> None:
    with scope(chains.a.chain, system_actor()), pytest.raises(Invalid):
        invite_member(actor=system_actor(), email=email, role=Role.HQ_TRAINER, place=Place(), now=timezone.now())


def test_i14_a_role_and_a_chain_with_markup_are_text_in_the_letter(chains: Chains) -> None:
    invitation, _secret = invited(chains.a)
    with scope(chains.a.chain, system_actor()):
        letter = invitation_letter(invitation)
    letter.send()
    assert mail.outbox[-1].to == [NEW]
    assert mail.outbox[-1].content_subtype == "plain"


def test_a02_inviting_a_member_looks_like_inviting_a_stranger(chains: Chains, as_role: AsRole) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    place = Place(store_id=chains.a.store)
    with scope(chains.a.chain, manager):
        for email in (chains.a.email("STORE_MANAGER_2"), chains.a.email("HQ_ADMINISTRATOR"), NEW):
            made = invite_member(actor=manager, email=email, role=Role.MENTOR, place=place, now=timezone.now())
            assert made.state == InvitationState.OPEN


def test_the_same_offer_is_made_once_while_it_is_open(chains: Chains) -> None:
    invited(chains.a)
    with pytest.raises(AlreadyInvited):
        invited(chains.a, email=NEW.upper())


def test_c16_two_managers_who_invite_the_same_person_at_once_make_one_invitation(
    fresh_chain: FurnishedChain,
) -> None:
    start, refused = Barrier(2), []

    def invite() -> None:
        try:
            start.wait()
            invited(fresh_chain)
        except Refusal as refusal:
            refused.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=invite) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(fresh_chain.chain, system_actor()):
        assert Invitation.objects.filter(email=NEW).count() == 1
    assert refused == ["ALREADY_INVITED"]


def test_the_secret_is_in_no_table_and_not_in_the_journal(chains: Chains) -> None:
    invitation, secret = invited(chains.a)
    signature = secret.partition(".")[2]
    with scope(chains.a.chain, system_actor()):
        entry = Entry.objects.get(subject_id=invitation.id)
        rows = str(vars(Invitation.objects.get())) + str(vars(entry))
    assert signature not in rows
    assert NEW not in str(entry.after)


def test_a_manager_sees_invitations_to_their_own_store_only(chains: Chains, as_role: AsRole) -> None:
    invited(chains.a)
    invited(chains.a, role=Role.HQ_TRAINER)
    there = as_role(chains.a, "STORE_MANAGER_2")
    with scope(chains.a.chain, there):
        assert not Invitation.objects.exists()
    here = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, here):
        assert [row.role for row in Invitation.objects.all()] == [Role.SERVICE_STAFF]

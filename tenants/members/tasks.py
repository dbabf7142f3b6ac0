"""Background doors: the letters that follow from what the journal tells."""

import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from procrastinate.contrib.django import app

from chains.actor import gate_actor
from chains.blueprint import BlueprintMissing
from chains.jobs import MOST_ATTEMPTS, OWNERS_QUEUE, QUEUE, Errand, Pauses, chain_task
from chains.models import Chain
from chains.scope import current_chain, scope
from journal.models import Entry
from journal.tasks import entry_errand
from members.actions import founding, own_address, signing_in
from members.actions.founding import FOUND_CHAIN, TELL_TURN
from members.letters import email_change_letter, invitation_letter, notice_letter, reset_letter
from members.models import EmailChange, Invitation, InvitationState, User
from members.rules.happenings import Happening

WAITED_LONG = timedelta(minutes=10)
LOOK_AGAIN_AFTER = timedelta(minutes=2)

log = logging.getLogger("onebanner.chains")


@entry_errand(consumer="members.mail_invitation")
def mail_invitation(*, entry: Entry, now: datetime, **_more: object) -> Errand | None:
    """Mail an invitation, unless it is over by now."""
    open_ones = Invitation.objects.filter(state=InvitationState.OPEN, expires_at__gt=now)
    invitation = open_ones.filter(id=entry.subject_id).first()
    return invitation_letter(invitation).send if invitation else None


@entry_errand(consumer="members.mail_password_reset")
def mail_password_reset(*, entry: Entry, **_more: object) -> Errand | None:
    """Mail the key to a new password; it is derived here and is in no table."""
    user = User.objects.filter(id=entry.subject_id, is_active=True).first()
    return reset_letter(user).send if user else None


@entry_errand(consumer="members.mail_notice")
def mail_notice(*, entry: Entry, **_more: object) -> Errand | None:
    """Tell somebody what has happened to their sign-in."""
    user = User.objects.filter(id=entry.subject_id).first()
    return notice_letter(user, Happening(entry.kind)).send if user else None


@entry_errand(consumer="members.mail_email_change")
def mail_email_change(*, entry: Entry, now: datetime, **_more: object) -> Errand | None:
    """Mail the key of a new address to it, unless it is over by now or somebody else's: then nobody gets anything."""
    change = own_address.open_changes(now=now).filter(id=_change_of(entry)).first()
    if change is None or User.objects.filter(email=change.email).exists():
        return None
    return email_change_letter(change).send


@entry_errand(consumer="members.mail_address_notice")
def mail_address_notice(*, entry: Entry, **_more: object) -> Errand | None:
    """Tell the mailbox that was theirs when it happened that somebody's address is to be, or is, another."""
    change = EmailChange.objects.select_related("user").filter(id=_change_of(entry)).first()
    if change is None:
        return None
    return notice_letter(change.user, Happening(entry.kind), to=change.former_email).send


@chain_task(name="members.forget_email_changes", every="29 3 * * *")
def forget_email_changes(*, now: datetime) -> None:
    """Remove changes of address that are long over."""
    own_address.forget_email_changes(now=now)


def _change_of(entry: Entry) -> UUID:
    return UUID((entry.after or {})["email_change_id"])


@chain_task(name="members.forget_sessions", every="23 3 * * *")
def forget_sessions(*, now: datetime) -> Errand:
    """Remove sessions that have run out."""
    return partial(_forget_sessions, current_chain(), now)


def _forget_sessions(chain: Chain, now: datetime) -> None:
    # Sessions are the gate's alone, background work is not.
    with scope(chain, gate_actor()):
        signing_in.forget_sessions(now=now)


@app.task(name=FOUND_CHAIN, queue=OWNERS_QUEUE, retry=Pauses(MOST_ATTEMPTS))
def found_chain(customer_id: str) -> None:
    """Make a new chain's schema and invite its founder; the chain has no scope to enter before.

    While the release has no blueprint the chain waits for it, however often the job has to look.
    """
    chain_id, now = UUID(customer_id), datetime.now(UTC)
    try:
        founding.found_chain(customer_id=chain_id, now=now)
    except BlueprintMissing as error:
        log.error("A chain waits to be made: %s", error, extra={"chain": customer_id})
        founding.ask_for_founding(chain_id, at=now + LOOK_AGAIN_AFTER)


@app.periodic(cron="*/5 * * * *", periodic_id="members.found_waiting_chains")
@app.task(name="members.found_waiting_chains", queue=QUEUE)
def found_waiting_chains(timestamp: int) -> None:
    """Invite founders whose chain was made by the reaper or works again, and forget those whose chain was given up."""
    now = datetime.fromtimestamp(timestamp, UTC)
    for customer_id in founding.founders_to_invite(asked_before=now - WAITED_LONG):
        founding.ask_for_founding(customer_id)


@chain_task(name=TELL_TURN)
def tell_turn(*, now: datetime, turn_id: UUID) -> None:
    """Tell the chain's journal of a step in the chain's life."""
    founding.tell_turn(turn_id=turn_id, now=now)

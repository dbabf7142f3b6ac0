"""What people do with their own sign-in."""

from datetime import datetime

from django.db import transaction

from chains.actor import Actor
from journal.actions import append
from members.actions.signing_in import end_sessions
from members.models import User
from members.queries import get_member
from members.rules.happenings import Happening
from members.rules.particulars import language_of, name_of
from members.rules.persons import must_be_a_person


def the_person(actor: Actor) -> User:
    """Return who has signed in; raises PersonsOnly for a token and for somebody in another's place."""
    return get_member(actor, must_be_a_person(actor))


@transaction.atomic
def correct_own_particulars(*, actor: Actor, name: str, language: str, now: datetime) -> User:
    """Change how one is called and written to. Refusals: PersonsOnly, Invalid, TooLong."""
    user = the_person(actor)
    before = {"name": user.name, "language": user.language}
    user.name, user.language = name_of(name), language_of(language)
    user.save(update_fields=["name", "language"])
    append(
        actor=actor,
        kind=Happening.MEMBER_CORRECTED,
        subject_type="User",
        subject_id=user.id,
        store_id=None,
        now=now,
        before=before,
        after={"name": user.name, "language": user.language},
    )
    return user


@transaction.atomic
def sign_out_everywhere(*, actor: Actor, now: datetime) -> User:
    """End all of one's sessions, this one too (A05). Refusals: PersonsOnly."""
    user = end_sessions(the_person(actor))
    append(
        actor=actor,
        kind=Happening.SIGNED_OUT_EVERYWHERE,
        subject_type="User",
        subject_id=user.id,
        store_id=None,
        now=now,
        after={"sessions_epoch": user.sessions_epoch},
    )
    return user

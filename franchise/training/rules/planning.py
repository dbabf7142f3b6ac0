"""What is planned and who decides: plans, sessions, mentors, and what a duty asks for (R2, T2, T3, T5)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid, Refusal
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import REACH_OF, Permission, Reach, Role
from training.models.planning import MentorshipState, PlanState, SessionState

LONGEST_AHEAD = timedelta(days=730)
LONGEST_SESSION = timedelta(days=7)
MOST_COURSES = 50
LONGEST_WAY_DAYS = 365
# Whom a refusal is about, to somebody from whom the store hides its staff.
NOT_NAMED = _("This member")
# Who guides newcomers of stores without working there.
GUIDES_FROM_ABOVE = frozenset(
    role
    for role in Role
    if REACH_OF[role] is not Reach.STORE and Permission.SIGN_OFF_APPRENTICE in PERMISSIONS_OF[role]
)


class PlanDecided(Refusal):
    """A plan is decided once."""

    message = _("This training plan was decided already.")


class PlanNotApproved(Refusal):
    """Only what was approved is carried out, and once (T5)."""

    message = _("Only a plan that was approved is carried out, and only once.")


class ApproverIsProposer(Refusal):
    """Nobody approves their own plan (T5)."""

    message = _("Somebody else has to decide: you proposed this plan yourself, or no person decides.")


class SessionOver(Refusal):
    """It was held or cancelled."""

    message = _("This session was held or cancelled already.")


class SessionNotBegun(Refusal):
    """Who was there is known once it has begun."""

    message = _("Attendance is recorded once the session has begun.")


class TrainerNeeded(Refusal):
    """A session is given by one of our own people or by an expert from outside."""

    message = _("Name who gives the session: a member, or an expert from outside, and not both.")


class OwnMentor(Refusal):
    """Nobody guides themselves."""

    message = _("A mentor guides somebody else.")


class MentorNotFit(Refusal):
    """Whoever guides a newcomer is there."""

    message = _("A mentor works at this store, or leads training there from its area or headquarters.")


class MentorNotOfStore(Refusal):
    """Who holds a role above a store is hidden from it by the walls: such a mentor is not its own to name."""

    message = _(
        "A store and its area pair who works at the store. Headquarters pairs who leads training there from above."
    )


class ApprenticePaired(Refusal):
    """One newcomer has one mentor at a time."""

    message = _("This member has a mentor at this store already.")


class MentorshipOver(Refusal):
    """It has come to its end."""

    message = _("This time with a mentor has come to its end.")


class ApprenticeNotReady(Refusal):
    """Whoever is signed off has passed what was assigned."""

    message = _("%(apprentice)s has not passed every assigned course yet.")


class SignedOffByMentor(Refusal):
    """The mentor signs, or whoever is responsible for mentors at the store: a person, and never the apprentice."""

    message = _("Only the mentor, or whoever pairs mentors at this store, can sign an apprentice off.")


class NotTrained(Refusal):
    """Whoever holds a position gets its work only after its training (T3)."""

    message = _("%(member)s has not passed what this work asks for: %(courses)s.")


def must_be_proposed(state: PlanState) -> None:
    """Refuse with PlanDecided what was decided."""
    if state is not PlanState.PROPOSED:
        raise PlanDecided


def must_be_approved(state: PlanState) -> None:
    """Refuse with PlanNotApproved what was not approved, or was carried out."""
    if state is not PlanState.APPROVED:
        raise PlanNotApproved


def must_decide(proposers: Collection[UUID | None], deciders: Collection[UUID]) -> None:
    """Refuse with ApproverIsProposer who proposed the plan, in somebody's place as well, and machines."""
    if not deciders or set(proposers) & set(deciders):
        raise ApproverIsProposer


def must_be_scheduled(state: SessionState) -> None:
    """Refuse with SessionOver what was held or cancelled."""
    if state is not SessionState.SCHEDULED:
        raise SessionOver


def must_run(state: MentorshipState) -> None:
    """Refuse with MentorshipOver what has ended."""
    if state is not MentorshipState.RUNNING:
        raise MentorshipOver


def due_of(due_at: datetime, *, field: str | tuple[str, ...], now: datetime) -> datetime:
    """Return until when something is to be done; raises Invalid for what is past or beyond two years."""
    if not now < due_at <= now + LONGEST_AHEAD:
        raise Invalid(field=field, why=_("a moment that is to come, within two years"))
    return due_at


def check_session(starts_at: datetime, ends_at: datetime, *, now: datetime) -> None:
    """Refuse with Invalid a session that ends before it starts, lasts over a week, or is not near now."""
    if not now - LONGEST_AHEAD < starts_at < now + LONGEST_AHEAD:
        raise Invalid(field="starts_at", why=_("a moment within two years"))
    if not starts_at < ends_at <= starts_at + LONGEST_SESSION:
        raise Invalid(field="ends_at", why=_("after its start, and within a week of it"))


def days_of(days: int, *, field: tuple[str, ...]) -> int:
    """Return within how many days a course is to be passed; raises Invalid."""
    if not 1 <= days <= LONGEST_WAY_DAYS:
        raise Invalid(field=field, why=_("1 to 365 days"))
    return days

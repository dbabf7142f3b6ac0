"""When a survey may be sent, how it stands for whoever has its link, and what an answer to it is (rulebook V4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.models.surveys import BEST_SCORE, SurveyQuestion, SurveyState
from kit.refusals import Invalid, Refusal

SECRET_PREFIX = "obs_"
LONGEST_SECRET = 200
LONGEST_COMMENT = 2_000


class OneMatterNeeded(Refusal):
    """A survey is about one matter."""

    message = _("Name one matter: a complaint, an inquiry or an order.")


class MatterOpen(Refusal):
    """Who is still waiting for something is not asked yet what they think of it."""

    message = _("This matter has not come to its end yet. The customer is asked when it has.")


class NoConsentToSurvey(Refusal):
    """Nobody is asked who has not agreed to be called about service (K4)."""

    message = _("This customer has not agreed to calls and letters about service.")


class SurveySentAlready(Refusal):
    """A matter is asked about once."""

    message = _("A survey about this matter was sent already.")


class SurveyTooSoon(Refusal):
    """Whoever was asked a short time ago is left in peace for a while."""

    message = _("This customer was asked a short time ago. It is possible again from %(possible_on)s.")


class SurveyNotValid(Refusal):
    """A link that opens nothing here, whatever is wrong with it: they all look the same."""

    message = _("This link is not valid. Open it exactly as you got it.")


class SurveyAnswered(Refusal):
    """A survey is answered once."""

    message = _("This survey was answered already. Thank you.")


class SurveyWithdrawn(Refusal):
    """The matter was taken up again, or the customer's particulars were erased."""

    message = _("This survey was withdrawn. Nothing needs to be done.")


class SurveyExpired(Refusal):
    """It was open for a while and is not any more."""

    message = _("The time for answering this survey is over.")


class SurveyStanding(TextChoices):
    """How a survey stands for whoever has its link."""

    OPEN = "OPEN", pgettext_lazy("a survey is", "open")
    ANSWERED = "ANSWERED", pgettext_lazy("a survey is", "answered")
    EXPIRED = "EXPIRED", pgettext_lazy("a survey is", "expired")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("a survey is", "withdrawn")


class SurveyMove(TextChoices):
    """What can happen to a survey that was sent."""

    ANSWER = "ANSWER", _("The customer answers it")
    WITHDRAW = "WITHDRAW", _("Its matter was taken up again")


# From which states, and into which.
MOVES: dict[SurveyMove, tuple[frozenset[SurveyState], SurveyState]] = {
    SurveyMove.ANSWER: (frozenset({SurveyState.SENT}), SurveyState.ANSWERED),
    SurveyMove.WITHDRAW: (frozenset({SurveyState.SENT, SurveyState.ANSWERED}), SurveyState.WITHDRAWN),
}
_WHY_NOT: dict[SurveyStanding, type[Refusal]] = {
    SurveyStanding.ANSWERED: SurveyAnswered,
    SurveyStanding.EXPIRED: SurveyExpired,
    SurveyStanding.WITHDRAWN: SurveyWithdrawn,
}


@dataclass(frozen=True, slots=True)
class Score:
    """A customer's score for one question."""

    question: SurveyQuestion
    score: int


def standing_of(state: SurveyState, *, expires_at: datetime, now: datetime) -> SurveyStanding:
    """Return how a survey stands at a moment; one that nobody answered in time has expired."""
    if state is SurveyState.SENT:
        return SurveyStanding.OPEN if now < expires_at else SurveyStanding.EXPIRED
    return SurveyStanding(state.value)


def state_after(move: SurveyMove, state: SurveyState, *, expires_at: datetime, now: datetime) -> SurveyState:
    """Return the state that a move leads to; raises SurveyAnswered, SurveyWithdrawn and SurveyExpired."""
    sources, target = MOVES[move]
    standing = standing_of(state, expires_at=expires_at, now=now)
    if state not in sources or (move is SurveyMove.ANSWER and standing is not SurveyStanding.OPEN):
        raise _WHY_NOT[standing]
    return target


def possible_on(last_sent_at: datetime, *, cool_down_days: int, time_zone: str) -> date:
    """Return the first day, where the store is, on which somebody who was asked then may be asked again."""
    return last_sent_at.astimezone(ZoneInfo(time_zone)).date() + timedelta(days=cool_down_days)


def check_cool_down(last_sent_at: datetime | None, *, cool_down_days: int, time_zone: str, now: datetime) -> None:
    """Refuse with SurveyTooSoon, telling from which day it is possible, while somebody is to be left in peace (V4)."""
    if last_sent_at is None:
        return
    first_day = possible_on(last_sent_at, cool_down_days=cool_down_days, time_zone=time_zone)
    if now.astimezone(ZoneInfo(time_zone)).date() < first_day:
        raise SurveyTooSoon(possible_on=first_day.isoformat())


def month_of(moment: datetime, *, time_zone: str) -> int:
    """Return the month of a moment, where the store is, as 202611."""
    there = moment.astimezone(ZoneInfo(time_zone))
    return there.year * 100 + there.month


def checked_scores(scores: Sequence[Score], *, asked: Sequence[str]) -> list[Score]:
    """Return an answer's scores: at least one, each 1 to 5 for a question that was asked, and once; raises Invalid."""
    if not scores:
        raise Invalid(field="ratings", why=_("at least one rating"))
    seen: set[SurveyQuestion] = set()
    for place, each in enumerate(scores):
        path = ("ratings", str(place))
        if each.question not in asked or each.question in seen:
            raise Invalid(field=(*path, "question"), why=_("each question of this survey, once"))
        if not 1 <= each.score <= BEST_SCORE:
            raise Invalid(field=(*path, "score"), why=_("a whole number from 1 to 5"))
        seen.add(each.question)
    return list(scores)

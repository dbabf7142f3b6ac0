"""What came up on a visit, point by point (rulebook V2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kit.refusals import Invalid
from kit.texts import line_of, text_of
from visits.rules.states import AnswerOrPromiseNeeded, check_promised

MOST_POINTS = 50


@dataclass(frozen=True, slots=True)
class Said:
    """One point as somebody typed it: answered at once, or an answer promised by a time."""

    said: str
    said_by: str = ""
    answer: str = ""
    promised_until: datetime | None = None


def checked_points(points: Sequence[Said], *, now: datetime) -> list[Said]:
    """Return the points of a visit as they are kept; raises AnswerOrPromiseNeeded, Invalid and TooLong."""
    if len(points) > MOST_POINTS:
        raise Invalid(field="points", why=_("at most %(most)s points") % {"most": MOST_POINTS})
    return [_checked(point, ("points", str(place)), now) for place, point in enumerate(points)]


def _checked(point: Said, path: tuple[str, ...], now: datetime) -> Said:
    kept = Said(
        said=text_of(point.said, field=(*path, "said")),
        said_by=line_of(point.said_by, field=(*path, "said_by"), required=False),
        answer=text_of(point.answer, field=(*path, "answer"), required=False),
        promised_until=point.promised_until,
    )
    if bool(kept.answer) == (kept.promised_until is not None):
        raise AnswerOrPromiseNeeded(field=path)
    if kept.promised_until is not None:
        check_promised(kept.promised_until, now=now, field=(*path, "promised_until"))
    return kept

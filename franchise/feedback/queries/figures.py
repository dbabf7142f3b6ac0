"""What surveys and praise say together: by month, by theme, and by person (rulebook V5, C8)."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from chains.actor import Actor
from complaints.models.complaints import Complaint
from feedback.models.praise import Praise
from feedback.models.surveys import MatterKind, Rating, Survey
from feedback.queries.surveys import moments_of, told_praised, told_shares, zone_of
from feedback.rules.figures import (
    MOST_CLAUSES,
    POOR_SCORE,
    MemberFeedback,
    Month,
    Period,
    Theme,
    ThemeKind,
    mean_hundredths,
    months_in,
)
from members.rules.permissions import Permission
from standards.models.verdicts import Verdict, VerdictState


def months_at(actor: Actor, *, store_id: UUID, period: Period) -> list[Month]:
    """Return what was asked, said and praised at a store, month by month; raises NotFound and NotPermitted.

    Answers count for the month in which their survey was sent, so that the share of answers is one.
    """
    actor.must(Permission.READ_RATINGS, at=store_id)
    months = months_in(period)
    surveys = Survey.objects.counted().filter(store_id=store_id, sent_month__in=months).order_by()
    asked = surveys.values_list("sent_month").annotate(
        sent=Count("id"), answered=Count("answered_at"), ratings=Sum("rated_questions"), scores=Sum("score_sum")
    )
    found = {month: Month(month, *counts) for month, *counts in asked}
    praise = Praise.objects.filter(store_id=store_id, received_month__in=months).order_by()
    praised = dict(praise.values_list("received_month").annotate(number=Count("id")))
    return [replace(found.get(month, Month(month)), praises=praised.get(month, 0)) for month in months]


def themes_in(actor: Actor, *, store_id: UUID | None, period: Period) -> list[Theme]:
    """Return what poor ratings have in common, and where each is going; raises NotFound and NotPermitted.

    A rating of 1 or 2 is poor. Questions and sorts of matters are all there, clauses those most often concerned: that
    a complaint names, or that were missed in the matter.
    """
    if store_id is not None:
        actor.must(Permission.READ_RATINGS, at=store_id)
    actor.must_somewhere(Permission.READ_RATINGS)
    zone = zone_of(store_id)
    stores = actor.stores_with(Permission.READ_RATINGS) if store_id is None else {store_id}
    surveys = Survey.objects.visible_to(actor).counted().filter(answered_at__isnull=False)
    if stores is not None:
        surveys = surveys.filter(store_id__in=stores)
    now, before = (
        surveys.filter(answered_at__gte=first, answered_at__lt=end)
        for first, end in (moments_of(period, zone), moments_of(period.before, zone))
    )
    return [*_by_question(now, before), *_by_matter(now, before), *_by_clause(now, before)]


def feedback_of_members(
    actor: Actor, *, store_id: UUID, period: Period, member_id: UUID | None = None
) -> list[MemberFeedback]:
    """Return what was said of people's work at a store, by their keys; one's own needs no right to read others' (A7).

    Every rating counts for each by their share. Raises NotFound and NotPermitted.
    """
    is_own = member_id is not None and member_id == actor.user_id
    actor.must(Permission.READ_FEEDBACK if is_own else Permission.READ_RATINGS, at=store_id)
    first, end = moments_of(period, zone_of(store_id))
    answered = Survey.objects.counted().filter(store_id=store_id, answered_at__gte=first, answered_at__lt=end)
    shares = told_shares(actor).filter(store_id=store_id, survey__in=answered)
    praised = told_praised(actor).filter(store_id=store_id, praise__received_at__gte=first, praise__received_at__lt=end)
    if member_id is not None:
        shares, praised = shares.filter(member_id=member_id), praised.filter(member_id=member_id)
    weighed = (
        shares.order_by("member_id")
        .values("member_id")
        .annotate(
            surveys=Count("id"),
            total=Sum(F("basis_points") * F("survey__score_sum")),
            weight=Sum(F("basis_points") * F("survey__rated_questions")),
        )
    )
    found = {
        each["member_id"]: MemberFeedback(
            each["member_id"], each["surveys"], mean_hundredths(each["total"], each["weight"])
        )
        for each in weighed
    }
    for key, number in praised.order_by("member_id").values_list("member_id").annotate(number=Count("id")):
        found[key] = replace(found.get(key, MemberFeedback(key)), praises=number)
    if is_own and member_id is not None:
        found.setdefault(member_id, MemberFeedback(member_id))
    return [found[key] for key in sorted(found)]


def _by_question(now: QuerySet[Survey], before: QuerySet[Survey]) -> Iterable[Theme]:
    poor = Count("id", filter=Q(score__lte=POOR_SCORE))
    rated = Rating.objects.order_by("question").values("question")
    past = dict(rated.filter(survey__in=before).values_list("question").annotate(poor=poor))
    told = rated.filter(survey__in=now).annotate(poor=poor, number=Count("id"), total=Sum("score"))
    for each in told:
        yield Theme(
            kind=ThemeKind.QUESTION,
            code=each["question"],
            count=each["poor"],
            count_before=past.get(each["question"], 0),
            ratings=each["number"],
            mean_hundredths=mean_hundredths(each["total"], each["number"]),
        )


def _by_matter(now: QuerySet[Survey], before: QuerySet[Survey]) -> Iterable[Theme]:
    poor = Count("id", filter=Q(lowest_score__lte=POOR_SCORE))
    past = dict(before.order_by("matter_kind").values_list("matter_kind").annotate(poor=poor))
    told = now.order_by("matter_kind").values("matter_kind")
    for each in told.annotate(poor=poor, number=Sum("rated_questions"), total=Sum("score_sum")):
        yield Theme(
            kind=ThemeKind.MATTER,
            code=MatterKind(each["matter_kind"]).value,
            count=each["poor"],
            count_before=past.get(each["matter_kind"], 0),
            ratings=each["number"],
            mean_hundredths=mean_hundredths(each["total"], each["number"]),
        )


def _by_clause(now: QuerySet[Survey], before: QuerySet[Survey]) -> Iterable[Theme]:
    counts, past = _clauses_of(now), _clauses_of(before)
    most = sorted(counts, key=lambda key: (-counts[key], key))[:MOST_CLAUSES]
    for clause_id in most:
        yield Theme(
            kind=ThemeKind.CLAUSE,
            code=str(clause_id),
            count=counts[clause_id],
            count_before=past.get(clause_id, 0),
            clause_id=clause_id,
        )


def _clauses_of(surveys: QuerySet[Survey]) -> dict[UUID, int]:
    """Return in how many poorly rated matters each clause was missed, or named by the complaint."""
    matters = surveys.order_by().filter(lowest_score__lte=POOR_SCORE).values("matter_id")
    missed = Verdict.objects.standing().filter(subject_id__in=matters, state=VerdictState.MISSED).order_by()
    named = Complaint.objects.filter(id__in=matters).order_by()
    pairs = {*missed.values_list("clause_id", "subject_id"), *named.values_list("clause_id", "id")}
    found: dict[UUID, int] = {}
    for clause_id, _matter_id in pairs:
        if clause_id is not None:
            found[clause_id] = found.get(clause_id, 0) + 1
    return found

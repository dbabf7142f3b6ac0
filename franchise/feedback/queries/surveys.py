"""Questions about surveys, ratings and praise, narrowed to what the actor may see; and what a link opens."""

from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.crypto import salted_hmac

from chains.actor import Actor
from chains.scope import current_chain
from feedback.models.praise import Praise, PraisedMember, PraiseQuerySet
from feedback.models.surveys import (
    MatterKind,
    Rating,
    RatingShare,
    Survey,
    SurveyAnswer,
    SurveyLink,
    SurveyPolicy,
    SurveyQuerySet,
    SurveyQuestion,
    SurveyState,
)
from feedback.rules.figures import Period
from feedback.rules.policy import Policy, policy_in
from feedback.rules.surveys import SECRET_PREFIX, SurveyStanding, standing_of
from kit.refusals import NotFound
from kit.tokens import digest_of
from members.rules.permissions import Permission
from standards.models.staffing import staff_shown_to
from stores.models import Store

SUBJECT_TYPE = "Survey"


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """What a link shows to whoever has it: nothing of the customer, and nothing of what the matter was about."""

    chain_name: str
    store_name: str
    language: str
    matter_kind: MatterKind
    standing: SurveyStanding
    expires_at: datetime
    questions: tuple[SurveyQuestion, ...]


def policy_in_force() -> Policy:
    """Return HQ's rules for surveys as they are set now."""
    return policy_in(SurveyPolicy.objects.order_by("-number").first())


def policy_for(actor: Actor) -> Policy:
    """Return HQ's rules for surveys to somebody who may read feedback; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_FEEDBACK)
    return policy_in_force()


def secret_of(survey: Survey) -> str:
    """Return the secret of a survey's link: 256 bits that follow from this installation's own key and are kept nowhere.

    So a letter that is written again carries the same link.
    """
    bound = f"{current_chain().id}:{survey.id}"
    digest = salted_hmac("feedback.survey", bound, algorithm="sha256").digest()
    return SECRET_PREFIX + urlsafe_b64encode(digest).decode().rstrip("=")


def link_of(survey: Survey) -> str:
    """Return where a survey is answered."""
    host = current_chain().domains.get(is_primary=True).domain
    return f"{settings.ONEBANNER_LINK.format(host=host)}/survey/{secret_of(survey)}"


def survey_opened_by(secret: str) -> Survey | None:
    """Return the survey that a link's secret opens in this chain, None for every other text; asked as the gate."""
    links = SurveyLink.objects.filter(digest=digest_of(secret, bound_to=current_chain().id))
    return Survey.objects.filter(id__in=links.values_list("opens_id", flat=True)).first()


def form_of(survey: Survey, *, now: datetime) -> SurveyForm:
    """Return what whoever has the link is shown."""
    state = SurveyState(survey.state)
    return SurveyForm(
        chain_name=current_chain().name,
        store_name=Store.objects.values_list("name", flat=True).get(id=survey.store_id),
        language=survey.language,
        matter_kind=MatterKind(survey.matter_kind),
        standing=standing_of(state, expires_at=survey.expires_at, now=now),
        expires_at=survey.expires_at,
        questions=tuple(SurveyQuestion(each) for each in survey.questions),
    )


def surveys_for(
    actor: Actor, *, store_id: UUID | None = None, states: Collection[SurveyState] | None = None
) -> SurveyQuerySet:
    """Return the surveys that the actor may read, the latest first; raises NotFound and NotPermitted."""
    stores = _stores(actor, Permission.READ_FEEDBACK, store_id)
    surveys = Survey.objects.visible_to(actor)
    if stores is not None:
        surveys = surveys.filter(store_id__in=stores)
    if states is not None:
        surveys = surveys.filter(state__in=states)
    return surveys.order_by("-sent_at", "-id")


def ratings_for(
    actor: Actor, *, store_id: UUID | None = None, period: Period | None = None, member_id: UUID | None = None
) -> QuerySet[Rating]:
    """Return the ratings that count, or those of one person's work, the latest first; raises NotFound, NotPermitted."""
    stores = _stores(actor, Permission.READ_RATINGS, store_id)
    ratings = Rating.objects.filter(survey__in=Survey.objects.visible_to(actor).counted())
    if stores is not None:
        ratings = ratings.filter(store_id__in=stores)
    if period is not None:
        first, end = moments_of(period, zone_of(store_id))
        ratings = ratings.filter(rated_at__gte=first, rated_at__lt=end)
    if member_id is not None:
        ratings = ratings.filter(Exists(told_shares(actor).filter(survey=OuterRef("survey"), member_id=member_id)))
    return ratings.order_by("-rated_at", "-id")


def praises_for(
    actor: Actor, *, store_id: UUID | None = None, period: Period | None = None, member_id: UUID | None = None
) -> PraiseQuerySet:
    """Return praise that the actor may read, or that for one person, the latest first; NotFound, NotPermitted."""
    stores = _stores(actor, Permission.READ_FEEDBACK, store_id)
    praises = Praise.objects.visible_to(actor)
    if stores is not None:
        praises = praises.filter(store_id__in=stores)
    if period is not None:
        first, end = moments_of(period, zone_of(store_id))
        praises = praises.filter(received_at__gte=first, received_at__lt=end)
    if member_id is not None:
        praises = praises.filter(Exists(told_praised(actor).filter(praise=OuterRef("pk"), member_id=member_id)))
    return praises.order_by("-received_at", "-id")


def told_shares(actor: Actor) -> QuerySet[RatingShare]:
    """Return whose work was how much of what was rated, as far as the actor may be told of people."""
    return RatingShare.objects.filter(staff_shown_to(actor)).order_by()


def told_praised(actor: Actor) -> QuerySet[PraisedMember]:
    """Return for whom praise was meant, as far as the actor may be told of people."""
    return PraisedMember.objects.filter(staff_shown_to(actor)).order_by()


def comments_of(survey_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what customers wrote, for the surveys that were answered, all asked for at once."""
    answers = SurveyAnswer.objects.filter(survey_id__in=set(survey_ids)).order_by()
    return dict(answers.values_list("survey_id", "comment"))


def zone_of(store_id: UUID | None) -> str:
    """Return a store's time zone, and UTC for many stores."""
    if store_id is None:
        return "UTC"
    zone = Store.objects.filter(id=store_id).values_list("time_zone", flat=True).first()
    if zone is None:
        raise NotFound
    return zone


def moments_of(period: Period, time_zone: str) -> tuple[datetime, datetime]:
    """Return when a period's first day begins and when its last one ends, where the store is."""
    zone = ZoneInfo(time_zone)
    first = datetime.combine(period.first_on, time(), tzinfo=zone)
    end = datetime.combine(period.last_on + timedelta(days=1), time(), tzinfo=zone)
    return first.astimezone(UTC), end.astimezone(UTC)


def _stores(actor: Actor, permission: Permission, store_id: UUID | None) -> frozenset[UUID] | None:
    """Return the stores that are asked about, None for all of them; raises NotFound and NotPermitted."""
    if store_id is not None:
        actor.must(permission, at=store_id)
        return frozenset({store_id})
    actor.must_somewhere(permission)
    return actor.stores_with(permission)

"""A survey on its way, made by the same deeds that people do, inside the scope that is open."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chains.actor import Actor, gate_actor
from chains.scope import current_chain, scope
from customers.actions.consenting import record_consent
from customers.models import ConsentPurpose
from feedback.actions.answering import answer_survey
from feedback.actions.sending import Sent, send_survey
from feedback.models.surveys import MatterKind, Survey, SurveyLink, SurveyQuestion
from feedback.queries.surveys import secret_of
from feedback.rules.surveys import Score
from inquiries.models.inquiries import Inquiry
from kit.tokens import digest_of
from tests.factories.chains import FurnishedChain
from tests.factories.inquiries import closed

FINE = [Score(SurveyQuestion.OVERALL, 5), Score(SurveyQuestion.ATTITUDE, 4)]
POOR = [Score(SurveyQuestion.OVERALL, 1), Score(SurveyQuestion.SPEED, 2)]


def agreed(actor: Actor, customer_id: UUID, now: datetime) -> None:
    """Let a customer agree to be called about service."""
    purpose = ConsentPurpose.SERVICE_CALLS
    record_consent(actor=actor, customer_id=customer_id, purpose=purpose, proof="On the phone", now=now)


def ready(actor: Actor, store_id: UUID, now: datetime) -> Inquiry:
    """Bring an inquiry to its end whose customer may be asked about it."""
    inquiry = closed(actor, store_id, now)
    agreed(actor, inquiry.customer_id, now)
    return inquiry


def sent(actor: Actor, store_id: UUID, now: datetime, **other: Any) -> Sent:
    """Ask the customer of an inquiry that was closed at the same moment."""
    inquiry = ready(actor, store_id, now)
    return send_survey(actor=actor, kind=MatterKind.INQUIRY, matter_id=inquiry.id, now=now, **other)


def opened_by_link(survey: Survey, now: datetime) -> str:
    """Return the secret of the link to a survey that was made by hand, in its chain's scope."""
    secret = secret_of(survey)
    SurveyLink.objects.create(opens_id=survey.id, digest=digest_of(secret, bound_to=current_chain().id), made_at=now)
    return secret


def secret_in(link: str) -> str:
    """Return what a link carries."""
    return link.rpartition("/")[2]


def answered(chain: FurnishedChain, link: str, now: datetime, scores: list[Score] = FINE, comment: str = "") -> Survey:
    """Answer a survey as whoever has its link; to be called outside of every scope."""
    nobody = gate_actor()
    with scope(chain.chain, nobody):
        return answer_survey(actor=nobody, secret=secret_in(link), scores=scores, comment=comment, now=now)

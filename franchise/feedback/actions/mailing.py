"""The letter that carries a survey's link to the customer."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from chains.scope import CHAINS_ALIAS, current_chain
from customers.models import ConsentPurpose, Customer
from customers.queries.dealings import has_consent
from customers.queries.register import kept_of
from feedback.models.surveys import Survey, SurveyState
from feedback.queries.surveys import link_of, zone_of
from feedback.rules.surveys import SurveyStanding, standing_of
from members.letters import Letter
from stores.models import Store


@transaction.atomic(using=CHAINS_ALIAS)
def letter_of(*, survey_id: UUID, now: datetime) -> Letter | None:
    """Return the letter about a survey that is to be mailed; None when there is no sense in it. It changes nothing."""
    survey = Survey.objects.filter(id=survey_id, is_mailed=True).first()
    if survey is None:
        return None
    standing = standing_of(SurveyState(survey.state), expires_at=survey.expires_at, now=now)
    kept_id = kept_of([survey.customer_id])[survey.customer_id]
    customer = Customer.objects.filter(id=kept_id, erased_at=None).exclude(email="").first()
    if standing is not SurveyStanding.OPEN or customer is None:
        return None
    if not has_consent(customer.id, ConsentPurpose.SERVICE_CALLS):
        return None
    return _written(survey, customer.email, link_of(survey))


def _written(survey: Survey, to: str, link: str) -> Letter:
    until = survey.expires_at.astimezone(ZoneInfo(zone_of(survey.store_id)))
    with override(survey.language):
        names = {
            "chain": current_chain().name,
            "store": Store.objects.values_list("name", flat=True).get(id=survey.store_id),
            "link": link,
            "until": date_format(until, "SHORT_DATE_FORMAT"),
        }
        subject = _("How did we do? %(store)s asks for your opinion") % names
        text = _(
            "Hello,\n\n"
            "%(store)s (%(chain)s) would like to know how you were looked after. It takes a minute, and you need not "
            "sign in:\n%(link)s\n\n"
            "The link is for you alone and is open until %(until)s. Thank you."
        )
        return Letter(to=to, subject=subject, text=text % names)

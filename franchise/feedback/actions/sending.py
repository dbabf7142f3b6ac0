"""Deeds that ask a customer: to send a survey, by hand or by rule, and to withdraw it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, current_chain
from customers.models import ConsentPurpose, Customer
from customers.queries.dealings import has_consent
from customers.queries.register import ids_of, kept_of
from customers.rules.holdings import ERASED
from customers.rules.merging import CustomerErased
from feedback.models.surveys import (
    MatterKind,
    RatingShare,
    Survey,
    SurveyAnswer,
    SurveyLink,
    SurveyQuerySet,
    SurveyState,
)
from feedback.queries.matters import Matter, Past, lock_matter, past_of
from feedback.queries.surveys import SUBJECT_TYPE, link_of, policy_in_force, secret_of
from feedback.rules.happenings import Happening
from feedback.rules.policy import Policy
from feedback.rules.sharing import Handling, handling_of, shares_of
from feedback.rules.surveys import (
    MatterOpen,
    NoConsentToSurvey,
    SurveyMove,
    SurveySentAlready,
    check_cool_down,
    month_of,
    state_after,
)
from journal.actions import append
from journal.models import Entry
from kit.ids import new_id
from kit.refusals import NotFound, Refusal
from kit.tokens import digest_of
from members.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class Sent:
    """A survey, and the link to it, which is told this once."""

    survey: Survey
    link: str


@transaction.atomic(using=CHAINS_ALIAS)
def send_survey(*, actor: Actor, kind: MatterKind, matter_id: UUID, now: datetime, by_mail: bool = True) -> Sent:
    """Ask a customer once how a matter was dealt with that has come to its end (V4).

    The link is handed to whoever calls, and mailed to a customer with an e-mail address unless `by_mail` says no.
    Whose work it was is found now, before anybody knows the answer. Refusals: NotFound, NotPermitted, MatterOpen,
    CustomerErased, NoConsentToSurvey, SurveySentAlready, SurveyTooSoon.
    """
    matter = lock_matter(actor, kind, matter_id)
    actor.must(Permission.SEND_SURVEY, at=matter.store_id)
    customer = _lock_customer(matter.customer_id)
    past, policy, deed_id = past_of(actor, matter), policy_in_force(), new_id()
    _must_be_asked(matter, customer)
    # The job that withdraws what was sent before the matter was taken up again may come later than we.
    _withdraw_before(actor, matter.id, past.reopened_version, now, part_of_id=deed_id)
    if Survey.objects.counted().filter(store_id=matter.store_id, matter_id=matter.id).exists():
        raise SurveySentAlready
    _must_be_rested(customer, matter, policy, now)
    survey = _survey(actor, matter, customer, policy, now)
    survey.is_mailed = by_mail and customer.email != ""
    survey.save(force_insert=True)
    _share_out(survey, matter, past)
    more = {"matter_kind": matter.kind, "matter_id": matter.id, "is_mailed": survey.is_mailed}
    tell_journal(actor, survey, Happening.SURVEY_SENT, now, after=more, entry_id=deed_id)
    return Sent(survey, _open_link(survey, now=now))


def send_by_rule(*, actor: Actor, kind: MatterKind, matter_id: UUID, now: datetime) -> Survey | None:
    """Ask the customer of a matter that was closed, where HQ's rules say so and they can be mailed; else None.

    What speaks against it, such as a missing consent, is no failure: then nobody is asked.
    """
    if kind not in policy_in_force().sent_when_closed:
        return None
    try:
        matter = lock_matter(actor, kind, matter_id)
        kept_id = kept_of([matter.customer_id])[matter.customer_id]
        if not Customer.objects.filter(id=kept_id).exclude(email="").exists():
            return None
        return send_survey(actor=actor, kind=kind, matter_id=matter_id, now=now).survey
    except Refusal:
        return None


@transaction.atomic(using=CHAINS_ALIAS)
def withdraw_surveys(*, actor: Actor, matter_id: UUID, reopened_version: int, now: datetime) -> int:
    """Withdraw what was sent about a matter before it had this version; return how many surveys that were.

    Nobody can answer one any more; an answer that was given is kept and counts no more.
    """
    return _withdraw_before(actor, matter_id, reopened_version, now)


@transaction.atomic(using=CHAINS_ALIAS)
def forget_erased(*, actor: Actor, customer_id: UUID, now: datetime) -> int:
    """Withdraw what somebody was still to answer whose particulars were erased; return how many that were (K4).

    What they wrote between the erasure and now is taken out as well.
    """
    surveys = Survey.objects.filter(customer_id__in=ids_of(customer_id))
    withdrawn = _withdraw(actor, surveys.filter(state=SurveyState.SENT), now)
    written = SurveyAnswer.objects.filter(survey__in=surveys).exclude(comment__in=("", ERASED))
    written.update(comment=ERASED)
    return withdrawn


def _open_link(survey: Survey, *, now: datetime) -> str:
    """Let a survey's link open it and return it; of its secret only a digest is kept (S06)."""
    digest = digest_of(secret_of(survey), bound_to=current_chain().id)
    SurveyLink.objects.create(opens_id=survey.id, digest=digest, made_at=now)
    return link_of(survey)


def tell_journal(
    actor: Actor,
    survey: Survey,
    kind: Happening,
    now: datetime,
    *,
    after: dict[str, Any],
    entry_id: UUID | None = None,
    part_of_id: UUID | None = None,
) -> Entry:
    """Append what happened to a survey; states, ids and scores, never what the customer wrote."""
    return append(
        actor=actor,
        kind=kind,
        subject_type=SUBJECT_TYPE,
        subject_id=survey.id,
        store_id=survey.store_id,
        now=now,
        after={"state": survey.state, **after},
        entry_id=entry_id,
        part_of_id=part_of_id,
        customer_id=survey.customer_id,
    )


def _lock_customer(customer_id: UUID) -> Customer:
    """Return the record that stands for a person, so that they are asked by one at a time; raises NotFound."""
    kept_id = kept_of([customer_id])[customer_id]
    customer = Customer.objects.select_for_update(of=("self",), no_key=True).filter(id=kept_id).first()
    if customer is None:
        raise NotFound
    return customer


def _must_be_asked(matter: Matter, customer: Customer) -> None:
    if not matter.has_ended:
        raise MatterOpen
    if customer.erased_at is not None:
        raise CustomerErased
    if not has_consent(customer.id, ConsentPurpose.SERVICE_CALLS):
        raise NoConsentToSurvey


def _must_be_rested(customer: Customer, matter: Matter, policy: Policy, now: datetime) -> None:
    asked = Survey.objects.filter(customer_id__in=ids_of(customer.id)).order_by("-sent_at")
    check_cool_down(
        asked.values_list("sent_at", flat=True).first(),
        cool_down_days=policy.cool_down_days,
        time_zone=matter.time_zone,
        now=now,
    )


def _survey(actor: Actor, matter: Matter, customer: Customer, policy: Policy, now: datetime) -> Survey:
    return Survey(
        store_id=matter.store_id,
        customer=customer,
        matter_kind=matter.kind,
        matter_id=matter.id,
        matter_version=matter.version,
        reference=matter.reference,
        language=customer.language,
        questions=[each.value for each in policy.questions],
        sent_by_id=actor.user_id,
        sent_at=now,
        sent_month=month_of(now, time_zone=matter.time_zone),
        expires_at=now + timedelta(days=policy.open_days),
    )


def _share_out(survey: Survey, matter: Matter, past: Past) -> None:
    handling = handling_of(past.events)
    if not handling and matter.owner_id is not None:
        handling = {matter.owner_id: Handling(deeds=1)}
    RatingShare.objects.bulk_create(
        RatingShare(
            store_id=survey.store_id,
            survey=survey,
            member_id=member_id,
            owned_seconds=handling[member_id].owned_seconds,
            deeds=handling[member_id].deeds,
            basis_points=part,
        )
        for member_id, part in sorted(shares_of(handling).items())
    )


def _withdraw_before(
    actor: Actor, matter_id: UUID, version: int, now: datetime, *, part_of_id: UUID | None = None
) -> int:
    sent = Survey.objects.counted().filter(matter_id=matter_id, matter_version__lt=version)
    return _withdraw(actor, sent, now, part_of_id=part_of_id)


def _withdraw(actor: Actor, sent: SurveyQuerySet, now: datetime, *, part_of_id: UUID | None = None) -> int:
    surveys = list(sent.select_for_update(of=("self",), no_key=True).order_by("id"))
    for survey in surveys:
        was = SurveyState(survey.state)
        survey.state = state_after(SurveyMove.WITHDRAW, was, expires_at=survey.expires_at, now=now)
        survey.withdrawn_at = now
        survey.save(update_fields=["state", "withdrawn_at"])
        after = {"was_answered": was is SurveyState.ANSWERED}
        tell_journal(actor, survey, Happening.SURVEY_WITHDRAWN, now, after=after, part_of_id=part_of_id)
    return len(surveys)

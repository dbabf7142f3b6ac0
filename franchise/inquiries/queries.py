"""Questions about inquiries, narrowed to what the actor may see and always ordered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chains.actor import Actor
from clocks.queries import running_clocks
from inquiries.models.advice import AdviceLine
from inquiries.models.inquiries import Inquiry, InquiryQuerySet, InquiryState, Shift
from inquiries.models.messages import Direction, Message, ReplyPromise
from inquiries.models.norms import NormKind, Occasion, PhraseNorm, StandardAnswer, Strictness
from inquiries.models.reviews import CallPoint, CallReview
from inquiries.rules.likeness import Kept, bare
from inquiries.rules.norms import language_of
from inquiries.rules.reviewing import points_for, role_heard_in
from inquiries.rules.routing import HANDLERS
from inquiries.rules.states import reference_of
from inquiries.rules.wording import Norm, WordingFinding, findings_in, must_be_well_worded
from kit.refusals import NotFound
from kit.texts import text_of
from members.models import Assignment
from members.queries import reaching
from members.rules.permissions import Permission, Role
from standards.rules.lint import text_in
from stores.models import Store

SUBJECT_TYPE = "Inquiry"
PROMISE_TYPE = "ReplyPromise"
REVIEW_TYPE = "CallReview"
MOST_OFFERED = 5
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Due:
    """Until when the next thing is due on an inquiry, and whether that moment has passed."""

    at: datetime | None
    is_overdue: bool


def get_inquiry(actor: Actor, inquiry_id: UUID) -> Inquiry:
    """Return an inquiry that the actor may read; raises NotFound and NotPermitted."""
    inquiry = Inquiry.objects.visible_to(actor).filter(id=inquiry_id).first()
    if inquiry is None:
        raise NotFound
    actor.must(Permission.READ_INQUIRIES, at=inquiry.store_id)
    return inquiry


def inquiries_for(
    actor: Actor, *, store_id: UUID | None = None, states: Collection[InquiryState] | None = None
) -> InquiryQuerySet:
    """Return the inquiries that the actor may read, the latest first; raises NotFound and NotPermitted."""
    if store_id is not None:
        actor.must(Permission.READ_INQUIRIES, at=store_id)
    actor.must_somewhere(Permission.READ_INQUIRIES)
    inquiries = Inquiry.objects.visible_to(actor)
    stores = actor.stores_with(Permission.READ_INQUIRIES)
    if stores is not None:
        inquiries = inquiries.filter(store_id__in=stores)
    if store_id is not None:
        inquiries = inquiries.filter(store_id=store_id)
    if states is not None:
        inquiries = inquiries.filter(state__in=states)
    return inquiries.order_by("-opened_at", "-id")


def queue_at(actor: Actor, *, store_id: UUID) -> QuerySet[Inquiry]:
    """Return what nobody has taken yet at a store, who came first comes first; raises NotFound and NotPermitted."""
    queued = inquiries_for(actor, store_id=store_id).still_open().filter(is_queued=True)
    return queued.order_by("received_at", "id")


def shifts_at(actor: Actor, *, store_id: UUID, now: datetime) -> QuerySet[Shift]:
    """Return who is on the desk of a store, the longest there first; raises NotFound and NotPermitted."""
    actor.must(Permission.READ_INQUIRIES, at=store_id)
    return Shift.objects.running_at(now).filter(store_id=store_id).order_by("began_at", "id")


def call_reviews(actor: Actor, *, store_id: UUID | None = None, member_id: UUID | None = None) -> QuerySet[CallReview]:
    """Return the sheets about one's own calls, and everybody's where one reviews calls, the latest first (M3).

    Raises NotFound and NotPermitted.
    """
    actor.must_somewhere(Permission.READ_INQUIRIES)
    if store_id is not None:
        actor.must(Permission.READ_INQUIRIES, at=store_id)
    wanted = {"store_id": store_id, "member_id": member_id}
    found = CallReview.objects.visible_to(actor).filter(**{key: each for key, each in wanted.items() if each})
    return found.order_by("-reviewed_at", "-id")


def call_sheet(actor: Actor, *, store_id: UUID) -> tuple[CallPoint, ...]:
    """Return the points that the actor listens for at a store, in their order; raises NotFound and NotPermitted."""
    actor.must(Permission.REVIEW_CALLS, at=store_id)
    role = role_heard_in(actor.roles_at(store_id))
    return () if role is None else points_for(role)


def references_of(inquiries: Iterable[Inquiry]) -> dict[UUID, str]:
    """Return the numbers by which people name these inquiries, with the codes of their stores asked for at once."""
    inquiries = list(inquiries)
    stores = Store.objects.filter(id__in={inquiry.store_id for inquiry in inquiries}).order_by()
    codes = dict(stores.values_list("id", "code"))
    return {each.id: reference_of(store_code=codes[each.store_id], number=each.number) for each in inquiries}


def due_of(
    inquiries: Iterable[Inquiry], promised: Mapping[UUID, UUID], *, actor: Actor, now: datetime
) -> dict[UUID, Due]:
    """Return for each inquiry what its running clocks and those of its open promises say, all asked for at once."""
    ids = [inquiry.id for inquiry in inquiries]
    found = {inquiry_id: Due(at=None, is_overdue=False) for inquiry_id in ids}
    own = running_clocks(actor=actor, subject_type=SUBJECT_TYPE, subject_ids=ids)
    promises = running_clocks(actor=actor, subject_type=PROMISE_TYPE, subject_ids=promised)
    for clock in own | promises if promised else own:
        of, at = promised.get(clock.subject_id, clock.subject_id), clock.current_due_at
        before = found[of].at
        if at is not None and (before is None or at < before):
            found[of] = Due(at=at, is_overdue=at < now)
    return found


def open_promises_of(inquiries: Iterable[Inquiry]) -> dict[UUID, UUID]:
    """Return the promises of these inquiries that are still to be kept, each with its inquiry."""
    ids = [inquiry.id for inquiry in inquiries]
    still_open = ReplyPromise.objects.filter(inquiry_id__in=ids, kept_at=None).order_by("id")
    return dict(still_open.values_list("id", "inquiry_id"))


def lines_of(advice_ids: Collection[UUID]) -> dict[UUID, list[AdviceLine]]:
    """Return the lines of some advice, in their order, all of them asked for at once."""
    found: dict[UUID, list[AdviceLine]] = {advice_id: [] for advice_id in advice_ids}
    for line in AdviceLine.objects.filter(advice_id__in=advice_ids).order_by("advice_id", "position"):
        found[line.advice_id].append(line)
    return found


def handlers_of(store: Store, *, member_id: UUID | None = None) -> list[tuple[UUID, Role]]:
    """Return the active members who may answer for inquiries of a store, with the roles that let them, by role and id.

    An actor of the store sees those of the store; a job sees the area's and headquarters' as well.
    """
    found = Assignment.objects.filter(reaching(store.id, store.area_id), role__in=HANDLERS, user__is_active=True)
    if member_id is not None:
        found = found.filter(user_id=member_id)
    return [(held.user_id, Role(held.role)) for held in found.order_by("role", "user_id")]


def norms_in_force(*, at_kind: NormKind | None = None) -> QuerySet[PhraseNorm]:
    """Return the norms of wording that hold now, by language and phrase."""
    norms = PhraseNorm.objects.filter(retired_at=None).select_related("clause")
    if at_kind is not None:
        norms = norms.filter(kind=at_kind)
    return norms.order_by("language", "phrase", "id")


def phrase_norms(actor: Actor, *, kind: NormKind | None = None) -> QuerySet[PhraseNorm]:
    """Return the norms of wording that hold now, by language and phrase; raises NotPermitted."""
    actor.must_somewhere(Permission.READ_INQUIRIES)
    return norms_in_force(at_kind=kind)


def check_wording(actor: Actor, *, text: str, inquiry_id: UUID | None = None) -> list[WordingFinding]:
    """Return the norms that a text would break if it were sent, as the answer to an inquiry where one is named.

    Raises NotFound, NotPermitted, Invalid and TooLong.
    """
    actor.must_somewhere(Permission.READ_INQUIRIES)
    inquiry = None if inquiry_id is None else get_inquiry(actor, inquiry_id)
    return wording_of(text_of(text, field="text", required=False), inquiry)


def wording_of(text: str, inquiry: Inquiry | None) -> list[WordingFinding]:
    """Return the norms that a text breaks; without an inquiry it is taken for a later message."""
    is_first = inquiry is not None and not Message.objects.filter(inquiry=inquiry, direction=Direction.OUT).exists()
    return findings_in(text, (_norm(row) for row in norms_in_force()), is_first_answer=is_first)


def warned_of(told: Collection[tuple[str | tuple[str, ...], str]], *, accept_warnings: bool) -> list[str]:
    """Return the ids of norms that warn of what a customer is told elsewhere than in an inquiry, if that is accepted.

    `told` are texts with their fields. Raises BannedPhrase and WordingWarned (S10).
    """
    norms: list[Norm] = [_norm(row) for row in norms_in_force()] if told else []
    warned: set[str] = set()
    for field, text in told:
        findings = findings_in(text, norms, is_first_answer=False)
        must_be_well_worded(findings, accept_warnings=accept_warnings, field=field)
        warned.update(str(finding.norm.id) for finding in findings)
    return sorted(warned)


def standard_answers(actor: Actor, *, text: str = "", language: str = "") -> QuerySet[StandardAnswer]:
    """Return the standard answers that hold every word of a text, taken literally, by question (Q4).

    Raises NotPermitted, Invalid and TooLong.
    """
    actor.must_somewhere(Permission.READ_INQUIRIES)
    answers = StandardAnswer.objects.filter(retired_at=None)
    if language:
        answers = answers.filter(language=language_of(language))
    for word in bare(text_of(text, field="text", required=False)).split()[:MOST_WORDS]:
        answers = answers.filter(search_text__contains=word)
    return answers.order_by("question", "id")


def offered_answers(inquiries: Sequence[Inquiry]) -> dict[UUID, list[StandardAnswer]]:
    """Return the standard answers that fit what customers ask, the best first; asked for once for all inquiries."""
    ids = [inquiry.id for inquiry in inquiries]
    asked = {inquiry.id: inquiry.subject for inquiry in inquiries}
    said = Message.objects.filter(inquiry_id__in=ids, direction=Direction.IN).order_by("inquiry_id", "said_at", "id")
    for inquiry_id, text in said.values_list("inquiry_id", "text"):
        asked[inquiry_id] = f"{asked[inquiry_id]} {text}"
    kept = {answer.id: answer for answer in StandardAnswer.objects.filter(retired_at=None).order_by("question", "id")}
    questions = Kept((key, each) for key, answer in kept.items() for each in (answer.question, *answer.labels))
    return {
        inquiry_id: [kept[key] for key in questions.fitting(text, at_most=MOST_OFFERED)]
        for inquiry_id, text in asked.items()
    }


def _norm(row: PhraseNorm) -> Norm:
    return Norm(
        id=row.id,
        kind=NormKind(row.kind),
        language=row.language,
        phrases=(row.phrase, *row.variants),
        harmless=tuple(row.harmless),
        situation=row.situation,
        occasion=Occasion(row.occasion),
        strictness=Strictness(row.strictness),
        clause="" if row.clause is None else f"{row.clause.number} {text_in(None, row.clause.texts)}",
    )

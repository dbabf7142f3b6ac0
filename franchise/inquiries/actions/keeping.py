"""Messages as they come in and are kept, and the rounds of an inquiry: what opening, receiving and answering share."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chains.actor import Actor
from inquiries.models.inquiries import Inquiry, InquiryChannel, InquiryTurn, InquiryTurnKind
from inquiries.models.messages import LONGEST_EXTERNAL_ID, Direction, Message
from inquiries.rules.states import ExternalIdReused
from kit.moments import passed
from kit.texts import line_of, text_of
from stores.actions.locks import refusing_duplicates


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a customer said, and how.

    `said_at` is when, if that was before now; `external_id` is what the system that sends it in calls it.
    """

    text: str
    channel: InquiryChannel | None = None
    external_id: str = ""
    said_at: datetime | None = None


def message_from(
    said: Incoming, *, store_id: UUID, channel: InquiryChannel, now: datetime, moment: str = "said_at"
) -> Message:
    """Return a customer's message, not kept yet; it came by the channel unless it says otherwise.

    `moment` is what its time is called where it was given.

    Raises Invalid and TooLong.
    """
    return Message(
        store_id=store_id,
        direction=Direction.IN,
        channel=said.channel or channel,
        text=text_of(said.text, field="text"),
        said_at=passed(said.said_at, field=moment, now=now),
        external_id=line_of(said.external_id, field="external_id", required=False, limit=LONGEST_EXTERNAL_ID),
    )


def keep_message(actor: Actor, said: Message, inquiry: Inquiry, now: datetime) -> None:
    """Write down what was said about an inquiry; raises ExternalIdReused."""
    said.inquiry, said.round = inquiry, inquiry.round
    said.recorded_by_id, said.recorded_at = actor.user_id, now
    # Taken a moment ago for another inquiry: whoever sends it in has to look at it, it is not dropped.
    with refusing_duplicates(ExternalIdReused(field="external_id")):
        said.save(force_insert=True)


def known_message(said: Message) -> Message | None:
    """Return the message that was sent in before; raises ExternalIdReused where it is another one."""
    if not said.external_id:
        return None
    same = Message.objects.filter(store_id=said.store_id, channel=said.channel, external_id=said.external_id)
    known = same.select_related("inquiry").first()
    if known is None:
        return None
    is_elsewhere = said.inquiry_id is not None and said.inquiry_id != known.inquiry_id
    if is_elsewhere or known.text != said.text or known.direction != said.direction:
        raise ExternalIdReused(field="external_id")
    return known


def turn(actor: Actor, inquiry: Inquiry, kind: InquiryTurnKind, note: str, now: datetime) -> None:
    """Write down that a round of an inquiry ends, or that the next one begins; what was measured stays as it is."""
    inquiry.round += kind is InquiryTurnKind.REOPENED
    InquiryTurn.objects.create(
        store_id=inquiry.store_id,
        inquiry=inquiry,
        kind=kind,
        round=inquiry.round,
        note=note,
        done_by_id=actor.user_id,
        done_at=now,
    )

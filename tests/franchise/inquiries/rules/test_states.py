"""Q2: what can be done with an inquiry as it stands."""

from datetime import UTC, datetime, timedelta

import pytest

from inquiries.models.inquiries import InquiryChannel, InquiryState
from inquiries.rules.answering import target_for
from inquiries.rules.states import (
    CustomerWaits,
    InquiryAction,
    InquiryClosed,
    InquiryNotClosed,
    InquiryTaken,
    PromiseOpen,
    available_actions,
    check_answered,
    check_promised,
    must_allow,
    possible_actions,
    reference_of,
)
from kit.refusals import Invalid, Refusal
from members.rules.permissions import Permission

TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
WAITING, ANSWERED, CLOSED = InquiryState


@pytest.mark.parametrize(
    ("action", "state", "is_queued", "promises", "refusal"),
    [
        (InquiryAction.CLOSE_INQUIRY, WAITING, False, 0, CustomerWaits),
        (InquiryAction.CLOSE_INQUIRY, ANSWERED, False, 1, PromiseOpen),
        (InquiryAction.CLOSE_INQUIRY, CLOSED, False, 0, InquiryClosed),
        (InquiryAction.REPLY_TO_INQUIRY, CLOSED, False, 0, InquiryClosed),
        (InquiryAction.TAKE_INQUIRY, WAITING, False, 0, InquiryTaken),
        (InquiryAction.REOPEN_INQUIRY, ANSWERED, False, 0, InquiryNotClosed),
    ],
)
def test_what_is_out_of_turn_is_refused(
    action: InquiryAction, state: InquiryState, is_queued: bool, promises: int, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        must_allow(action, state, is_queued=is_queued, open_promises=promises)


@pytest.mark.parametrize("state", list(InquiryState))
def test_what_a_customer_writes_is_never_refused(state: InquiryState) -> None:
    assert InquiryAction.RECORD_CUSTOMER_MESSAGE in possible_actions(state, is_queued=False, open_promises=0)


def test_only_what_somebody_may_do_is_available() -> None:
    def may(permission: Permission) -> bool:
        return permission is Permission.CLOSE_INQUIRY

    assert available_actions(ANSWERED, may, is_queued=False, open_promises=0) == [InquiryAction.CLOSE_INQUIRY]
    assert available_actions(ANSWERED, may, is_queued=False, open_promises=1) == []


def test_s9_a_call_is_answered_in_ten_seconds_and_everything_else_in_three_minutes() -> None:
    assert {channel: target_for(channel).seconds for channel in InquiryChannel} == {
        InquiryChannel.PHONE: 10,
        InquiryChannel.ONLINE: 180,
        InquiryChannel.EMAIL: 180,
        InquiryChannel.VISIT: 180,
    }


def test_what_is_promised_lies_ahead_and_who_picks_up_does_so_after_it_rang() -> None:
    for never in (TEN, TEN - timedelta(seconds=1), TEN + timedelta(days=366)):
        with pytest.raises(Invalid):
            check_promised(never, now=TEN)
    call = InquiryChannel.PHONE
    assert check_answered(None, channel=call, received_at=TEN, now=TEN) is None
    with pytest.raises(Invalid):
        check_answered(TEN - timedelta(seconds=1), channel=call, received_at=TEN, now=TEN)


@pytest.mark.parametrize("channel", [InquiryChannel.ONLINE, InquiryChannel.EMAIL])
def test_nobody_picks_up_what_was_written(channel: InquiryChannel) -> None:
    with pytest.raises(Invalid) as refused:
        check_answered(TEN, channel=channel, received_at=TEN, now=TEN)
    assert refused.value.field == ("answered_at",)


def test_with_an_inquiry_of_somebody_erased_nothing_can_be_done() -> None:
    assert possible_actions(CLOSED, is_queued=False, open_promises=0, is_erased=True) == []


def test_people_name_an_inquiry_by_its_store_and_number() -> None:
    assert reference_of(store_code="S1", number=42) == "S1-Q00042"

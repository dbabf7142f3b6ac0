"""What surveys and praise say together: by month, by theme, by person; withdrawn ones say nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from chains.actor import Actor, system_actor
from chains.scope import scope
from complaints.models.complaints import Complaint
from customers.rules.particulars import Particulars
from feedback.actions.praising import record_praise
from feedback.actions.sending import send_survey, withdraw_surveys
from feedback.models.praise import PraiseChannel
from feedback.models.surveys import MatterKind, RatingShare, Survey
from feedback.queries.figures import feedback_of_members, months_at, themes_in
from feedback.queries.surveys import ratings_for
from feedback.rules.figures import Period, ThemeKind, Trend
from feedback.rules.surveys import Score
from inquiries.actions.ending import close_inquiry
from kit.ids import new_id
from kit.refusals import NotFound, NotPermitted
from standards.models.texts import Clause
from standards.models.verdicts import Span, Verdict
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.feedback import FINE, POOR, agreed, answered
from tests.factories.inquiries import LI, opened
from tests.factories.inquiries import answered as replied
from tests.factories.rows import Rows

AsRole = Callable[..., Actor]
TEN = datetime(2026, 5, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def chain(chains: Chains) -> FurnishedChain:
    return chains.a


def asked(chain: FurnishedChain, actor: Actor, now: datetime, scores: list[Score] | None) -> Survey:
    """Ask a new customer about an inquiry of theirs, and answer where there are scores."""
    customer = Particulars(f"{LI.name}{new_id().hex[-6:]}", phone=LI.phone, language="zh-hans")
    with scope(chain.chain, actor):
        inquiry = opened(actor, chain.store, now, customer=customer).inquiry
        replied(actor, inquiry.id, now)
        close_inquiry(actor=actor, inquiry_id=inquiry.id, now=now)
        agreed(actor, inquiry.customer_id, now)
        made = send_survey(actor=actor, kind=MatterKind.INQUIRY, matter_id=inquiry.id, now=now)
    return made.survey if scores is None else answered(chain, made.link, now, scores=scores)


def test_a_month_counts_what_was_sent_in_it_whenever_it_was_answered(chain: FurnishedChain, as_role: AsRole) -> None:
    manager = as_role(chain, "STORE_MANAGER")
    asked(chain, manager, TEN, FINE)
    asked(chain, manager, TEN, POOR)
    asked(chain, manager, TEN, None)
    gone = asked(chain, manager, TEN, POOR)
    with scope(chain.chain, manager):
        withdraw_surveys(actor=manager, matter_id=gone.matter_id, reopened_version=99, now=TEN)
        record_praise(actor=manager, store_id=chain.store, channel=PraiseChannel.VISIT, text="Thanks", now=TEN)
        months = months_at(manager, store_id=chain.store, period=Period(date(2026, 4, 9), date(2026, 6, 9)))
        assert [month.month for month in months] == [202604, 202605, 202606]
        april, may, _june = months
        assert (april.sent, april.mean_hundredths, april.praises) == (0, None, 0)
        assert (may.sent, may.answered, may.answered_basis_points) == (3, 2, 6_666)
        assert (may.ratings, may.mean_hundredths, may.praises) == (4, 300, 1)


def test_themes_are_what_poor_ratings_have_in_common_beside_the_time_before(
    chain: FurnishedChain, as_role: AsRole
) -> None:
    manager = as_role(chain, "STORE_MANAGER")
    asked(chain, manager, TEN - 31 * DAY, POOR)
    for scores in (POOR, POOR, FINE):
        asked(chain, manager, TEN, scores)
    with scope(chain.chain, manager):
        found = {(each.kind, each.code): each for each in themes_in(manager, store_id=chain.store, period=MAY)}
    speed = found[ThemeKind.QUESTION, "SPEED"]
    assert (speed.count, speed.count_before, speed.trend, speed.ratings, speed.mean_hundredths) == (
        2,
        1,
        Trend.RISING,
        2,
        200,
    )
    assert found[ThemeKind.QUESTION, "ATTITUDE"].count == 0
    matter = found[ThemeKind.MATTER, "INQUIRY"]
    assert (matter.count, matter.count_before, matter.ratings, matter.mean_hundredths) == (2, 1, 6, 250)


def test_a_clause_that_a_poorly_rated_complaint_names_is_a_theme(chain: FurnishedChain, as_role: AsRole) -> None:
    manager = as_role(chain, "STORE_MANAGER")
    survey = asked(chain, manager, TEN, POOR)
    fine = asked(chain, manager, TEN, FINE)
    clause_id = new_id()
    with scope(chain.chain, system_actor()):
        for number, each in ((1, survey), (2, fine)):
            Complaint.objects.create(
                id=each.matter_id,
                store_id=chain.store,
                number=number,
                customer_id=each.customer_id,
                subject="Cold",
                channel="PHONE",
                severity="MINOR",
                received_at=TEN,
                filed_at=TEN,
                owner_id=chain.people["STORE_MANAGER"],
                stage="CLOSED",
                clause_id=clause_id,
            )
        span = Rows(chain, anew=True).row(Span, chain.store)
        verdict = Verdict.objects.create(
            store_id=chain.store,
            clause=Rows(chain).row(Clause, chain.store),
            span=span,
            subject_type="Inquiry",
            subject_id=survey.matter_id,
            state="MISSED",
            reason="TOO_LATE",
            entry_ids=[],
            day=TEN.date(),
            judged_at=TEN,
        )
    with scope(chain.chain, manager):
        clauses = [each for each in themes_in(manager, store_id=None, period=MAY) if each.kind is ThemeKind.CLAUSE]
    assert {(each.clause_id, each.count, each.count_before) for each in clauses} == {
        (clause_id, 1, 0),
        (verdict.clause_id, 1, 0),
    }


def test_every_rating_counts_for_each_by_their_share(chain: FurnishedChain, as_role: AsRole) -> None:
    manager = as_role(chain, "STORE_MANAGER")
    li, wang = chain.people["SERVICE_STAFF"], chain.people["MENTOR"]
    fine, poor = asked(chain, manager, TEN, FINE), asked(chain, manager, TEN, POOR)
    with scope(chain.chain, system_actor()):
        for survey, member, part in ((fine, li, 7_500), (fine, wang, 2_500), (poor, wang, 10_000)):
            RatingShare.objects.create(
                store_id=chain.store, survey=survey, member_id=member, owned_seconds=0, deeds=1, basis_points=part
            )
        record_praise(
            actor=manager,
            store_id=chain.store,
            channel=PraiseChannel.PHONE,
            text="Thanks",
            member_ids=[wang],
            now=TEN,
        )
    with scope(chain.chain, manager):
        found = {each.member_id: each for each in feedback_of_members(manager, store_id=chain.store, period=MAY)}
        assert (found[li].surveys, found[li].mean_hundredths, found[li].praises) == (1, 450, 0)
        # A quarter of (5, 4) and all of (1, 2).
        assert (found[wang].surveys, found[wang].mean_hundredths, found[wang].praises) == (2, 210, 1)
        assert ratings_for(manager, store_id=chain.store, member_id=li, period=MAY).count() == 2
        assert ratings_for(manager, store_id=chain.store, member_id=li, period=MAY.before).count() == 0


def test_a7_ones_own_figures_are_ones_own_and_others_need_a_right(chain: FurnishedChain, as_role: AsRole) -> None:
    staff = as_role(chain, "SERVICE_STAFF")
    own = chain.people["SERVICE_STAFF"]
    with scope(chain.chain, staff):
        (mine,) = feedback_of_members(staff, store_id=chain.store, period=MAY, member_id=own)
        assert (mine.member_id, mine.surveys, mine.mean_hundredths, mine.praises) == (own, 0, None, 0)
        for member_id in (None, chain.people["MENTOR"]):
            with pytest.raises(NotPermitted):
                feedback_of_members(staff, store_id=chain.store, period=MAY, member_id=member_id)
        with pytest.raises(NotPermitted):
            ratings_for(staff, store_id=chain.store)
        with pytest.raises(NotPermitted):
            months_at(staff, store_id=chain.store, period=MAY)
        with pytest.raises(NotPermitted):
            themes_in(staff, store_id=None, period=MAY)


def test_s01_other_stores_are_not_there(chain: FurnishedChain, as_role: AsRole) -> None:
    manager, other = as_role(chain, "STORE_MANAGER"), as_role(chain, "STORE_MANAGER_2")
    asked(chain, manager, TEN, POOR)
    with scope(chain.chain, other):
        assert ratings_for(other).count() == 0
        assert themes_in(other, store_id=None, period=MAY) == []
        for ask in (
            lambda: months_at(other, store_id=chain.store, period=MAY),
            lambda: themes_in(other, store_id=chain.store, period=MAY),
            lambda: ratings_for(other, store_id=chain.store),
            lambda: feedback_of_members(other, store_id=chain.store, period=MAY),
        ):
            with pytest.raises(NotFound):
                ask()

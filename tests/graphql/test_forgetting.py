"""What the API keeps for a while is forgotten in the background."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.models import KeptAnswer
from api.operators.models import OperatorsAnswer
from api.operators.tasks import forget_answers as forget_operators_answers
from api.rates.models import Bucket
from api.rates.tasks import forget_full
from api.tasks import forget_answers
from chains.actor import system_actor
from chains.scope import scope
from kit.ids import new_id

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


def test_answers_are_kept_for_a_day(chains: Any) -> None:
    with scope(chains.a.chain, system_actor()):
        for key, age in (("old", timedelta(hours=25)), ("new", timedelta(hours=23))):
            KeptAnswer.objects.create(actor_id=new_id(), key=key, fingerprint="x", claimed_at=NOW - age)
    forget_answers.run({"chain": str(chains.a.chain.id), "arguments": {}}, now=NOW)
    with scope(chains.a.chain, system_actor()):
        assert [kept.key for kept in KeptAnswer.objects.all()] == ["new"]


def test_buckets_that_are_full_are_forgotten(chains: Any) -> None:
    Bucket.objects.create(key="full", full_at=NOW - timedelta(hours=2))
    Bucket.objects.create(key="spent", full_at=NOW)
    forget_full(timestamp=int(NOW.timestamp()))
    left = Bucket.objects.filter(key__in=["full", "spent"])
    assert [bucket.key for bucket in left] == ["spent"]


def test_answers_for_operators_are_kept_for_a_day(chains: Any) -> None:
    for key, age in (("old", timedelta(hours=25)), ("new", timedelta(hours=23))):
        OperatorsAnswer.objects.create(actor_id=new_id(), key=key, fingerprint="x", claimed_at=NOW - age)
    forget_operators_answers(timestamp=int(NOW.timestamp()))
    assert [kept.key for kept in OperatorsAnswer.objects.all()] == ["new"]

"""F02, F03, F05, C06, T16 at a store's desk: killed backends, killed workers and poison leave a deed whole and once."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from chains.actor import system_actor
from chains.scope import scope
from chains.worker import Patience, revive
from config.subscriptions import SUBSCRIPTIONS
from customers.models import Customer, Purchase
from journal.models import Entry
from orders import tasks as orders
from orders.models.imports import ImportedRow, OrderImport
from orders.models.orders import DocumentCounter, Order, OrderLine
from tests.factories.chains import FurnishedChain, demolish, furnish, opened_chain
from tests.factories.orders import paid, placed, sold
from tests.factories.people import actor_of_role
from tests.patience import PATIENCE_SECONDS
from tests.workers import TREE, drain, drain_until_killed_after, empty_queue, hand_over_all

# Does a deed of the desk, and has its own connection cut after so many of its writes: then nothing of it is there.
CUT = """
import os
import sys
import django
import psycopg
django.setup()
from uuid import UUID
from django.db import OperationalError, connections
from django.utils import timezone
from chains.models import Chain
from chains.scope import scope
from chains.actor import system_actor
from customers.rules.particulars import Particulars
from orders.actions.importing import Row, import_orders
from orders.models.orders import OrderSource
from orders.rules.lines import Wanted
chain_id, store, after = sys.argv[1:]
writes = 0
def counting(execute, sql, params, many, context):
    global writes
    if sql.startswith("INSERT"):
        writes += 1
        if writes == int(after):
            pid = context["connection"].connection.info.backend_pid
            with psycopg.connect(os.environ["DATABASE_LOGIN_URL"]) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    return execute(sql, params, many, context)
people = [Particulars(f"Li {number}", phone=f"139 0000 000{number}") for number in range(4)]
rows = [Row(f"till-{number}", each, (Wanted("NOODLES", 1, 1),)) for number, each in enumerate(people)]
actor = system_actor()
try:
    with scope(Chain.objects.get(id=chain_id), actor):
        with connections["default"].execute_wrapper(counting):
            import_orders(actor=actor, store_id=UUID(store), source=OrderSource.TILL, rows=rows, now=timezone.now())
except OperationalError:
    sys.exit(3)
"""


@pytest.fixture(autouse=True)
def _nothing_waits(fresh_chain: FurnishedChain) -> None:
    empty_queue()


def test_f02_an_import_whose_connection_is_cut_in_the_midst_leaves_nothing_and_can_be_sent_again(
    fresh_chain: FurnishedChain,
) -> None:
    sold(fresh_chain.chain, timezone.now())
    told = [str(fresh_chain.chain.id), str(fresh_chain.store)]

    def send(cut_after: int) -> int:
        command = [sys.executable, "-c", CUT, *told, str(cut_after)]
        return subprocess.run(command, cwd=TREE, timeout=PATIENCE_SECONDS, check=False).returncode

    for cut_after in (2, 9):
        assert send(cut_after) == 3
        with scope(fresh_chain.chain, system_actor()):
            for model in (Order, OrderLine, OrderImport, ImportedRow, Customer, DocumentCounter):
                assert not model.objects.exists(), model
            assert not Entry.objects.filter(kind="ORDERS_IMPORTED").exists()
    assert send(10**6) == 0
    with scope(fresh_chain.chain, system_actor()):
        assert sorted(Order.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_f03_purchases_are_noted_once_though_the_worker_dies_after_its_commit(
    fresh_chain: FurnishedChain, tmp_path: Path
) -> None:
    now = timezone.now()
    sold(fresh_chain.chain, now)
    staff = actor_of_role(fresh_chain, "SERVICE_STAFF")
    with scope(fresh_chain.chain, staff):
        paid(staff, fresh_chain.store, now, is_handed_over=True)
    mine = [each for each in SUBSCRIPTIONS if each.task is orders.note_purchases]
    assert hand_over_all(fresh_chain.chain, mine) > 0
    drain_until_killed_after(orders.note_purchases.name, tmp_path)
    for _again in range(3):
        revive(Patience(silence=timedelta(0)))
        drain(tmp_path)
    with scope(fresh_chain.chain, system_actor()):
        assert sorted(Purchase.objects.values_list("amount_minor", flat=True)) == [20_00, 100_00]
        assert Entry.objects.filter(kind="PURCHASE_RECORDED").count() == 2
    assert not ProcrastinateJob.objects.filter(task_name=orders.note_purchases.name).exists()


def test_f05_t16_a_job_about_an_entry_of_another_chain_does_nothing_and_stops_no_other(
    fresh_chain: FurnishedChain, tmp_path: Path
) -> None:
    now = timezone.now()
    rival = opened_chain("Rival", f"t{uuid4().hex[:12]}.onebanner.localhost")
    furnish(rival)
    try:
        sold(fresh_chain.chain, now)
        staff = actor_of_role(fresh_chain, "SERVICE_STAFF")
        with scope(fresh_chain.chain, staff):
            paid(staff, fresh_chain.store, now, is_handed_over=True)
            placed(staff, fresh_chain.store, now)
        with scope(fresh_chain.chain, system_actor()):
            entry_id: UUID = Entry.objects.get(kind="PAYMENT_RECORDED").id
        orders.note_purchases.defer(rival.id, entry_id=entry_id)
        orders.note_purchases.defer(fresh_chain.chain.id, entry_id=entry_id)
        drain(tmp_path)
        with scope(rival, system_actor()):
            assert not Purchase.objects.exists()
        with scope(fresh_chain.chain, system_actor()):
            assert Purchase.objects.count() == 2
    finally:
        demolish(rival)

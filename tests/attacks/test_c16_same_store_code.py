"""C16: the same store code, and the same area, twice at once. One is made, the other is refused and leaves nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from chains.actor import Actor
from chains.scope import scope
from journal.models import Entry
from kit.refusals import Refusal
from stores.actions.areas import draw_area
from stores.models import Area, Store
from tests.factories.chains import FurnishedChain
from tests.factories.stores import NOW, newly_opened
from tests.patience import PATIENCE_SECONDS

AsRole = Callable[..., Actor]
CALLERS = 4


def at_once(chain: FurnishedChain, actor: Actor, deed: Callable[[], object]) -> list[str]:
    """Do a deed from several connections at the same moment; return the codes of the refusals, '' for success."""
    start = Barrier(CALLERS)

    def attempt(_caller: int) -> str:
        try:
            start.wait(timeout=PATIENCE_SECONDS)
            with scope(chain.chain, actor):
                deed()
            return ""
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CALLERS) as callers:
        return sorted(callers.map(attempt, range(CALLERS)))


def test_one_of_many_opens_the_store_with_a_code(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(fresh_chain, "HQ_ADMINISTRATOR")
    codes = at_once(fresh_chain, hq, lambda: newly_opened(hq, code="SAME"))
    assert codes == ["", *["STORE_CODE_TAKEN"] * (CALLERS - 1)]
    with scope(fresh_chain.chain, hq):
        assert Store.objects.filter(code="SAME").count() == 1
        assert Entry.objects.filter(kind="STORE_OPENED").count() == 1


def test_one_of_many_draws_the_area_with_a_name(fresh_chain: FurnishedChain, as_role: AsRole) -> None:
    hq = as_role(fresh_chain, "HQ_ADMINISTRATOR")
    codes = at_once(fresh_chain, hq, lambda: draw_area(actor=hq, name="Same", now=NOW))
    assert codes == ["", *["AREA_NAME_TAKEN"] * (CALLERS - 1)]
    with scope(fresh_chain.chain, hq):
        assert Area.objects.filter(name="Same").count() == 1

from collections.abc import Callable

import pytest

from chains.actor import Actor
from chains.scope import scope
from kit.ids import new_id
from kit.refusals import Invalid, NotFound, NotPermitted
from stores.actions.business import open_store
from stores.models import Store, StoreKind, StoreState
from stores.queries import stores_doing_business
from stores.rules.business import StoreCodeTaken
from tests.conftest import Chains
from tests.factories.stores import NOW, last_entry, newly_opened, told

AsRole = Callable[..., Actor]


def test_hq_opens_a_franchised_store_in_an_area_and_the_journal_tells_it(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        opened = open_store(
            actor=hq,
            code="sh-bund",
            name=" Bund ",
            kind=StoreKind.FRANCHISED,
            franchisee_name="Chen & Sons",
            area_id=chains.a.area,
            time_zone="Asia/Shanghai",
            now=NOW,
        )
        store = Store.objects.get(pk=opened.pk)
        assert (store.code, store.name, store.state, store.version) == ("SH-BUND", "Bund", StoreState.OPEN, 1)
        assert (store.currency, store.opened_at) == (chains.a.chain.currency, NOW)
        assert told(store.id) == ["STORE_OPENED"]
        entry = last_entry(store.id)
        assert (entry.store_id, entry.actor_id, entry.before) == (store.id, hq.id, None)
        assert entry.after == {
            "code": "SH-BUND",
            "name": "Bund",
            "kind": "FRANCHISED",
            "franchisee_name": "Chen & Sons",
            "area_id": str(chains.a.area),
            "time_zone": "Asia/Shanghai",
            "currency": "CNY",
        }


def test_a_code_is_used_once_in_a_chain_and_the_refusal_leaves_nothing_behind(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        before = stores_doing_business()
        with pytest.raises(StoreCodeTaken) as refusal:
            newly_opened(hq, code="s1")
        assert refusal.value.field == ("code",)
        assert stores_doing_business() == before


def test_another_chain_may_use_the_same_code(chains: Chains, as_role: AsRole) -> None:
    for chain in (chains.a, chains.b):
        hq = as_role(chain, "HQ_ADMINISTRATOR")
        with scope(chain.chain, hq):
            assert newly_opened(hq, code="TWIN").code == "TWIN"


def test_an_area_of_another_chain_looks_like_a_missing_one(chains: Chains, as_role: AsRole) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq):
        for area_id in (chains.b.area, new_id()):
            with pytest.raises(NotFound) as refusal:
                newly_opened(hq, area_id=area_id)
            assert refusal.value.field == ("area_id",)
        assert not Store.objects.filter(code="NEW-1").exists()


@pytest.mark.parametrize(
    "particulars",
    [
        {"code": "Ü"},
        {"name": " "},
        {"time_zone": "Mars"},
        {"currency": "YUAN"},
        {"kind": StoreKind.FRANCHISED},
        {"franchisee_name": "Chen"},
    ],
)
def test_particulars_that_are_none_are_refused(chains: Chains, as_role: AsRole, particulars: dict[str, str]) -> None:
    hq = as_role(chains.a, "HQ_ADMINISTRATOR")
    with scope(chains.a.chain, hq), pytest.raises(Invalid):
        newly_opened(hq, **particulars)


@pytest.mark.parametrize("who", ["QUALITY_OFFICER", "HQ_TRAINER", "AREA_SUPERVISOR", "STORE_MANAGER", "SERVICE_STAFF"])
def test_only_the_hq_administrator_opens_stores(chains: Chains, as_role: AsRole, who: str) -> None:
    actor = as_role(chains.a, who)
    with scope(chains.a.chain, actor), pytest.raises(NotPermitted) as refusal:
        newly_opened(actor)
    assert refusal.value.details["permission"] == "OPEN_STORE"

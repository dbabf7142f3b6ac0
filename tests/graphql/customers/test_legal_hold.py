"""R10 through the API: whom a legal hold keeps is not erased, and who asks is told so in their language."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from customers.actions.registering import register_customer
from customers.rules.particulars import Particulars
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
HELD = {
    "en": "A legal hold keeps what is held on this customer. It has to be lifted first.",
    "zh-hans": "该客户的资料处于法律保全中，须先解除保全。",
    "zh-hant": "該客戶的資料處於法律保全中，須先解除保全。",
}


@pytest.mark.parametrize("language", list(HELD))
def test_r10_a_hold_hinders_the_erasure_until_it_is_lifted(
    chains: Chains, graphql: GraphQLCaller, as_role: AsRole, language: str
) -> None:
    manager = as_role(chains.a, "STORE_MANAGER")
    with scope(chains.a.chain, manager):
        who = Particulars("Wang", phone="138 1234 5678")
        key = register_customer(actor=manager, store_id=chains.a.store, particulars=who, now=timezone.now()).id
    mine = {"customerId": global_id("Customer", key)}

    def do(deed: str, **given: Any) -> Any:
        name = f"{deed[0].upper()}{deed[1:]}Input"
        wanted = "customer { heldAt state availableActions } userErrors { code message }"
        document = f"mutation($i: {name}!) {{ {deed}(input: $i) {{ {wanted} }} }}"
        asked = {"i": {**mine, **given}}
        return graphql(chains.a, document, asked, as_="QUALITY_OFFICER", language=language)["data"][deed]

    held = do("placeLegalHold", reason="A court asks")["customer"]
    assert held["heldAt"] is not None
    assert "LIFT_LEGAL_HOLD" in held["availableActions"]
    assert not {"PLACE_LEGAL_HOLD", "ERASE_CUSTOMER"} & set(held["availableActions"])
    assert do("eraseCustomer")["userErrors"] == [{"code": "UNDER_LEGAL_HOLD", "message": HELD[language]}]
    lifted = do("liftLegalHold")["customer"]
    assert (lifted["heldAt"], "ERASE_CUSTOMER" in lifted["availableActions"]) == (None, True)
    assert do("eraseCustomer")["customer"]["state"] == "ERASED"

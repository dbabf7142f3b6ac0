"""The journal through the API: who may read what of it."""

from collections.abc import Callable

from django.utils import timezone

from api.base.ids import global_id
from chains.actor import Actor
from chains.scope import scope
from tests.conftest import Chains
from tests.factories.complaints import filed
from tests.factories.standards import approved
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
JOURNAL = """query Told($subject: ID, $store: ID) { journal(first: 100, subjectId: $subject, storeId: $store) {
  totalCount nodes { id kind subjectId subjectType storeId actorKind actorName before after requestId at } } }"""


def test_a_manager_reads_what_happened_at_the_store(chains: Chains, as_role: AsRole, graphql: GraphQLCaller) -> None:
    staff, other = as_role(chains.a, "SERVICE_STAFF"), as_role(chains.a, "SERVICE_STAFF_2")
    with scope(chains.a.chain, staff):
        key = filed(staff, chains.a.store, timezone.now()).complaint.id
    with scope(chains.a.chain, other):
        filed(other, chains.a.other_store, timezone.now())
    approved(chains.a, timezone.now())
    answer = graphql(chains.a, JOURNAL, {"subject": global_id("Complaint", key)}, as_="STORE_MANAGER")
    (entry,) = answer["data"]["journal"]["nodes"]
    assert (entry["kind"], entry["actorKind"], entry["actorName"]) == ("COMPLAINT_FILED", "USER", "Service staff")
    assert entry["subjectId"] == global_id("Complaint", key)
    assert entry["storeId"] == global_id("Store", chains.a.store)
    assert entry["before"] is None
    assert '"stage": "FILED"' in entry["after"]
    mine = graphql(chains.a, JOURNAL, as_="STORE_MANAGER")["data"]["journal"]["nodes"]
    assert {node["storeId"] for node in mine} == {global_id("Store", chains.a.store)}
    everything = graphql(chains.a, JOURNAL, as_="QUALITY_OFFICER")["data"]["journal"]["nodes"]
    assert None in {node["storeId"] for node in everything}
    for role in ("SERVICE_STAFF", "HQ_TRAINER"):
        refused = graphql(chains.a, JOURNAL, as_=role)
        assert refused["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"


def test_an_entry_is_fetched_by_its_id_where_it_may_be_read(
    chains: Chains, as_role: AsRole, graphql: GraphQLCaller
) -> None:
    staff = as_role(chains.a, "SERVICE_STAFF")
    with scope(chains.a.chain, staff):
        key = filed(staff, chains.a.store, timezone.now()).complaint.id
    told = {"subject": global_id("Complaint", key)}
    (entry,) = graphql(chains.a, JOURNAL, told, as_="STORE_MANAGER")["data"]["journal"]["nodes"]
    document = "query Look($id: ID!) { node(id: $id) { ... on Entry { kind } } }"
    assert graphql(chains.a, document, {"id": entry["id"]}, as_="STORE_MANAGER")["data"]["node"] == {
        "kind": "COMPLAINT_FILED"
    }
    for chain, role in ((chains.a, "STORE_MANAGER_2"), (chains.a, "SERVICE_STAFF"), (chains.b, "HQ_ADMINISTRATOR")):
        refused = graphql(chain, document, {"id": entry["id"]}, as_=role)
        assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"

"""I10, I13, I08: what is sent in at `/files/`, by whom, and under which names."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as installed
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from api.base.ids import global_id
from chains.actor import system_actor
from chains.models import ChainState
from chains.scope import scope
from files.models import StoredFile
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.files import PDF, photo
from tests.graphql_caller import GraphQLCaller

LIST = """query List($store: ID!) { storedFiles(storeId: $store, first: 5) { nodes {
  id name mediaType byteCount width height url urlExpiresAt storedByName attachedAt } } }"""


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def send(
    client: Client,
    chain: FurnishedChain,
    data: bytes | None = None,
    name: str = "photo.jpg",
    *,
    fields: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    **extra: Any,
) -> HttpResponse:
    """Send a file as the web app does; parts of the form and of the head may differ."""
    token = client.cookies.get(installed.CSRF_COOKIE_NAME)
    head = {"Host": chain.host, "Origin": f"https://{chain.host}", "X-CSRFToken": token.value if token else ""}
    form: dict[str, Any] = {"purpose": "EVIDENCE", "storeId": global_id("Store", chain.store)}
    file = SimpleUploadedFile(name, photo() if data is None else data, content_type="image/jpeg")
    given = {"file": file, **form, **(fields or {})}
    return client.post("/files/", given, headers={**head, **(headers or {})}, secure=True, **extra)


def codes(answer: HttpResponse) -> tuple[int, list[str]]:
    body = answer.json()
    return answer.status_code, [
        *(error["code"] for error in body.get("userErrors", ())),
        *(error["extensions"]["code"] for error in body.get("errors", ())),
    ]


def test_a_photo_is_taken_in_and_found_again(chains: Chains, graphql: GraphQLCaller) -> None:
    answer = send(graphql.signed_in(chains.a, "SERVICE_STAFF"), chains.a, name="厨房.png")
    assert answer.status_code == 201
    file = answer.json()["file"]
    assert (file["name"], file["mediaType"], file["width"], file["height"]) == ("厨房.jpg", "JPEG", 30, 40)
    asked = {"store": global_id("Store", chains.a.store)}
    (node,) = graphql(chains.a, LIST, asked, as_="SERVICE_STAFF")["data"]["storedFiles"]["nodes"]
    assert (node["id"], node["byteCount"], node["attachedAt"]) == (file["id"], file["byteCount"], None)
    assert node["storedByName"] == "Service staff"
    read = graphql.signed_in(chains.a, "SERVICE_STAFF").get(node["url"], headers={"Host": chains.a.host}, secure=True)
    assert read.status_code == 200 and len(read.getvalue()) == node["byteCount"]
    assert graphql(chains.a, LIST, asked, as_="STORE_MANAGER")["data"]["storedFiles"]["nodes"] == []


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><script>alert(1)</script>", "photo.jpg"),
        (b"<?php system('id'); ?>", "photo.php.jpg"),
        (b"MZ\x90\x00" + bytes(100), "photo.jpg"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "photo.svg"),
        (b"GIF89a/*" + bytes(50), "photo.gif"),
    ],
)
def test_i10_what_is_no_photo_is_refused_whatever_it_is_called(
    data: bytes, name: str, chains: Chains, graphql: GraphQLCaller, tmp_path: Path
) -> None:
    answer = send(graphql.signed_in(chains.a, "SERVICE_STAFF"), chains.a, data, name)
    assert codes(answer) == (422, ["FILE_NOT_TAKEN"])
    assert answer.json()["userErrors"][0]["field"] == ["file"]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_i10_nothing_and_too_much_are_refused(chains: Chains, graphql: GraphQLCaller) -> None:
    client = graphql.signed_in(chains.a, "SERVICE_STAFF")
    assert codes(send(client, chains.a, b"")) == (422, ["FILE_EMPTY"])
    # One of a gigabyte is announced: not a byte of it is read.
    assert codes(send(client, chains.a, CONTENT_LENGTH=str(1024**3))) == (413, ["UPLOAD_TOO_LARGE"])


def test_i10_other_shapes_are_refused(chains: Chains, graphql: GraphQLCaller) -> None:
    client = graphql.signed_in(chains.a, "SERVICE_STAFF")
    second = SimpleUploadedFile("b.jpg", photo())
    for fields in ({"more": "x"}, {"second": second}, {"file": "no file"}):
        assert codes(send(client, chains.a, fields=fields)) == (415, ["NOT_AN_UPLOAD"])
    head = {"Host": chains.a.host}
    answer = client.post("/files/", b"{}", content_type="application/json", headers=head, secure=True)
    assert codes(answer) == (415, ["NOT_AN_UPLOAD"])
    assert codes(client.get("/files/", headers=head, secure=True)) == (405, ["METHOD_NOT_ALLOWED"])
    broken = client.post("/files/", b"--x\r\n\x00\xff", content_type="multipart/form-data", headers=head, secure=True)
    assert codes(broken)[0] in (403, 415)


def test_i10_the_fields_are_checked(chains: Chains, graphql: GraphQLCaller) -> None:
    client = graphql.signed_in(chains.a, "SERVICE_STAFF")
    cases: list[tuple[dict[str, str], tuple[int, list[str]]]] = [
        ({"purpose": "AVATAR"}, (422, ["INVALID"])),
        ({"purpose": "LESSON"}, (422, ["INVALID"])),
        ({"storeId": "1"}, (422, ["BAD_ID"])),
        ({"storeId": global_id("Member", chains.a.store)}, (422, ["BAD_ID"])),
        ({"storeId": global_id("Store", chains.a.other_store)}, (422, ["NOT_FOUND"])),
        ({"storeId": global_id("Store", chains.b.store)}, (422, ["NOT_FOUND"])),
        ({"storeId": "", "purpose": "LESSON"}, (422, ["NOT_PERMITTED"])),
    ]
    assert [codes(send(client, chains.a, fields=fields)) for fields, _told in cases] == [
        told for _fields, told in cases
    ]


def test_only_whoever_is_signed_in_here_and_calls_from_our_own_pages_sends_in(
    chains: Chains, graphql: GraphQLCaller
) -> None:
    assert codes(send(Client(), chains.a)) == (401, ["UNAUTHENTICATED"])
    assert codes(send(graphql.signed_in(chains.b, "SERVICE_STAFF"), chains.a)) == (401, ["UNAUTHENTICATED"])
    client = graphql.signed_in(chains.a, "SERVICE_STAFF")
    for headers in ({"Origin": "https://evil.example"}, {"X-CSRFToken": "f" * 32}, {"Sec-Fetch-Site": "cross-site"}):
        assert codes(send(client, chains.a, headers=headers)) == (403, ["CROSS_SITE"])
    bad = {"Authorization": "Bearer nothing"}
    assert codes(send(Client(), chains.a, headers=bad)) == (401, ["UNAUTHENTICATED"])
    with scope(chains.a.chain, system_actor()):
        assert StoredFile.objects.count() == 0


def test_a_caller_without_points_waits(chains: Chains, graphql: GraphQLCaller, settings: Any) -> None:
    settings.GATE_CALLER_RATE = (600, 1)
    client = graphql.signed_in(chains.a, "SERVICE_STAFF")
    assert send(client, chains.a).status_code == 201
    answer = send(client, chains.a)
    assert codes(answer) == (429, ["RATE_LIMITED"]) and int(answer["Retry-After"]) > 0


def test_a_suspended_chain_takes_nothing_in(
    chains: Chains, graphql: GraphQLCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = graphql.signed_in(chains.a, "SERVICE_STAFF")
    type(chains.a.chain).objects.filter(pk=chains.a.chain.pk).update(state=ChainState.SUSPENDED)
    assert codes(send(client, chains.a)) == (422, ["CHAIN_SUSPENDED"])


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "CON", "x" * 300 + ".jpg", "a\\b.jpg", "<img src=x onerror=1>.jpg"]
)
def test_i13_i08_a_file_lies_under_a_name_of_ours_and_its_own_is_a_text(
    name: str, chains: Chains, graphql: GraphQLCaller, tmp_path: Path
) -> None:
    answer = send(graphql.signed_in(chains.a, "SERVICE_STAFF"), chains.a, name=name)
    assert answer.status_code == 201 and answer["Content-Type"] == "application/json"
    shown = answer.json()["file"]["name"]
    assert len(shown) <= 200 and "/" not in shown and "\\" not in shown and shown.endswith(".jpg")
    (lies,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert lies.parent.parent == tmp_path / "media" / str(chains.a.chain.id)
    assert set(lies.name) <= set("0123456789abcdef")


def test_a_document_with_a_photo_s_name_is_a_document(chains: Chains, graphql: GraphQLCaller) -> None:
    file = send(graphql.signed_in(chains.a, "SERVICE_STAFF"), chains.a, PDF, "photo.jpg").json()["file"]
    assert (file["name"], file["mediaType"], file["width"]) == ("photo.pdf", "PDF", None)
    assert BytesIO(PDF).getbuffer().nbytes == file["byteCount"]

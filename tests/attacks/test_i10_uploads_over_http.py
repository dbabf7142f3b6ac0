"""I10, I13, T14, S02 at `/files/`: what is made to hurt whoever opens it, and whose it is, from upload to address."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from django.conf import settings as installed
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone
from PIL import Image

from api.base.ids import global_id, parse_global_id
from chains.actor import Actor, gate_actor, system_actor
from chains.scope import scope
from files.actions.forgetting import forget_unattached
from files.models import ChainFile, StoredFile
from files.rules.contents import MOST_BYTES
from inspections.actions.inspecting import start_inspection
from inspections.models.inspections import InspectionFinding
from journal.models import Entry
from kit.ids import new_id
from members.models import User
from tests.conftest import Chains
from tests.factories.chains import FurnishedChain
from tests.factories.files import PDF, photo, photo_in_scans
from tests.factories.inspections import items_of, published, scheduled
from tests.graphql_caller import GraphQLCaller

AsRole = Callable[..., Actor]
SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><foreignObject/></svg>'
PHP = b"<?php system($_GET['c']); ?>"
ZIP = b"PK\x03\x04\x14\x00" + bytes(40) + b"PK\x05\x06" + bytes(18)
MARKS = (SCRIPT, PHP, b"onload", b"PK\x03\x04", b"Exif", b"GPS", b"Canon", b"https://evil.example")
LIST = "query($s: ID!) { storedFiles(storeId: $s, first: 9) { nodes { id name url } } }"
CHAIN_LIST = "query { chainFiles(first: 9) { nodes { id name url } } }"


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@dataclass(frozen=True)
class Served:
    """What came back when a file was asked for."""

    status: int
    headers: dict[str, str]
    data: bytes


class Caller:
    """Somebody of a chain who sends files in and looks at them, as the web app does."""

    def __init__(self, graphql: GraphQLCaller, chain: FurnishedChain, who: str) -> None:
        self.chain, self.who, self.graphql = chain, who, graphql
        self.client = graphql.signed_in(chain, who)

    def send(
        self, data: bytes, name: str = "photo.jpg", *, store: str | None = None, purpose: str = "EVIDENCE"
    ) -> HttpResponse:
        token = self.client.cookies[installed.CSRF_COOKIE_NAME].value
        head = {"Host": self.chain.host, "Origin": f"https://{self.chain.host}", "X-CSRFToken": token}
        place = {} if purpose == "LESSON" else {"storeId": store or global_id("Store", self.chain.store)}
        file = SimpleUploadedFile(name, data, content_type="image/jpeg")
        return self.client.post("/files/", {"purpose": purpose, "file": file, **place}, headers=head, secure=True)

    def sent(self, data: bytes, name: str = "photo.jpg", **more: Any) -> str:
        """Send a file in that is taken, and return its id."""
        answer = self.send(data, name, **more)
        assert answer.status_code == 201, answer.content
        key: str = answer.json()["file"]["id"]
        return key

    def address(self, key: str) -> str:
        """Return the address that a list tells of a file."""
        asked = {"s": global_id("Store", self.chain.store)}
        document, given = (CHAIN_LIST, {}) if key in self._ids_of_chain() else (LIST, asked)
        (found,) = self.graphql(self.chain, document, given, as_=self.who)["data"].values()
        (url,) = (each["url"] for each in found["nodes"] if each["id"] == key)
        assert isinstance(url, str)
        return url

    def _ids_of_chain(self) -> set[str]:
        with scope(self.chain.chain, system_actor()):
            return {global_id("ChainFile", key) for key in ChainFile.objects.values_list("id", flat=True)}

    def get(self, path: str, host: str | None = None) -> Served:
        answer = self.client.get(path, headers={"Host": host or self.chain.host}, secure=True)
        return Served(answer.status_code, dict(answer.items()), answer.getvalue())

    def status(self, path: str, host: str | None = None) -> int:
        return self.get(path, host).status


@pytest.fixture
def manager(chains: Chains, graphql: GraphQLCaller, settings: Any) -> Caller:
    settings.GATE_CALLER_RATE = settings.GATE_CHAIN_RATE = (10**9, 10**6)
    return Caller(graphql, chains.a, "STORE_MANAGER")


def told(answer: HttpResponse) -> tuple[int, list[str]]:
    return answer.status_code, [error["code"] for error in answer.json()["userErrors"]]


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """Return a picture that claims to be so large, whatever its pixels are."""
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(200)))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + chunk(b"IEND", b"")


def with_places(kind: str) -> bytes:
    """Return a photo that tells by whom, with what and where on earth it was taken."""
    image, written, told_of = Image.new("RGB", (48, 36), "green"), BytesIO(), Image.Exif()
    told_of[0x010F], told_of[0x013B], told_of[0x010E] = "Canon", "Ada Author", "https://evil.example"
    where = told_of.get_ifd(0x8825)
    where[1], where[2], where[3], where[4] = "N", (31.0, 13.0, 49.0), "E", (121.0, 28.0, 25.0)
    image.save(written, kind, exif=told_of)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_i10_where_and_by_whom_a_photo_was_taken_is_in_nothing_that_is_kept_or_sent(
    kind: str, manager: Caller, tmp_path: Path
) -> None:
    sent = with_places(kind)
    assert b"Canon" in sent and b"Ada Author" in sent
    served = manager.get(manager.address(manager.sent(sent, "beach.jpg"))).data
    (kept,) = on_disk(tmp_path)
    assert served == kept.read_bytes()
    assert not [mark for mark in (*MARKS, b"Ada Author") if mark in served]
    with Image.open(BytesIO(served)) as image:
        assert dict(image.getexif()) == {} and dict(image.getexif().get_ifd(0x8825)) == {}


@pytest.mark.parametrize(
    "sent",
    [
        photo() + SCRIPT + PHP + ZIP + SVG,
        photo()[:2] + b"\xff\xfe" + pack(">H", len(SCRIPT + PHP) + 2) + SCRIPT + PHP + photo()[2:],
        png(8, 8, chunk(b"tEXt", b"Comment\x00" + SCRIPT + PHP)) + ZIP,
        png(8, 8, chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + SVG)),
    ],
    ids=["behind a JPEG", "in a JPEG's note", "in a PNG's text", "in a PNG's other parts"],
)
def test_i10_of_a_file_that_is_two_things_at_once_only_the_picture_is_left(sent: bytes, manager: Caller) -> None:
    served = manager.get(manager.address(manager.sent(sent, "photo.php.jpg")))
    assert not [mark for mark in MARKS if mark in served.data]
    assert served.headers["Content-Type"] == "image/jpeg" and served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (png(50_000, 50_000), "PHOTO_TOO_LARGE"),
        (png(2**31 - 1, 2**31 - 1), "PHOTO_TOO_LARGE"),
        (png(7_000, 7_001), "PHOTO_DAMAGED"),
        (png(8, 8, *[chunk(b"zTXt", b"a\x00\x00" + zlib.compress(bytes(10**7), 9))] * 40), "FILE_NOT_TAKEN"),
        (png(8, 8, chunk(b"iCCP", b"a\x00\x00" + zlib.compress(bytes(5 * 10**7), 9))), "FILE_NOT_TAKEN"),
        (photo_in_scans(250_000), "PHOTO_DAMAGED"),
        (b"RIFF" + pack("<I", 2**32 - 9) + b"WEBPVP8X" + bytes(64), "FILE_NOT_TAKEN"),
    ],
    ids=["square", "largest", "no pixels", "texts", "profile", "scans", "length"],
)
def test_i10_a_few_bytes_that_would_become_very_many_are_refused(
    sent: bytes, code: str, manager: Caller, tmp_path: Path
) -> None:
    status, codes = told(manager.send(sent))
    assert (status, codes) == (422, [code])
    assert on_disk(tmp_path) == []


@pytest.mark.parametrize(
    "name", ["photo.svg", "photo.html", "a.jpg.svg", "photo.svgz", "page.jpg", "photo.jpg\x00.svg"]
)
@pytest.mark.parametrize(
    "sent", [SVG, b"\xef\xbb\xbf<!doctype html>" + SCRIPT, SCRIPT, b"\n\n<?xml version='1.0'?>" + SVG]
)
def test_i10_a_drawing_or_a_page_is_never_taken(sent: bytes, name: str, manager: Caller, tmp_path: Path) -> None:
    assert told(manager.send(sent, name)) == (422, ["FILE_NOT_TAKEN"])
    assert on_disk(tmp_path) == []


def test_i10_a_document_that_is_a_page_too_is_something_to_save_and_never_shown(
    manager: Caller, chains: Chains, graphql: GraphQLCaller
) -> None:
    trainer = Caller(graphql, chains.a, "HQ_TRAINER")
    both = PDF[:9] + SCRIPT + PDF[9:]
    served = trainer.get(trainer.address(trainer.sent(both, "x.html", purpose="LESSON")))
    assert served.headers["Content-Type"] == "application/pdf" and served.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        served.headers["Content-Disposition"].startswith("attachment; ")
        and "html" not in served.headers["Content-Disposition"]
    )
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert told(trainer.send(SCRIPT + both, purpose="LESSON")) == (422, ["FILE_NOT_TAKEN"])


def test_i10_more_than_is_taken_is_refused_whatever_was_announced(manager: Caller, tmp_path: Path) -> None:
    too_much = photo() + bytes(MOST_BYTES)
    answer = manager.send(too_much)
    assert answer.status_code in (413, 422)
    token, mark = manager.client.cookies[installed.CSRF_COOKIE_NAME].value, "x" * 20
    head = {"Host": manager.chain.host, "Origin": f"https://{manager.chain.host}", "X-CSRFToken": token}
    for announced in ("", "-1", "abc", "0", "9" * 30):
        answer = manager.client.generic(
            "POST",
            "/files/",
            b"--x--",
            content_type=f"multipart/form-data; boundary={mark}",
            headers=head,
            secure=True,
            CONTENT_LENGTH=announced,
        )
        assert answer.status_code in (413, 415), (announced, answer.content)
    assert on_disk(tmp_path) == []


def test_i13_no_part_of_a_name_becomes_a_path_a_header_or_another_ending(
    manager: Caller, tmp_path: Path, chains: Chains
) -> None:
    names = (
        "..\\..\\windows\\system32\\x.jpg",
        "/etc/passwd",
        "....//....//x",
        "nul",
        "con.jpg",
        "a\r\nSet-Cookie: x=y.jpg",
        'a"; filename="b.html',
        "\u202egpj.exe",
        "~/.ssh/authorized_keys",
        "x.jpg::$DATA",
        "\u202etxt.jpg",
        "汤" * 255,
    )
    root = tmp_path / "media" / str(chains.a.chain.id)
    for number, name in enumerate(names):
        key = manager.sent(photo(colour=(20 * number, 0, 0)), name)
        served = manager.get(manager.address(key))
        assert served.status == 200 and "Set-Cookie" not in served.headers
        assert served.headers["Content-Disposition"] == f'inline; filename="{parse_global_id(key)[1]}.jpg"'
    with scope(chains.a.chain, system_actor()):
        kept = list(StoredFile.objects.values_list("name", "stored_as"))
    assert len(kept) == len(names)
    for name, stored_as in kept:
        assert name.endswith(".jpg") and len(name) <= 200 and not set(name) & set("/\\\r\n\x00\u202e\u202d"), name
        assert (root / stored_as).is_file() and set(stored_as) <= set("0123456789abcdef/")
    assert {path.parent.parent for path in on_disk(tmp_path)} == {root}


def test_t14_an_address_as_it_is_told_is_good_for_whom_it_was_told_alone(
    manager: Caller, chains: Chains, graphql: GraphQLCaller
) -> None:
    key = manager.sent(photo())
    with scope(chains.a.chain, system_actor()):
        StoredFile.objects.update(attached_at=timezone.now())
    address = manager.address(key)
    assert manager.status(address) == 200
    nothing = manager.get("/files/" + "0" * 32 + "-chain-9999999999-" + "0" * 64)
    others = [Caller(graphql, chains.a, who) for who in chains.a.people if who != "STORE_MANAGER"]
    rivals = [Caller(graphql, chains.b, who) for who in ("STORE_MANAGER", "HQ_ADMINISTRATOR")]
    for somebody in (*others, *rivals):
        for host in (chains.a.host, chains.b.host):
            found = somebody.get(address, host)
            assert (found.status, found.data) == (404, nothing.data), (somebody.who, host)
    for path in (address.upper(), f"{address}/", f"{address}?x=1#y", address.replace("/files/", "/files//")):
        assert manager.status(path) in (200, 404)
    # Somebody of the same store asks for an address of their own, and so they may; the other store is told nothing.
    assert Caller(graphql, chains.a, "SERVICE_STAFF").status(address) == 404
    theirs = Caller(graphql, chains.a, "SERVICE_STAFF")
    assert theirs.status(theirs.address(key)) == 200
    asked = {"s": global_id("Store", chains.a.store)}
    refused = graphql(chains.a, LIST, asked, as_="STORE_MANAGER_2")
    assert refused["data"] is None or refused["data"]["storedFiles"] is None


def test_t14_an_address_ends_with_its_time_its_file_and_its_person(
    manager: Caller, chains: Chains, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    key = manager.sent(photo())
    address, moment = manager.address(key), timezone.now()
    assert manager.status(address) == 200
    with monkeypatch.context() as later:
        over = moment + timedelta(seconds=settings.MEDIA_LINK_SECONDS + 1)
        later.setattr(timezone, "now", lambda: over)
        assert manager.status(address) == 404
    with scope(chains.a.chain, gate_actor()):
        User.objects.filter(pk=chains.a.people["STORE_MANAGER"]).update(is_active=False)
    assert manager.status(address) == 404
    with scope(chains.a.chain, gate_actor()):
        User.objects.filter(pk=chains.a.people["STORE_MANAGER"]).update(is_active=True)
    assert manager.status(address) == 200
    machine = system_actor()
    with scope(chains.a.chain, machine):
        # Nothing refers to it for a day.
        forget_unattached(actor=machine, now=moment + timedelta(hours=25))
    assert manager.status(address) == 404


def test_s02_a_file_for_a_store_that_is_not_ones_own_is_a_file_for_none(
    manager: Caller, chains: Chains, graphql: GraphQLCaller, tmp_path: Path
) -> None:
    for who in chains.a.people:
        sender = Caller(graphql, chains.a, who)
        sees_all = who in {"HQ_ADMINISTRATOR", "HQ_TRAINER", "QUALITY_OFFICER"}
        own = chains.a.other_store if who.endswith("_2") else chains.a.store
        others = {chains.a.store, chains.a.other_store, chains.b.store, chains.b.other_store} - {own}
        hidden = others - {chains.a.other_store} if sees_all else others
        missing = sender.send(photo(), store=global_id("Store", new_id()))
        assert told(missing)[0] == 422
        for store in hidden:
            found = sender.send(photo(), store=global_id("Store", store))
            assert (found.status_code, found.content) == (missing.status_code, missing.content), (who, store)
    assert on_disk(tmp_path) == []
    with scope(chains.a.chain, system_actor()):
        assert not StoredFile.objects.exists() and not Entry.objects.filter(kind="FILE_STORED").exists()


def test_s02_one_file_that_is_not_ones_own_among_others_attaches_nothing(
    manager: Caller, chains: Chains, graphql: GraphQLCaller, as_role: AsRole
) -> None:
    supervisor, now = as_role(chains.a, "AREA_SUPERVISOR"), timezone.now()
    inspection = scheduled(chains.a, published(chains.a, now), now)
    with scope(chains.a.chain, supervisor):
        start_inspection(actor=supervisor, inspection_id=inspection.id, now=now)
        item = items_of(inspection.template)[0]
    inspector = Caller(graphql, chains.a, "AREA_SUPERVISOR")
    own = inspector.sent(photo(colour="blue"))
    strange = {
        "nobody's": global_id("StoredFile", new_id()),
        "another person's": manager.sent(photo()),
        "another store's": Caller(graphql, chains.a, "STORE_MANAGER_2").sent(
            photo(), store=global_id("Store", chains.a.other_store)
        ),
        "another chain's": Caller(graphql, chains.b, "STORE_MANAGER").sent(photo()),
    }
    given = {
        "inspectionId": global_id("Inspection", inspection.id),
        "itemId": global_id("TemplateItem", item.id),
        "result": "MET",
    }
    answers = {}
    for whose, key in strange.items():
        sent = given | {"photoIds": [own, key]}
        answers[whose] = graphql.attempt(chains.a, "recordFinding", "__typename", sent, as_="AREA_SUPERVISOR")
        assert [error["code"] for error in answers[whose]["userErrors"]] == ["NOT_FOUND"], whose
        assert answers[whose] == answers["nobody's"]
    of_the_chain = Caller(graphql, chains.a, "HQ_TRAINER").sent(PDF, purpose="LESSON")
    sent = given | {"photoIds": [own, of_the_chain]}
    refused = graphql.attempt(chains.a, "recordFinding", "__typename", sent, as_="AREA_SUPERVISOR")
    assert [error["code"] for error in refused["userErrors"]] == ["BAD_ID"]
    with scope(chains.a.chain, system_actor()):
        assert not StoredFile.objects.filter(attached_at__isnull=False).exists()
        assert not InspectionFinding.objects.exists()
    done = graphql.attempt(chains.a, "recordFinding", "__typename", given | {"photoIds": [own]}, as_="AREA_SUPERVISOR")
    assert done["userErrors"] == []


def test_i08_what_is_said_in_names_and_notes_is_text_in_every_answer(
    manager: Caller, chains: Chains, graphql: GraphQLCaller
) -> None:
    """The name of a file is told as it was sent, but for what is no part of a name; JSON carries it, never a page."""
    for number, name in enumerate(
        ('"><img src=x onerror=alert(1)>.jpg', "{{7*7}}${7*7}.jpg", "javascript:alert(1).jpg")
    ):
        answer = manager.send(photo(colour=(0, 20 * number, 0)), name)
        assert answer["Content-Type"] == "application/json" and answer.status_code == 201
        shown = answer.json()["file"]["name"]
        assert shown == name.rpartition("/")[2]
        served = manager.get(manager.address(answer.json()["file"]["id"]))
        assert name not in str(served.headers) and "alert" not in str(served.headers)

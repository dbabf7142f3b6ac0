"""A caller of the API as the web app is one: a session cookie, a CSRF token, JSON over POST /graphql/."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from chains.actor import gate_actor
from chains.scope import scope
from members.models import User
from tests.factories.chains import FurnishedChain


class GraphQLCaller:
    """Posts documents as one of a chain's furnished people, as the bearer of a token, or as nobody.

    Every answer is searched for bytes of the rival chain (T23): its people's addresses, its name and its ids.
    """

    def __init__(self, rivals: tuple[FurnishedChain, FurnishedChain]) -> None:
        self._canaries = {rivals[0].host: canaries_of(rivals[1]), rivals[1].host: canaries_of(rivals[0])}

    def __call__(
        self,
        chain: FurnishedChain,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        as_: str | None = None,
        token: str | None = None,
        language: str = "en",
    ) -> dict[str, Any]:
        """Return the answer's JSON, whatever its status."""
        answer: dict[str, Any] = self.post(
            chain, {"query": document, "variables": variables or {}}, as_=as_, token=token, language=language
        ).json()
        return answer

    def attempt(
        self,
        chain: FurnishedChain,
        deed: str,
        wanted: str,
        given: dict[str, Any],
        *,
        as_: str | None = None,
        token: str | None = None,
        language: str = "en",
    ) -> Any:
        """Do a deed, refused or not, and return its payload: what is wanted, and `userErrors`."""
        document = deed_document(deed, wanted)
        answer = self(chain, document, {"input": given}, as_=as_, token=token, language=language)
        assert "errors" not in answer, answer
        return answer["data"][deed]

    def post(
        self,
        chain: FurnishedChain,
        body: object,
        *,
        as_: str | None = None,
        token: str | None = None,
        language: str = "en",
        host: str | None = None,
    ) -> HttpResponse:
        """Return the whole response to a JSON body."""
        client = self.signed_in(chain, as_) if as_ else Client(enforce_csrf_checks=True)
        headers = {"Host": host or chain.host, "Accept-Language": language, "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if as_:
            headers["X-CSRFToken"] = client.cookies[settings.CSRF_COOKIE_NAME].value
            headers["Origin"] = f"https://{host or chain.host}"
        # The server gives each request its language; what comes after it in the test is in the test's own.
        with translation.override(translation.get_language()):
            answer = client.post("/graphql/", data=body, content_type="application/json", headers=headers, secure=True)
        found = [canary for canary in self._canaries.get(headers["Host"], ()) if canary in answer.content]
        assert not found, f"the answer of {headers['Host']} holds bytes of the other chain: {found}"
        return answer

    def signed_in(self, chain: FurnishedChain, who: str) -> Client:
        """Return a client with a fresh session of this person, without going through the password."""
        client = Client(enforce_csrf_checks=True)
        with scope(chain.chain, gate_actor()):
            client.force_login(User.objects.get(pk=chain.people[who]))
        client.cookies[settings.CSRF_COOKIE_NAME] = "t" * 32
        return client


def deed_document(deed: str, wanted: str) -> str:
    """Return the mutation that does a deed with `$input` and selects what is wanted, and its refusals."""
    name = f"{deed[0].upper()}{deed[1:]}Input"
    told = f"{wanted} userErrors {{ code message field }}"
    return f"mutation Deed($input: {name}!) {{ {deed}(input: $input) {{ {told} }} }}"


def canaries_of(chain: FurnishedChain) -> list[bytes]:
    """Return what no other chain's answer may hold: plain, and as it stands in a global id."""
    ids = [chain.chain.id, chain.store, chain.other_store, chain.area, chain.other_area, *chain.people.values()]
    words = [chain.chain.name, chain.chain.schema_name, chain.email("X").partition("@")[2], *map(str, ids)]
    return [word.encode() for word in words]

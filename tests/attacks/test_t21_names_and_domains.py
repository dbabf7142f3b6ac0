"""T21: names that try to be more than names are refused when a chain is opened, and nothing is written."""

import pytest
from django.utils.timezone import now

from chains.actions import open_chain
from chains.actor import Actor, gate_actor, system_actor
from chains.models import Chain, Domain
from chains.rules import BadChainName, BadDomain, DomainReserved, DomainTaken, LookAlikeDomain
from chains.scope import scope_statements
from kit.refusals import NotPermitted, Refusal
from tests.conftest import Chains
from tests.factories.chains import operator_actor

PUBLIC = "onebanner.localhost"
WORSE_NAMES = ["pg_catalog", "public", 'a";drop schema b;--', "extensions", "x" * 64, "c_" + "0" * 20]
BAD_DOMAINS = [
    "", ".", "noodles", "localhost", "noodles.", ".noodles.example", "a..b", "-a.example", "a-.example", "a_b.example",
    "a b.example", "a.example:80", "http://a.example", "a@b.example", "*.example", "a,b.example", "127.0.0.1", "::1",
    "[::1]", "a\x00.example", "a\n.example", 'a";drop schema b;--.example', f"{'x' * 64}.example",
    ".".join(["x" * 60] * 5), "ab--cd.example", "xn--.example", "xn--a.example", "xn--noodles-.example", "a/b.example",
    "pg_x.example", "店" * 60 + ".example", "A．example.com:80",
]  # fmt: skip
LOOK_ALIKES = [
    "nооdles.example",  # Cyrillic о
    "аррӏе.example",  # wholly Cyrillic
    "ｎoodles.example",  # full width
    "noodles。example",  # an ideographic full stop
    "ﬁre.example",  # a ligature
    "noodles​.example",  # a zero-width space
    "nοodles.example",  # Greek omicron
    "ñoodles.example",
    "店noodles.example",  # two scripts in one label
    "⼀.example",  # a radical that looks like a character
    "xn--80ak6aa92e.example",  # the Cyrillic one, as it travels
    "ａ.onebanner.localhost",
    "\u202enoodles.example",
]
RESERVED = [
    PUBLIC,
    PUBLIC.upper(),
    f"www.{PUBLIC}",
    f"admin.{PUBLIC}",
    f"api.{PUBLIC}",
    f"pg.{PUBLIC}",
    f"a.b.{PUBLIC}",
]
BAD_CHAIN_NAMES = ["", " ", " Wok", "Wok ", "W\x00k", "W\nk", "x" * 121, "Wok\u202ekcart", "Wo\u200bk"]


def refusal_of(name: str = "Wok", domain: str = "wok.example", actor: Actor | None = None) -> type[Refusal] | None:
    rows = Chain.objects.count(), Domain.objects.count()
    try:
        open_chain(actor=actor or operator_actor(), name=name, domain=domain, now=now())
    except Refusal as refusal:
        assert refusal.text()
        assert (Chain.objects.count(), Domain.objects.count()) == rows
        return type(refusal)
    return None


@pytest.mark.parametrize("name", WORSE_NAMES)
def test_the_schemas_name_has_nothing_of_the_chains_name(chains: Chains, name: str) -> None:
    chain = open_chain(actor=operator_actor(), name=name, domain="wok.example", now=now())

    assert chain.name == name
    assert len(chain.schema_name) == 22
    assert name not in chain.schema_name
    assert scope_statements(schema=chain.schema_name, actor=system_actor())


@pytest.mark.parametrize("schema", [*WORSE_NAMES[:5], "C_" + "0" * 20, "c_" + "0" * 20 + "\n", "c_" + "g" * 20])
def test_no_door_opens_on_another_schemas_name(schema: str) -> None:
    with pytest.raises(ValueError, match="Not the schema of a chain"):
        scope_statements(schema=schema, actor=system_actor())


@pytest.mark.parametrize("domain", BAD_DOMAINS)
def test_what_is_no_host_name_is_refused(chains: Chains, domain: str) -> None:
    assert refusal_of(domain=domain) in (BadDomain, LookAlikeDomain)


@pytest.mark.parametrize("domain", LOOK_ALIKES)
def test_a_host_name_that_looks_like_another_is_refused(chains: Chains, domain: str) -> None:
    assert refusal_of(domain=domain) is LookAlikeDomain


@pytest.mark.parametrize("domain", RESERVED)
def test_the_installations_own_names_are_refused(chains: Chains, domain: str) -> None:
    assert refusal_of(domain=domain) is DomainReserved


@pytest.mark.parametrize("domain", ["a.onebanner.localhost", "A.OneBanner.localhost"])
def test_a_domain_is_given_once(chains: Chains, domain: str) -> None:
    assert refusal_of(domain=domain) is DomainTaken


@pytest.mark.parametrize("name", BAD_CHAIN_NAMES)
def test_a_name_with_nothing_to_see_or_something_hidden_is_refused(chains: Chains, name: str) -> None:
    assert refusal_of(name=name) is BadChainName


@pytest.mark.parametrize(
    ("given", "registered"),
    [
        ("Noodles.Example.com", "noodles.example.com"),
        ("noodles.onebanner.localhost", "noodles.onebanner.localhost"),
        ("金锅.example", "xn--5m4a26d.example"),
        ("xn--5m4a26d.example", "xn--5m4a26d.example"),
        ("24-7.example", "24-7.example"),
    ],
)
def test_an_honest_host_name_is_registered_in_the_form_that_browsers_send(
    chains: Chains, given: str, registered: str
) -> None:
    chain = open_chain(actor=operator_actor(), name="金锅 Wok", domain=given, now=now())

    assert [domain.domain for domain in chain.domains.all()] == [registered]


def test_only_operators_open_chains(chains: Chains) -> None:
    assert refusal_of(actor=gate_actor()) is NotPermitted

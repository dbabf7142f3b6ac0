"""A chain's life, and the names it may be reached by."""

import re
import unicodedata
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, ActorKind
from chains.models import ChainState
from kit.refusals import NotPermitted, Refusal

GRACE = timedelta(days=30)
UNFINISHED_AFTER = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(days=1)
LONGEST_NAME = 120
LONGEST_DOMAIN = 253

OPERATE_CHAINS = "OPERATE_CHAINS"
_OPERATORS_STEPS = {
    ChainState.ACTIVE: {ChainState.SUSPENDED, ChainState.CLOSING},
    ChainState.SUSPENDED: {ChainState.ACTIVE, ChainState.CLOSING},
    ChainState.CLOSING: {ChainState.ACTIVE},
}
_OWNERS_STEPS = {
    ChainState.PROVISIONING: {ChainState.ACTIVE, ChainState.CLOSED},
    ChainState.CLOSING: {ChainState.CLOSED},
}
HAVE_SCHEMA = (ChainState.ACTIVE, ChainState.SUSPENDED, ChainState.CLOSING)
READ_ONLY = (ChainState.SUSPENDED, ChainState.CLOSING)

# fmt: off
RESERVED_LABELS = frozenset({
    "about", "account", "accounts", "admin", "api", "app", "assets", "auth", "autoconfig", "autodiscover",
    "backup", "billing", "blog", "cdn", "chain", "chains", "dashboard", "demo", "docs", "ftp", "graphql", "help",
    "hq", "imap", "internal", "localhost", "login", "mail", "media", "metrics", "mx", "ns", "ns1", "ns2",
    "operator", "operators", "owner", "pg", "pop", "postgres", "public", "root", "security", "signup", "smtp",
    "sso", "static", "status", "store", "stores", "support", "test", "webhook", "webhooks", "webmail", "wpad",
    "www",
})
# fmt: on
_ASCII_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_ADDRESS = re.compile(r"[0-9.]+")


class ChainSuspended(Refusal):
    """The chain can be read but not changed."""

    message = _("This chain is suspended: everything can be read and exported, nothing can be changed.")


class ChainClosing(Refusal):
    """The chain is being closed: its data can be taken along, nothing can be changed."""

    message = _("This chain is being closed: its data can still be exported, nothing can be changed.")


class ChainCannotBecome(Refusal):
    """A chain does not go from its state to the one asked for."""

    message = _("A chain that is %(state)s can't become %(wanted)s.")


class BadChainName(Refusal):
    """A chain's name is empty, too long, or holds characters that can't be seen."""

    message = _("A chain's name has 1 to %(limit)s visible characters.")


class BadDomain(Refusal):
    """A text that is not a host name."""

    message = _("This is not a host name. Take letters, digits and hyphens, such as 'noodles.example.com'.")


class LookAlikeDomain(Refusal):
    """A host name that can be taken for another one."""

    message = _("This host name can be mistaken for another. Take plain letters a to z, or Chinese characters alone.")


class DomainReserved(Refusal):
    """A host name that the installation keeps for itself."""

    message = _("This host name is reserved.")


class DomainTaken(Refusal):
    """A host name under which a chain is already reached."""

    message = _("This host name is taken.")


def operator_must(actor: Actor) -> None:
    """Refuse with NotPermitted unless an operator of the installation, or the system itself, is acting."""
    if actor.kind not in (ActorKind.OPERATOR, ActorKind.SYSTEM):
        raise NotPermitted(permission=OPERATE_CHAINS)


def operators_may_turn(state: str, wanted: ChainState) -> None:
    """Refuse with ChainCannotBecome a step that operators do not take."""
    _must_be_next(_OPERATORS_STEPS, ChainState(state), wanted)


def owner_may_turn(state: str, wanted: ChainState) -> None:
    """Refuse with ChainCannotBecome a step in which no schema is made or dropped."""
    _must_be_next(_OWNERS_STEPS, ChainState(state), wanted)


def must_be_writable(state: str) -> None:
    """Refuse changes in a suspended or closing chain; reading and exporting go on."""
    if state == ChainState.SUSPENDED:
        raise ChainSuspended
    if state == ChainState.CLOSING:
        raise ChainClosing


def checked_name(name: str) -> str:
    """Return the chain's name in its normal form; refuse BadChainName."""
    normal = unicodedata.normalize("NFC", name)
    hidden = any(unicodedata.category(character)[0] in "CZ" and character != " " for character in normal)
    if hidden or normal != normal.strip() or not 1 <= len(normal) <= LONGEST_NAME:
        raise BadChainName(field="name", limit=LONGEST_NAME)
    return normal


def checked_domain(domain: str, *, public_host: str) -> str:
    """Return the host name as it is registered: lower case, Chinese labels in their ASCII form (corpus T21).

    Refuses BadDomain, LookAlikeDomain and DomainReserved.
    """
    lowered = domain.lower()
    labels = [_checked_label(label) for label in lowered.split(".")]
    registered = ".".join(labels)
    if len(labels) < 2 or len(registered) > LONGEST_DOMAIN or _ADDRESS.fullmatch(registered):
        raise BadDomain(field="domain")
    if registered == public_host:
        raise DomainReserved(field="domain")
    if registered.endswith(f".{public_host}"):
        inner = registered.removesuffix(f".{public_host}")
        if inner in RESERVED_LABELS or "." in inner:
            raise DomainReserved(field="domain")
    return registered


def _must_be_next(steps: dict[ChainState, set[ChainState]], state: ChainState, wanted: ChainState) -> None:
    if wanted not in steps.get(state, set()):
        raise ChainCannotBecome(state=state.label, wanted=wanted.label)


def _checked_label(label: str) -> str:
    if label.startswith("xn--"):
        return _checked_label(_decoded(label))
    if _ASCII_LABEL.fullmatch(label):
        # Two hyphens in third place announce an encoding, and the only one there is has been dealt with above.
        if label[2:4] == "--":
            raise BadDomain(field="domain")
        return label
    if label.isascii():
        raise BadDomain(field="domain")
    return _encoded(label)


def _encoded(label: str) -> str:
    # Scripts that share no letter with Latin can't be mixed up with it; Han is the only one that chains have asked for.
    if unicodedata.normalize("NFKC", label) != label or not all(_is_han_or_digit(character) for character in label):
        raise LookAlikeDomain(field="domain")
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        # Its encoded form is longer than a label may be.
        raise BadDomain(field="domain") from None


def _decoded(label: str) -> str:
    try:
        decoded = label.encode("ascii").decode("idna")
    except UnicodeError:
        raise BadDomain(field="domain") from None
    if decoded.isascii():
        raise BadDomain(field="domain")
    return decoded


def _is_han_or_digit(character: str) -> bool:
    return character in "0123456789" or unicodedata.name(character, "").startswith("CJK UNIFIED IDEOGRAPH")

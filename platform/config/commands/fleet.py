"""Look after the chains of this installation: open and close them, clear up, compare them with the blueprint."""

from argparse import ArgumentParser, Namespace

from django.utils.timezone import now

from chains.actor import Actor, ActorKind, Audience
from chains.blueprint import BlueprintMissing, this_blueprint
from chains.catalogue import strayed_chains
from chains.models import Chain
from chains.queries import all_chains, chain_at
from chains.reaper import reap
from chains.rules import GRACE
from config.commands.failure import CommandFailure
from kit.refusals import Refusal
from members.actions.founding import close_chain, found_chain, open_chain, resume_chain, suspend_chain


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    deeds = parser.add_subparsers(dest="deed", metavar="deed", required=True)
    deeds.add_parser("list", help="show every chain there ever was").set_defaults(do=_list)
    opened = deeds.add_parser("open", help="open a chain")
    opened.add_argument("name", help="the chain's name, such as 'Golden Wok'")
    opened.add_argument("domain", help="the host name it is reached under")
    opened.add_argument("founder", help="e-mail address of its first HQ administrator, who is invited")
    opened.add_argument("--currency", default="CNY", help="ISO code, such as CNY")
    opened.add_argument("--language", default="en", help="en, zh-hans or zh-hant")
    opened.set_defaults(do=_open)
    for name in _TURNS:
        turn = deeds.add_parser(name, help=f"{name} a chain")
        turn.add_argument("domain", help="a host name of the chain")
        turn.set_defaults(do=_turn)
    deeds.add_parser("reap", help="finish half-made chains, remove closed ones").set_defaults(do=_reap)
    deeds.add_parser("verify", help="compare every chain's schema with the blueprint").set_defaults(do=_verify)


def run(options: Namespace) -> int:
    """Do one deed; return 1 when something is not as it should be."""
    try:
        code: int = options.do(options)
    except Refusal as refusal:
        raise CommandFailure(refusal.text()) from refusal
    except BlueprintMissing as error:
        raise CommandFailure(str(error)) from error
    return code


_TURNS = {"suspend": suspend_chain, "resume": resume_chain, "close": close_chain}


def _operator() -> Actor:
    return Actor(kind=ActorKind.OPERATOR, id=None, audience=Audience.HQ)


def _list(_options: Namespace) -> int:
    for chain in all_chains():
        hosts = " ".join(domain.domain for domain in chain.domains.all())
        print(f"{chain.state:<13} {chain.schema_name}  {chain.name}  {hosts}")
    return 0


def _open(options: Namespace) -> int:
    # Before anything is entered: without a blueprint the chain would be there and could not be made.
    this_blueprint()
    chain = open_chain(
        actor=_operator(),
        name=options.name,
        domain=options.domain,
        founder_email=options.founder,
        currency=options.currency,
        language=options.language,
        now=now(),
    )
    found_chain(customer_id=chain.id, now=now())
    print(f"{chain.name} is open at {options.domain} ({chain.schema_name}).")
    return 0


def _turn(options: Namespace) -> int:
    chain = _found(options.domain)
    chain = _TURNS[options.deed](actor=_operator(), chain_id=chain.id, now=now())
    print(f"{chain.name}: {chain.get_state_display()}.")
    if options.deed == "close":
        print(f"It can be exported for {GRACE.days} days; then `onebanner fleet reap` removes it.")
    return 0


def _reap(_options: Namespace) -> int:
    reaped = reap(now=now())
    for said, chains in (("finished", reaped.finished), ("removed", reaped.removed), ("not made yet", reaped.failed)):
        for chain in chains:
            print(f"{chain.name} ({chain.schema_name}): {said}")
    for schema in reaped.strays:
        print(f"{schema}: belongs to no chain; it was left alone")
    return 1 if reaped.failed or reaped.strays else 0


def _verify(_options: Namespace) -> int:
    strayed = strayed_chains()
    for chain, differences in strayed.items():
        for line in differences:
            print(f"{chain.name} ({chain.schema_name}): {line}")
    return 1 if strayed else 0


def _found(domain: str) -> Chain:
    chain = chain_at(domain)
    if chain is None:
        raise CommandFailure(f"No chain is reached under {domain}.")
    return chain

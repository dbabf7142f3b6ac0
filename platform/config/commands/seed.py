"""Fill two chains to try things out with, and tell how to sign in."""

import subprocess
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.timezone import now

from accounts.actions import appoint_operator
from config.arguments import at_least_one, port_number
from config.commands.failure import CommandFailure
from config.commands.serve import DEFAULT_PORT
from config.seed.planting import DAYS, SeededChain, seed, seed_side_by_side
from config.seed.scripts import SCRIPTS

_OPERATOR = ("operator@onebanner.example", "Demo Operator")


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--port", type=port_number, default=DEFAULT_PORT, help="the port that addresses are printed with"
    )
    parser.add_argument("--days", type=at_least_one, default=DAYS, help="how many days of a past the chains get")
    parser.add_argument("--everybody", action="store_true", help="print every sign-in, not one for each role")
    parser.add_argument(
        "--only", choices=[script.label for script in SCRIPTS], help="fill one chain, and print nothing"
    )


def run(options: Namespace) -> int:
    """Plant what is not there yet; again it changes the operator's key alone, and where it prints everybody nothing."""
    moment = now()
    if options.only:
        seed(now=moment, days=options.days, labels=[options.only])
        return 0
    try:
        chains = seed_side_by_side(now=moment, days=options.days)
    except subprocess.CalledProcessError as failed:
        raise CommandFailure("A chain could not be filled; what stands above says why.") from failed
    if options.everybody:
        print("\n".join(sign_ins(chains, options.port, everybody=True)))
        return 0
    _operator, key = appoint_operator(email=_OPERATOR[0], name=_OPERATOR[1], now=moment)
    print("\n".join(sign_ins(chains, options.port, everybody=False)))
    print(f"Operators   http://{settings.ONEBANNER_PUBLIC_HOST}:{options.port}/graphiql   (opens and closes chains)")
    print(f'  header    {{"Authorization": "Bearer {key}"}}')
    print(f"\nEvery page's API is at /graphql/ of the same host. Letters are kept in {settings.EMAIL_FILE_PATH}.")
    print(
        f"Without a browser: curl --resolve {chains[0].host}:{options.port}:127.0.0.1 http://{chains[0].host}:{options.port}/"
    )
    return 0


def sign_ins(chains: Iterable[SeededChain], port: int, *, everybody: bool) -> Iterator[str]:
    """Yield the lines that tell how to sign in to each chain at this port, and how to see the others' sign-ins."""
    for chain in chains:
        yield from _sign_ins(chain, port, everybody=everybody)
        yield ""
    if not everybody:
        elsewhere = "" if port == DEFAULT_PORT else f" --port {port}"
        yield f"Everybody else's sign-in: onebanner seed --everybody{elsewhere}\n"


def _sign_ins(chain: SeededChain, port: int, *, everybody: bool) -> Iterator[str]:
    yield f"{chain.name}   http://{chain.host}:{port}/"
    for person in chain.people:
        if everybody or person.is_first:
            yield f"  {person.role.label:<20} {person.email:<44} {person.password}   {person.place_name}"

"""Fill two chains to try things out with, and tell how to sign in."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from django.conf import settings
from django.utils.timezone import now

from accounts.actions import appoint_operator
from config.arguments import port_number
from config.commands.serve import DEFAULT_PORT
from config.seed.planting import SeededChain, seed

_OPERATOR = ("operator@onebanner.example", "Demo Operator")


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--port", type=port_number, default=DEFAULT_PORT, help="the port that addresses are printed with"
    )


def run(options: Namespace) -> int:
    """Plant what is not there yet; running it again changes nothing but the operator's key."""
    moment = now()
    chains = seed(now=moment)
    _operator, key = appoint_operator(email=_OPERATOR[0], name=_OPERATOR[1], now=moment)
    for chain in chains:
        print("\n".join(_sign_ins(chain, options.port)), end="\n\n")
    print(f"Operators   http://{settings.ONEBANNER_PUBLIC_HOST}:{options.port}/graphiql   (opens and closes chains)")
    print(f'  header    {{"Authorization": "Bearer {key}"}}')
    print(f"\nEvery page's API is at /graphql/ of the same host. Letters are kept in {settings.EMAIL_FILE_PATH}.")
    print(
        f"Without a browser: curl --resolve {chains[0].host}:{options.port}:127.0.0.1 http://{chains[0].host}:{options.port}/"
    )
    return 0


def _sign_ins(chain: SeededChain, port: int) -> Iterator[str]:
    yield f"{chain.name}   http://{chain.host}:{port}/"
    for person in chain.people:
        yield f"  {person.role.label:<20} {person.email:<44} {person.password}   {person.store}"

"""Prepare the database server, its roles and the database, and write down how to reach them."""

from argparse import ArgumentParser, Namespace

from config import environment
from config.database import prepare
from kit.postgres.address import variant


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--throwaway", action="store_true", help="for tests: an embedded server that does not wait for the disk"
    )


def run(options: Namespace) -> int:
    """Make everything ready that is missing; running it again changes nothing."""
    urls = prepare(durable=not options.throwaway)
    print(f"Database ready: {variant(urls.login, password='')}")
    print(f"Settings are in {environment.state_folder() / 'environment.json'}.")
    for statement in urls.left_to_superuser:
        print(f"Before the first backup a superuser of the server has to run: {statement};")
    return 0

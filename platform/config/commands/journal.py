"""Examine chains' journals, or move them in front of a new database server's."""

import sys
from argparse import ArgumentParser, Namespace

from tqdm import tqdm

from chains.actor import system_actor
from chains.jobs import WORKED_ON
from chains.models import Chain
from chains.queries import chain_at
from chains.scope import scope
from config.commands.failure import CommandFailure
from journal.actions import rebase
from journal.models import Entry
from journal.queries import Examination, examine
from journal.rules import ForeignCluster


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    choice = parser.add_subparsers(dest="deed", metavar="deed", required=True)
    verify = choice.add_parser("verify", help="compare every entry with its seal; exit code 1 when one differs")
    verify.add_argument("--head", metavar="NUMBER:HASH", help="a head that was printed earlier and kept elsewhere")
    verify.set_defaults(handle=_verify)
    moved = choice.add_parser("rebase", help="after a restore to another database server, before the chain is served")
    moved.set_defaults(handle=_rebase)
    for deed in (verify, moved):
        deed.add_argument("--chain", metavar="HOST", help="the host of one chain; all chains when not given")


def run(options: Namespace) -> int:
    """Do it for one chain or all; 0 when everything is sound."""
    chains = _chosen(options.chain)
    if getattr(options, "head", None) and len(chains) != 1:
        raise CommandFailure("--head belongs to one chain: name it with --chain.")
    sound = [options.handle(chain, options) for chain in tqdm(chains, disable=len(chains) == 1, file=sys.stderr)]
    return 0 if all(sound) else 1


def _chosen(host: str | None) -> list[Chain]:
    if host is None:
        return list(Chain.objects.filter(state__in=WORKED_ON).order_by("name", "id"))
    chain = chain_at(host)
    if chain is None:
        raise CommandFailure(f"There is no chain at {host}.")
    return [chain]


def _verify(chain: Chain, options: Namespace) -> bool:
    try:
        with scope(chain, system_actor(), read_only=True):
            found = examine(head=options.head)
            place = _place(found)
    except ForeignCluster as error:
        print(f"{chain.name}: {error}")
        return False
    if found.broken is not None:
        print(f"{chain.name}: BROKEN at seal {found.broken.seal_number}: {place}")
        return False
    print(f"{chain.name}: sound. {found.sealed} entries sealed, {found.unsealed} not yet; head {found.head}")
    return True


def _place(found: Examination) -> str:
    if found.broken is None:
        return ""
    if found.broken.entry_id is None:
        return found.broken.fault.value
    entry = Entry.objects.filter(id=found.broken.entry_id).first()
    return f"{found.broken.fault.value} entry {found.broken.entry_id} ({entry or 'gone'})"


def _rebase(chain: Chain, _options: Namespace) -> bool:
    print(f"{chain.name}: {rebase(chain=chain)} entries moved.")
    return True

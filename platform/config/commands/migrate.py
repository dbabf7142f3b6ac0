"""Bring the shared tables and every chain to this release."""

from argparse import ArgumentParser, Namespace

from tqdm import tqdm

from chains.dump import DumpFailed
from chains.fleet import FleetBusy, bring_to_release
from chains.growth import ContractTooEarly, NotAtomic
from chains.models import ChainMigration
from config.commands.failure import CommandFailure


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--stopped", action="store_true", help="no server or worker is running: contracts may follow at once"
    )


def run(options: Namespace) -> int:
    """Migrate; return 0 when every chain is there and 1 when some are not; running it again goes on with those."""
    with tqdm(unit=" chains", delay=1, leave=False) as bar:

        def watch(outcome: ChainMigration) -> None:
            bar.update()
            if outcome.error:
                bar.write(f"{outcome.chain.name} ({outcome.chain.schema_name}): {outcome.error}")

        try:
            result = bring_to_release(watch=watch, stopped=options.stopped)
        except (FleetBusy, ContractTooEarly, NotAtomic) as error:
            raise CommandFailure(str(error)) from error
        except DumpFailed as error:
            raise CommandFailure(f"{error} Chains that are opened wait until this runs again and succeeds.") from error
    if result.done or result.failed:
        print(f"{len(result.done)} chains brought to this release, {len(result.failed)} failed.")
    return 1 if result.failed else 0

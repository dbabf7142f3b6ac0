"""Look at dead jobs and try one again."""

from argparse import ArgumentParser, Namespace

from chains.models import Chain, DeadLetter
from chains.worker import retry_dead
from config.arguments import at_least_one
from config.commands.failure import CommandFailure


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    choice = parser.add_subparsers(dest="deed", metavar="deed", required=True)
    dead = choice.add_parser("dead", help="list jobs that are not tried again by themselves, the newest first")
    dead.add_argument("--limit", type=at_least_one, default=50, help="how many at most")
    dead.set_defaults(handle=_dead)
    retry = choice.add_parser("retry", help="give a dead job one more attempt")
    retry.add_argument("job", type=int, metavar="ID", help="the job's number, as `dead` shows it")
    retry.set_defaults(handle=_retry)


def run(options: Namespace) -> int:
    """Do what was chosen."""
    code: int = options.handle(options)
    return code


def _dead(options: Namespace) -> int:
    letters = list(DeadLetter.objects.order_by("-died_at", "job_id")[: options.limit])
    names = dict(Chain.objects.filter(id__in=[letter.chain_id for letter in letters]).values_list("id", "name"))
    for letter in letters:
        chain = names.get(letter.chain_id, "no chain") if letter.chain_id else "no chain"
        died = letter.died_at.isoformat(timespec="seconds")
        print(f"{letter.job_id}  {died}  {chain}  {letter.task}  {letter.attempts} attempts  {letter.reason}")
    print(f"{len(letters)} of {DeadLetter.objects.count()} dead jobs.")
    return 0


def _retry(options: Namespace) -> int:
    if not retry_dead(options.job):
        raise CommandFailure(f"There is no dead job {options.job}.")
    print(f"Job {options.job} is in the queue again.")
    return 0

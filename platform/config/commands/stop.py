"""Stop what runs in the background: server, worker, database."""

from argparse import ArgumentParser, Namespace

from config import environment
from config.database import embedded_server
from kit import background


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options: there are none."""


def run(_options: Namespace) -> int:
    """Stop everything of this state folder, and say what was running."""
    folder = environment.state_folder()
    stopped = [name for name in ("demo", "serve", "work") if background.stop(folder, name)]
    if embedded_server().stop():
        stopped.append("database")
    print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0

"""Collect the texts for translation, and compile the translations; neither needs gettext's own programs."""

from argparse import ArgumentParser, Namespace

from config import environment
from config.catalogues import collect, compile_catalogues
from config.commands.failure import CommandFailure
from config.texts import apps, catalogues


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--collect", action="store_true", help="first take the texts of the code into the catalogues")


def run(options: Namespace) -> int:
    """Compile every catalogue whose compiled form is not of the same text, and say which."""
    checkout = environment.checkout()
    if options.collect:
        if checkout is None:
            raise CommandFailure("Texts are collected in a checkout of the source; this is an installed copy.")
        for app in apps(checkout):
            collect(app)
    compiled = compile_catalogues(catalogues(checkout))
    for file in compiled:
        print(f"Compiled {file}.")
    if not compiled:
        print("Every translation is compiled.")
    return 0

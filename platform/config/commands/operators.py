"""Make somebody an operator: whoever has a shell on the server, and nobody else, lets operators in."""

from argparse import ArgumentParser, Namespace

from django.utils.timezone import now

from accounts.actions import TOKEN_LASTS, appoint_operator
from config.commands.failure import CommandFailure
from kit.refusals import Refusal
from members.rules.particulars import email_of, name_of


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("email", help="the operator's e-mail address")
    parser.add_argument("name", help="what the operator is called, as chains read it in their journals")


def run(options: Namespace) -> int:
    """Appoint an operator, or renew the key of one; older keys of theirs are dead from now on."""
    try:
        operator, secret = appoint_operator(email=email_of(options.email), name=name_of(options.name), now=now())
    except Refusal as refusal:
        raise CommandFailure(refusal.text()) from refusal
    print(f"{operator.name} is an operator. The key for {TOKEN_LASTS.days} days, shown this once:\n{secret}")
    return 0

"""Whether the time of an answer tells who is a member (corpus A02): known and unknown addresses, in turn."""

import logging
from collections.abc import Callable
from statistics import median
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.utils.timezone import now

from chains.actor import gate_actor, system_actor
from chains.scope import scope
from members.actions.inviting import invite_member
from members.models import Password, User
from members.rules.permissions import Role
from members.rules.reach import Place
from tests.benchmarks.report import Report, duration, timed
from tests.factories.chains import PASSWORD, FurnishedChain, furnish, opened_chain, read_furnished
from tests.tenants.members.browser import Browser

ASKED = 200
AT_MOST_APART = 0.010


def measure_telling(report: Report) -> None:
    """Measure signing in, asking for a new password and inviting, for so many members and as many strangers."""
    # Hundreds of refusals are what is measured, not what to tell.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    host = f"asked{uuid4().hex[:8]}.onebanner.localhost"
    furnish(opened_chain("Asked", host))
    chain = read_furnished(host)
    known, unknown = _members(chain), [f"stranger{number}@asked.example" for number in range(ASKED)]
    addresses = iter(f"198.51.{number // 250}.{number % 250}" for number in range(10 * ASKED))

    def asking(path: str, **more: str) -> Callable[[str], float]:
        def ask(email: str) -> float:
            browser = Browser(chain, address=next(addresses))
            browser.send("GET", "/config")
            return timed(lambda: browser.post(path, email=email, **more))

        return ask

    def invite(email: str) -> float:
        machine = system_actor()
        with scope(chain.chain, machine):
            return timed(
                lambda: invite_member(actor=machine, email=email, role=Role.HQ_TRAINER, place=Place(), now=now())
            )

    questions = {
        "a wrong password": asking("/auth/login", password="not the password"),
        "a new password asked for": asking("/auth/password/request"),
        "an invitation": invite,
    }
    for title, ask in questions.items():
        times = [(ask(member), ask(stranger)) for member, stranger in zip(known, unknown, strict=True)]
        member, stranger = (median(column) for column in zip(*times, strict=True))
        report.table(f"{title}, median of {ASKED}", {"a member": member, "a stranger": stranger}, base="a stranger")
        report.goal(
            f"at most {duration(AT_MOST_APART)} apart: {duration(abs(member - stranger))}",
            met=abs(member - stranger) <= AT_MOST_APART,
        )


def _members(chain: FurnishedChain) -> list[str]:
    """Add so many members with a password as production keeps it; return their addresses."""
    hashed = make_password(PASSWORD)
    with scope(chain.chain, system_actor()):
        users = User.objects.bulk_create(
            User(email=f"member{number}@asked.example", name=f"Member {number}", joined_at=now())
            for number in range(ASKED)
        )
    with scope(chain.chain, gate_actor()):
        Password.objects.bulk_create(Password(user=user, hash=hashed) for user in users)
    return [user.email for user in users]

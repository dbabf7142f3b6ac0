"""Background doors: answers kept for repeated deeds are forgotten after a day."""

from datetime import datetime

from api.base.memory import KeptAnswers
from api.models import KeptAnswer
from chains.jobs import chain_task


@chain_task(name="api.forget_answers", every="41 * * * *")
def forget_answers(*, now: datetime) -> None:
    """Delete the answers that are over a day old."""
    KeptAnswers(KeptAnswer).forget(now=now)

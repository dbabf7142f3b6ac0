"""Background doors: answers kept for operators' repeated deeds are forgotten after a day."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from api.base.memory import KeptAnswers
from api.operators.models import OperatorsAnswer
from chains.jobs import QUEUE


@app.periodic(cron="43 * * * *", periodic_id="operators.forget_answers")
@app.task(name="operators.forget_answers", queue=QUEUE)
def forget_answers(timestamp: int) -> None:
    """Delete the answers that are over a day old."""
    KeptAnswers(OperatorsAnswer).forget(now=datetime.fromtimestamp(timestamp, UTC))

"""C04: two who begin the next version of a template at the same moment write the same draft."""

from collections.abc import Callable

from django.utils import timezone

from chains.actor import Actor
from chains.scope import scope
from inspections.actions.templates import draft_inspection_template
from inspections.models.templates import InspectionTemplate
from tests.factories.chains import FurnishedChain
from tests.factories.inspections import ITEMS, TITLES, published
from tests.franchise.complaints.test_c04_two_at_once import at_once

TIMES = 4


def test_whoever_begins_the_next_version_of_a_template_writes_the_one_draft(
    fresh_chain: FurnishedChain, as_role: Callable[..., Actor]
) -> None:
    officer, now = as_role(fresh_chain, "QUALITY_OFFICER"), timezone.now()
    first = published(fresh_chain, now)
    given = {"titles": TITLES, "items": ITEMS, "inspector_roles": ["AREA_SUPERVISOR"], "replaces_id": first.id}

    def draft() -> str:
        with scope(fresh_chain.chain, officer):
            return str(draft_inspection_template(actor=officer, now=now, **given).id)

    assert len(set(at_once([draft] * TIMES))) == 1
    with scope(fresh_chain.chain, officer):
        assert InspectionTemplate.objects.get(state="DRAFT").revision == TIMES

"""The demo's chains: planted once, whole, with somebody in every role and complaints at every stage."""

from django.utils import timezone

from api.gate.authenticate import actor_of
from chains.actor import gate_actor, system_actor
from chains.queries import chain_at
from chains.scope import scope
from complaints.models.complaints import Complaint, Stage
from config.seed.people import people_of
from config.seed.planting import SCRIPTS, seed
from journal.models import Entry
from members.models import User
from members.rules.permissions import Role
from standards.actions.measuring import measure_entry
from standards.models.rollouts import StoreStandard
from standards.models.verdicts import Verdict, VerdictState
from standards.rules.events import measurable_events


def test_the_demo_is_planted_in_one_go_and_planting_again_changes_nothing(installation: str) -> None:
    first = seed(now=timezone.now())
    again = seed(now=timezone.now())
    assert [each.is_new for each in first] == [True, True]
    assert [each.is_new for each in again] == [False, False]
    assert [each.people for each in again] == [each.people for each in first]
    for seeded, script in zip(again, SCRIPTS, strict=True):
        chain = chain_at(seeded.host)
        assert chain is not None
        assert {person.role for person in seeded.people} == set(Role)
        with scope(chain, gate_actor()):
            for person in seeded.people:
                user = User.objects.get(email=person.email)
                assert user.check_password(person.password)
                assert actor_of(user).grants
        machine = system_actor()
        with scope(chain, machine):
            assert User.objects.count() == len(people_of(script))
            stages = set(Complaint.objects.values_list("stage", flat=True))
            assert stages == {Stage.CLOSED, Stage.REWORK, Stage.CUSTOMER_TOLD, Stage.FILED}
            assert StoreStandard.objects.count() == len(script.stores)
            kinds = [event.kind for event in measurable_events()]
            for entry in Entry.objects.filter(kind__in=kinds).in_order():
                measure_entry(actor=machine, entry=entry, now=timezone.now())
            states = set(Verdict.objects.standing().values_list("state", flat=True))
            assert states >= {VerdictState.MET, VerdictState.MISSED}

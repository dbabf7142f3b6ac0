"""What each deed needs to be done once, where a made-up input on the rows of the own store is not enough."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from api.base.ids import global_id
from complaints.models import Complaint, Stage
from members.models import Deactivation, Invitation, User, Visit, VisitorKind
from members.signin.keys import invitation_secret
from standards.models.texts import Clause, Version, VersionState
from stores.models import StaffPosition, Store, StoreState
from tests.attacks.matrix.callers import NOBODY, Callers
from tests.attacks.matrix.conftest import World
from tests.factories.chains import PASSWORD

Given = dict[str, Any]
Prepare = Callable[[World, Callers], object]

TOMORROW = datetime.now(UTC) + timedelta(days=1)
_ON = TOMORROW.date().isoformat()
_NINE_TO_FIVE = {"opens": "09:00", "closes": "17:00"}
_TEXT = [{"language": "en", "text": "Every complaint is looked into on its day."}]
_DRAFT: Given = {
    "titles": _TEXT,
    "clauses": [{"number": "1", "texts": _TEXT, "rule": {"kind": "BY_INSPECTION"}}],
}
_CUSTOMER = {"phone": "+86 139 0000 0001", "email": "li@customer.example", "language": "zh-hans"}


def _nothing(_world: World, _callers: Callers) -> Given:
    return {}


@dataclass(frozen=True)
class Success:
    """Who does a deed, what they give beside what is made up, and what has to be so before.

    A field that is given as None is not given. `found` are those that depend on the rows.
    """

    who: str = "HQ_ADMINISTRATOR"
    given: Given = field(default_factory=dict)
    found: Callable[[World], Given] = lambda _world: {}
    prepare: Prepare = _nothing


def _row(world: World, thing: str) -> Any:
    return world.rows[world.a.host, world.a.store, thing]


def _version_is(state: VersionState) -> Prepare:
    return lambda world, _callers: Version.objects.filter(pk=_row(world, "Version").pk).update(state=state)


def _complaint_is(stage: Stage) -> Prepare:
    return lambda world, _callers: Complaint.objects.filter(pk=_row(world, "Complaint").pk).update(stage=stage)


def _version_has_a_clause(world: World, _callers: Callers) -> object:
    texts, version_id = {"en": "Be on time."}, _row(world, "StoreStandard").version_id
    return Clause.objects.create(version_id=version_id, position=1, number="1", texts=texts)


def _on_a_visit(_world: World, callers: Callers) -> object:
    visitor = callers.actor("VISITOR")
    assert visitor is not None
    return Visit.objects.create(
        id=visitor.token_id,
        visitor_kind=VisitorKind.OPERATOR,
        visitor_id=visitor.id,
        visitor_name="Olga",
        reason="A call",
        began_at=TOMORROW - timedelta(days=1),
        ends_at=TOMORROW,
    )


def _invitation_holds(world: World, _callers: Callers) -> object:
    return Invitation.objects.filter(pk=_row(world, "Invitation").pk).update(expires_at=TOMORROW)


def _member_is_out(world: World, _callers: Callers) -> object:
    member = _row(world, "Member")
    User.objects.filter(pk=member.pk).update(is_active=False)
    return Deactivation.objects.create(user_id=member.pk, began_at=TOMORROW - timedelta(days=2))


def _version_in_force(world: World) -> Given:
    return {"versionId": global_id("Version", _row(world, "StoreStandard").version_id)}


_PLACE = {"areaId": None, "role": "SERVICE_SUPERVISOR"}

SUCCESSES: dict[str, Success] = {
    "draftStandard": Success(given=_DRAFT),
    "reviseStandard": Success(given=_DRAFT),
    "submitStandard": Success(prepare=_version_is(VersionState.DRAFT)),
    "approveStandard": Success(prepare=_version_is(VersionState.SUBMITTED)),
    "seeStandard": Success(who="SERVICE_STAFF", found=_version_in_force),
    "acknowledgeStandard": Success(
        who="SERVICE_STAFF",
        given={"clauseNumbers": None},
        found=_version_in_force,
        prepare=_version_has_a_clause,
    ),
    "assignPosition": Success(
        prepare=lambda world, _: StaffPosition.objects.filter(store_id=world.a.store).update(withdrawn_at=TOMORROW)
    ),
    "correctOwnParticulars": Success(given={"language": "zh-hant"}),
    "createAccessToken": Success(given={"expiresAt": TOMORROW.isoformat()}),
    "endVisit": Success(who="VISITOR", prepare=_on_a_visit),
    "inviteMember": Success(given={**_PLACE, "email": "new@member.example", "language": "en"}),
    "acceptInvitation": Success(
        who=NOBODY,
        given={"name": "Li", "password": PASSWORD},
        found=lambda world: {"token": invitation_secret(_row(world, "Invitation").pk)},
        prepare=_invitation_holds,
    ),
    "setOpeningHours": Success(given={"validFrom": _ON, "days": [{"weekday": "MONDAY", "intervals": [_NINE_TO_FIVE]}]}),
    "setHolidays": Success(
        given={
            "firstOn": _ON,
            "lastOn": _ON,
            "days": [{"observedOn": _ON, "name": "Feast", "intervals": [_NINE_TO_FIVE]}],
        }
    ),
    "registerCustomer": Success(given=_CUSTOMER),
    "fileComplaint": Success(
        given={
            "receivedAt": None,
            **{f"customer{name[0].upper()}{name[1:]}": value for name, value in _CUSTOMER.items()},
        }
    ),
    "recordInvestigation": Success(prepare=_complaint_is(Stage.ACCEPTED)),
    "planResolution": Success(given={"expectedAt": TOMORROW.isoformat()}, prepare=_complaint_is(Stage.INVESTIGATED)),
    "tellCustomer": Success(prepare=_complaint_is(Stage.PLANNED)),
    "recordOutcome": Success(prepare=_complaint_is(Stage.CUSTOMER_TOLD)),
    "closeComplaint": Success(prepare=_complaint_is(Stage.SETTLED)),
    "openStore": Success(given={"code": "NEW-1", "timeZone": "Asia/Shanghai", "currency": "CNY"}),
    "correctStore": Success(given={"code": "NEW-1", "timeZone": "Asia/Shanghai", "currency": "CNY"}),
    "moveStore": Success(given={"areaId": None}),
    "reopenStore": Success(
        prepare=lambda world, _: Store.objects.filter(pk=world.a.store).update(state=StoreState.CLOSED)
    ),
    "assignRole": Success(given=_PLACE),
    "reactivateMember": Success(prepare=_member_is_out),
}

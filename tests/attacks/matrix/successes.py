"""What each deed needs to be done once, where a made-up input on the rows of the own store is not enough."""

from datetime import timedelta
from typing import Any

from django.db.models import F

from api.base.ids import global_id
from complaints.models.complaints import Complaint, Stage
from complaints.models.referring import ComplaintPause
from customers.models import Consent, Customer
from feedback.models.surveys import Survey
from inquiries.models.inquiries import Inquiry, InquiryState, Shift
from inquiries.models.messages import ReplyPromise
from kit.ids import new_id
from members.models import Deactivation, Invitation, User, Visit, VisitorKind
from members.signin.keys import invitation_secret
from orders.models.orders import Order
from orders.models.products import Product
from orders.models.refunds import RefundState
from standards.models.local import LocalClause
from standards.models.rollouts import Rollout, RolloutPause, RolloutWave, StoreStandard
from standards.models.texts import Clause, Version, VersionState
from standards.models.waivers import Waiver
from stores.models import StaffPosition, Store, StoreEquipment, StoreState
from tests.attacks.matrix.callers import NOBODY, Callers
from tests.attacks.matrix.conftest import World
from tests.attacks.matrix.inspecting import INSPECTING
from tests.attacks.matrix.looping import LOOPING
from tests.attacks.matrix.success import TOMORROW, Given, Prepare, Success, row_of
from tests.attacks.matrix.training import TRAINING_FOUND, TRAINING_GIVEN, plan_is_approved
from tests.factories.chains import PASSWORD
from tests.factories.feedback import opened_by_link
from visits.models.points import VisitPoint
from visits.models.visits import ReturnVisit

_ON = TOMORROW.date().isoformat()
_NINE_TO_FIVE = {"opens": "09:00", "closes": "17:00"}
_TEXT = [{"language": "en", "text": "Every complaint is looked into on its day."}]
_DRAFT: Given = {
    "titles": _TEXT,
    "clauses": [{"number": "1", "texts": _TEXT, "rule": {"kind": "BY_INSPECTION"}}],
}
_CUSTOMER = {"phone": "+86 139 0000 0001", "email": "li@customer.example", "language": "zh-hans"}


def _version_is(state: VersionState) -> Prepare:
    return lambda world, _callers: Version.objects.filter(pk=row_of(world, "Version").pk).update(state=state)


def _complaint_is(stage: Stage, **values: Any) -> Prepare:
    values["stage"] = stage
    return lambda world, _callers: Complaint.objects.filter(pk=row_of(world, "Complaint").pk).update(**values)


def _complaint_waits(world: World, _callers: Callers) -> object:
    complaint = row_of(world, "Complaint")
    Complaint.objects.filter(pk=complaint.pk).update(pause_reason="WAITING_FOR_CUSTOMER")
    since = {"round": 1, "done_at": TOMORROW - timedelta(days=2)}
    return ComplaintPause.objects.create(
        store_id=world.a.store, complaint=complaint, reason="WAITING_FOR_CUSTOMER", **since
    )


def _inquiry_is(state: InquiryState) -> Prepare:
    def prepare(world: World, _callers: Callers) -> object:
        inquiry = row_of(world, "Inquiry")
        ReplyPromise.objects.filter(inquiry=inquiry).update(kept_in_id=F("made_in_id"), kept_at=F("made_at"))
        return Inquiry.objects.filter(pk=inquiry.pk).update(state=state, unanswered_since=None)

    return prepare


def _visit_stands(state: str, *, point: str = "OPEN") -> Prepare:
    def prepare(world: World, _callers: Callers) -> object:
        visit = row_of(world, "ReturnVisit")
        VisitPoint.objects.filter(visit=visit).update(state=point)
        made = {"made_at": TOMORROW - timedelta(days=2), "is_reached": True, "is_satisfied": True}
        return ReturnVisit.objects.filter(pk=visit.pk).update(state=state, **made)

    return prepare


def _may_be_asked(world: World, callers: Callers) -> object:
    """Let an inquiry of the own store have ended, whose customer agreed to be asked and was not asked before."""
    Survey.objects.filter(store_id=world.a.store).update(
        sent_at=TOMORROW - timedelta(days=99), matter_id=new_id(), expires_at=TOMORROW
    )
    customer_id = row_of(world, "Inquiry").customer_id
    Customer.objects.filter(pk=customer_id).update(kept_as_id=None, erased_at=None)
    given = {"purpose": "SERVICE_CALLS", "proof": "Said so", "given_at": TOMORROW - timedelta(days=1)}
    Consent.objects.filter(customer_id=customer_id).update(withdrawn_at=TOMORROW - timedelta(days=2))
    Consent.objects.create(store_id=world.a.store, customer_id=customer_id, **given)
    return _inquiry_is(InquiryState.CLOSED)(world, callers)


def _survey_link(world: World) -> Given:
    # One of its own: the row of the matrix has a rating already.
    survey = Survey.objects.get(pk=row_of(world, "Survey").pk)
    survey.pk, survey.matter_id, survey.expires_at = new_id(), new_id(), TOMORROW
    survey.save(force_insert=True)
    return {"token": opened_by_link(survey, TOMORROW - timedelta(days=1))}


def _on_the_desk(world: World, _callers: Callers) -> object:
    who = world.a.people["HQ_ADMINISTRATOR"]
    since = TOMORROW - timedelta(days=2)
    return Shift.objects.create(store_id=world.a.store, member_id=who, began_at=since, ends_at=TOMORROW)


def _version_has_a_clause(world: World, _callers: Callers) -> object:
    here = row_of(world, "StoreStandard")
    texts, version_id = {"en": "Be on time."}, here.version_id
    # Rows are made up each by itself: this one's standard is another one than its version's, and so is its rollout's.
    standard_id = Version.objects.get(pk=version_id).standard_id
    StoreStandard.objects.filter(pk=here.pk).update(standard_id=standard_id)
    Rollout.objects.create(version_id=version_id, done_at=TOMORROW)
    return Clause.objects.create(version_id=version_id, position=1, number="1", texts=texts)


def _version_has_a_rule(world: World, _callers: Callers) -> object:
    texts, version_id = {"en": "Never complain."}, row_of(world, "Version").pk
    rule = {"kind": "NEVER", "event": "COMPLAINT_FILED"}
    given = {"position": 99, "texts": texts, "rule": rule}
    return Clause.objects.get_or_create(version_id=version_id, number="99", defaults=given)


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
    return Invitation.objects.filter(pk=row_of(world, "Invitation").pk).update(expires_at=TOMORROW)


def _member_is_out(world: World, _callers: Callers) -> object:
    member = row_of(world, "Member")
    User.objects.filter(pk=member.pk).update(is_active=False)
    return Deactivation.objects.create(user_id=member.pk, began_at=TOMORROW - timedelta(days=2))


def _clause_in_force(world: World) -> Given:
    # One of its own each time, that nobody has waived yet.
    texts, version_id = {"en": "Be on time."}, row_of(world, "StoreStandard").version_id
    place = 100 + Clause.objects.filter(version_id=version_id).count()
    clause = Clause.objects.create(version_id=version_id, position=place, number=str(place), texts=texts)
    return {"clauseId": global_id("Clause", clause.pk)}


def _version_in_force(world: World) -> Given:
    return {"versionId": global_id("Version", row_of(world, "StoreStandard").version_id)}


def _rollout_has_a_wave(world: World, _callers: Callers) -> object:
    rollout = row_of(world, "Rollout")
    RolloutPause.objects.filter(rollout=rollout, resumed_at=None).update(resumed_at=TOMORROW)
    given = {"starts_at": TOMORROW, "share": 100}
    return RolloutWave.objects.update_or_create(rollout=rollout, position=999, defaults=given)


def _rollout_is_paused(world: World, callers: Callers) -> object:
    _rollout_has_a_wave(world, callers)
    paused_at = TOMORROW - timedelta(days=2)
    return RolloutPause.objects.create(rollout=row_of(world, "Rollout"), paused_at=paused_at)


def _stores_may_add(world: World, _callers: Callers) -> object:
    LocalClause.objects.filter(store_id=world.a.store, ended_at=None).update(ended_at=TOMORROW)
    # A rollout of its own: what was pushed is never changed.
    rollout = Rollout.objects.create(
        version_id=row_of(world, "StoreStandard").version_id, done_at=TOMORROW, allows_local_clauses=True
    )
    return StoreStandard.objects.filter(pk=row_of(world, "StoreStandard").pk).update(rollout=rollout)


def _second_customer(world: World) -> str:
    moment = TOMORROW - timedelta(days=2)
    number = 99 + Customer.objects.count()
    given = {"number": number, "name": "Twin", "phone": "1", "language": "en", "registered_at": moment}
    return global_id("Customer", Customer.objects.create(store_id=world.a.store, **given).pk)


def _merged_customer(world: World) -> Given:
    merged = row_of(world, "Merge")
    Customer.objects.filter(pk=merged.merged_id).update(kept_as_id=merged.kept_id)
    return {"customerId": global_id("Customer", merged.merged_id)}


_CUSTOMER_CLASS = {
    "code": "GOLD",
    "name": "Gold",
    "minPurchases": 5,
    "minAmount": {"amountMinor": 100, "currency": "CNY"},
    "withinDays": 365,
    "planOfCare": "A call each month.",
    "contactEveryDays": 30,
}
_PLACE = {"areaId": None, "role": "SERVICE_SUPERVISOR"}

_PAID: Given = {"total_minor": 10**6, "paid_minor": 10**6}
_NAMES = [{"language": "en", "text": "Noodles"}]


def _order_is(**values: Any) -> Prepare:
    return lambda world, _callers: Order.objects.filter(pk=row_of(world, "Order").pk).update(**values)


def _with_its_order(thing: str, order: Given, **values: Any) -> Prepare:
    def prepare(world: World, _callers: Callers) -> None:
        row = row_of(world, thing)
        type(row).objects.filter(pk=row.pk).update(**values)
        Order.objects.filter(pk=row.order_id).update(**order)

    return prepare


def _refund_is(state: RefundState, **values: Any) -> Prepare:
    granted = {**_PAID, "refund_granted_minor": 100, "currency": "CNY"}
    return _with_its_order("Refund", granted, state=state, amount_minor=100, currency="CNY", **values)


def _on_sale(world: World, _callers: Callers) -> object:
    return Product.objects.filter(pk=row_of(world, "Product").pk).update(currency="CNY")


def _one_product(world: World) -> Given:
    return {"lines": [{"code": row_of(world, "Product").code, "quantity": 1}]}


def _tracked(world: World) -> Given:
    shipment = row_of(world, "Shipment")
    return {"carrier": shipment.carrier, "trackingNumber": shipment.tracking_number}


_DONE = TOMORROW - timedelta(days=2)
_POINT = {"said": "The bill was wrong.", "answer": "Two yuan come back."}
_VISIT_RULE = {"kind": "PURCHASE", "isOn": False, "withinDays": 1, "consent": "GIVEN"}

_REMEDY = {"kind": "REFUND", "amount": {"amountMinor": 100, "currency": "CNY"}}

SUCCESSES: dict[str, Success] = {
    **INSPECTING,
    **LOOPING,
    "defineProduct": Success(given={"names": _NAMES, "currency": "CNY"}),
    "redefineProduct": Success(given={"names": _NAMES}),
    "placeOrder": Success(given={"phone": None}, found=_one_product, prepare=_on_sale),
    "importOrders": Success(given={"source": "TILL"}),
    "recordPayment": Success(prepare=_order_is(total_minor=10**6)),
    "requestOrderChange": Success(given={"phone": "+86 139 0000 0001"}),
    "confirmOrderChange": Success(prepare=_with_its_order("OrderChange", {"has_open_change": True})),
    "declineOrderChange": Success(prepare=_with_its_order("OrderChange", {"has_open_change": True})),
    "grantRefund": Success(prepare=_order_is(**_PAID)),
    "approveRefund": Success(prepare=_refund_is(RefundState.GRANTED)),
    "declineRefund": Success(prepare=_refund_is(RefundState.GRANTED)),
    "executeRefund": Success(given={"expectedOn": _ON}, prepare=_refund_is(RefundState.APPROVED, decided_at=_DONE)),
    "reportRefund": Success(
        prepare=_refund_is(RefundState.EXECUTED, decided_at=_DONE, executed_at=_DONE, method="CARD")
    ),
    "shipLines": Success(given={"expectedAt": TOMORROW.isoformat()}),
    "recordShipmentEvent": Success(found=_tracked),
    "raiseShipmentException": Success(given={"kind": "LOST"}),
    "reportDamage": Success(prepare=_order_is(fulfilment_state="SHIPPED")),
    "draftStandard": Success(given=_DRAFT),
    "keepJourneySteps": Success(given={"steps": [{"code": "ARRIVAL", "names": _TEXT, "matters": True}]}),
    "reviseStandard": Success(given=_DRAFT),
    "replayStandard": Success(
        given={"firstOn": _ON, "lastOn": _ON, "againstId": None},
        prepare=_version_has_a_rule,
    ),
    "pushStandard": Success(
        given={"areaIds": None, "storeKinds": None, "effectiveAt": None, "waves": None, "stopRule": None}
    ),
    "pauseRollout": Success(prepare=_rollout_has_a_wave),
    "cancelRollout": Success(prepare=_rollout_has_a_wave),
    "resumeRollout": Success(prepare=_rollout_is_paused),
    "submitStandard": Success(prepare=_version_is(VersionState.DRAFT)),
    "approveStandard": Success(prepare=_version_is(VersionState.SUBMITTED)),
    "returnStandard": Success(prepare=_version_is(VersionState.SUBMITTED)),
    "seeStandard": Success(who="SERVICE_STAFF", found=_version_in_force),
    "acknowledgeStandard": Success(
        who="SERVICE_STAFF",
        given={"clauseNumbers": None},
        found=_version_in_force,
        prepare=_version_has_a_clause,
    ),
    "addLocalClause": Success(given={"texts": _TEXT}, found=_version_in_force, prepare=_stores_may_add),
    "endLocalClause": Success(
        prepare=lambda world, _: LocalClause.objects.filter(pk=row_of(world, "LocalClause").pk).update(ended_at=None)
    ),
    "waiveClause": Success(given={"until": TOMORROW.isoformat()}, found=_clause_in_force),
    "endWaiver": Success(
        prepare=lambda world, _: Waiver.objects.filter(pk=row_of(world, "Waiver").pk).update(until=TOMORROW)
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
        found=lambda world: {"token": invitation_secret(row_of(world, "Invitation").pk)},
        prepare=_invitation_holds,
    ),
    "recordEquipment": Success(given={"code": "GRILL"}),
    "removeEquipment": Success(
        prepare=lambda world, _callers: StoreEquipment.objects.filter(store_id=world.a.store).update(removed_at=None),
    ),
    "setOpeningHours": Success(given={"validFrom": _ON, "days": [{"weekday": "MONDAY", "intervals": [_NINE_TO_FIVE]}]}),
    "setHolidays": Success(
        given={
            "firstOn": _ON,
            "lastOn": _ON,
            "days": [{"observedOn": _ON, "name": "Feast", "intervals": [_NINE_TO_FIVE]}],
        }
    ),
    "registerCustomer": Success(given={**_CUSTOMER, "birthday": "05-17"}),
    "correctCustomer": Success(given={**_CUSTOMER, "birthday": "05-17"}),
    "mergeCustomers": Success(found=lambda world: {"mergedId": _second_customer(world)}),
    "unmergeCustomers": Success(found=_merged_customer),
    "recordPurchase": Success(given={"amount": {"amountMinor": 100, "currency": "CNY"}}),
    "setCustomerClasses": Success(given={"classes": [_CUSTOMER_CLASS]}),
    "placeLegalHold": Success(found=lambda world: {"customerId": _second_customer(world)}),
    "liftLegalHold": Success(
        prepare=lambda world, _: Customer.objects.filter(pk=row_of(world, "Customer").pk).update(held_at=TOMORROW)
    ),
    "eraseCustomer": Success(found=lambda world: {"customerId": _second_customer(world)}),
    "greetCustomer": Success(given={"occasion": "CARE", "dueOn": None}),
    "recordConsent": Success(given={"purpose": "MARKETING"}),
    "withdrawConsent": Success(given={"purpose": "SERVICE_CALLS"}),
    "fileComplaint": Success(
        given={
            "receivedAt": None,
            "customerId": None,
            "remedies": [_REMEDY],
            **{f"customer{name[0].upper()}{name[1:]}": value for name, value in _CUSTOMER.items()},
        }
    ),
    "recordInvestigation": Success(prepare=_complaint_is(Stage.ACCEPTED)),
    "planResolution": Success(
        given={"expectedAt": TOMORROW.isoformat(), "remedies": [_REMEDY]}, prepare=_complaint_is(Stage.INVESTIGATED)
    ),
    "tellCustomer": Success(prepare=_complaint_is(Stage.PLANNED)),
    "agreeResolution": Success(prepare=_complaint_is(Stage.CUSTOMER_TOLD)),
    "recordOutcome": Success(given={"remedies": [_REMEDY]}, prepare=_complaint_is(Stage.CUSTOMER_TOLD)),
    "referComplaint": Success(
        given={"toLevel": None, "answerBy": TOMORROW.isoformat()}, prepare=_complaint_is(Stage.ACCEPTED)
    ),
    "answerReferral": Success(prepare=_complaint_is(Stage.ACCEPTED, open_referrals=1)),
    "escalateComplaint": Success(given={"toLevel": None}),
    "handOverComplaint": Success(
        found=lambda world: {"ownerId": global_id("Member", world.a.people["SERVICE_SUPERVISOR"])}
    ),
    "resumeComplaint": Success(prepare=_complaint_waits),
    "decideFinally": Success(prepare=_complaint_is(Stage.REWORK, round=3, refused_in_round=2)),
    "closeComplaint": Success(prepare=_complaint_is(Stage.SETTLED)),
    "reworkComplaint": Success(prepare=_complaint_is(Stage.SETTLED)),
    "setEscalationTimes": Success(given={"times": [{"level": "STORE_STAFF", "severity": "GRAVE", "seconds": 3600}]}),
    "printClosingForm": Success(prepare=_complaint_is(Stage.CLOSED)),
    "planReturnVisit": Success(given={"happenedAt": None}),
    "handOverReturnVisit": Success(
        found=lambda world: {"ownerId": global_id("Member", world.a.people["STORE_MANAGER"])}
    ),
    "recordVisitAttempt": Success(given={"callBackAt": None, "giveUp": False}),
    "recordReturnVisit": Success(given={"points": [_POINT]}),
    "decideVisitPoint": Success(prepare=_visit_stands("TALKED")),
    "promiseVisitAnswer": Success(given={"promisedUntil": TOMORROW.isoformat()}, prepare=_visit_stands("TALKED")),
    "answerVisitPoint": Success(prepare=_visit_stands("TALKED", point="DECIDED")),
    "signReturnVisit": Success(prepare=_visit_stands("SETTLED")),
    "setVisitRules": Success(given={"rules": [_VISIT_RULE], "expectedVersion": None}),
    "openInquiry": Success(
        given={
            "receivedAt": None,
            "answeredAt": None,
            "customerId": None,
            **{f"customer{name[0].upper()}{name[1:]}": value for name, value in _CUSTOMER.items()},
        }
    ),
    # What was said long ago is late at once, which costs more.
    "recordCustomerMessage": Success(given={"saidAt": None}),
    "adviseCustomer": Success(given={"plannedOn": None}),
    "promiseReply": Success(given={"promisedUntil": TOMORROW.isoformat()}),
    "closeInquiry": Success(prepare=_inquiry_is(InquiryState.ANSWERED)),
    "reopenInquiry": Success(prepare=_inquiry_is(InquiryState.CLOSED)),
    "endShift": Success(prepare=_on_the_desk),
    "setPhraseNorm": Success(given={"language": "en"}),
    "keepStandardAnswer": Success(given={"language": "en"}),
    "sendSurvey": Success(given={"complaintId": None, "orderId": None}, prepare=_may_be_asked),
    "answerSurvey": Success(who=NOBODY, given={"ratings": [{"question": "OVERALL", "score": 4}]}, found=_survey_link),
    "setSurveyPolicy": Success(given={"questions": ["OVERALL"]}),
    "openStore": Success(given={"code": "NEW-1", "timeZone": "Asia/Shanghai", "currency": "CNY"}),
    "correctStore": Success(given={"code": "NEW-1", "timeZone": "Asia/Shanghai", "currency": "CNY"}),
    "moveStore": Success(given={"areaId": None}),
    "reopenStore": Success(
        prepare=lambda world, _: Store.objects.filter(pk=world.a.store).update(state=StoreState.CLOSED)
    ),
    "assignRole": Success(given=_PLACE),
    "reactivateMember": Success(prepare=_member_is_out),
    "completeLesson": Success(who="SERVICE_STAFF", found=TRAINING_FOUND["completeLesson"]),
    "submitQuiz": Success(who="SERVICE_STAFF", found=TRAINING_FOUND["submitQuiz"]),
    "carryOutTrainingPlan": Success(prepare=plan_is_approved),
    **{
        name: Success(given=TRAINING_GIVEN.get(name, {}), found=TRAINING_FOUND.get(name, lambda _world: {}))
        for name in (TRAINING_GIVEN.keys() | TRAINING_FOUND.keys()) - {"completeLesson", "submitQuiz"}
    },
}

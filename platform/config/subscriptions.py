"""Which kinds of journal entries become jobs of which task: read by the relay, written by whoever adds a consumer."""

from clocks.rules.happenings import Happening as ClockHappening
from complaints import tasks as complaints
from complaints.rules.happenings import Happening as ComplaintHappening
from customers import tasks as customers
from customers.rules.happenings import Happening as CustomerHappening
from feedback import tasks as feedback
from feedback.rules.happenings import CLOSING, REOPENING
from feedback.rules.happenings import Happening as FeedbackHappening
from inquiries import tasks as inquiries
from inquiries.rules.happenings import Happening as InquiryHappening
from inspections import tasks as inspections
from inspections.rules.happenings import Happening as InspectionHappening
from journal.actions import Subscription
from loops import tasks as loops
from loops.rules.happenings import OPENING
from members import tasks as members
from members.letters import ADDRESS_NOTICES, NOTICES
from members.rules.happenings import Happening
from orders import tasks as orders
from orders.rules.happenings import Happening as OrderHappening
from standards import tasks as standards
from standards.rules.events import measurable_events
from standards.rules.happenings import Happening as StandardHappening
from stores.rules.happenings import Happening as StoreHappening
from stores.rules.history import CALENDAR_CHANGES
from training import tasks as training
from training.rules.happenings import Happening as TrainingHappening
from visits import tasks as visits
from visits.rules.happenings import Happening as VisitHappening

_CHANGE_A_CLASS = frozenset(
    {
        CustomerHappening.PURCHASE_RECORDED,
        CustomerHappening.PURCHASES_TAKEN_BACK,
        CustomerHappening.CUSTOMERS_MERGED,
        CustomerHappening.CUSTOMERS_UNMERGED,
    }
)

_CHANGE_WHAT_WAS_BOUGHT = frozenset(
    {
        OrderHappening.ORDER_PLACED,
        OrderHappening.PAYMENT_RECORDED,
        OrderHappening.DELIVERY_CONFIRMED,
        OrderHappening.DELIVERY_DAMAGED,
        # With all of the money back it is bought no more.
        OrderHappening.REFUND_EXECUTED,
    }
)

_END_A_COMPLAINT = frozenset({ComplaintHappening.COMPLAINT_CLOSED, ComplaintHappening.COMPLAINT_WITHDRAWN})
_UNDO_A_PURCHASE = frozenset({CustomerHappening.PURCHASES_TAKEN_BACK, OrderHappening.ORDER_CANCELLED})

_LEAVE = frozenset({Happening.MEMBER_DEACTIVATED, Happening.ROLE_WITHDRAWN})
# The supervisor of the old area owns nothing there any more.
_MOVE = frozenset({StoreHappening.STORE_MOVED})

_TEACH = frozenset({TrainingHappening.LESSON_COMPLETED, TrainingHappening.CERTIFICATE_GIVEN})

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription(complaints.escalate_overdue, kinds=frozenset({ClockHappening.CLOCK_OVERDUE})),
    Subscription(complaints.find_owner, kinds=frozenset({ComplaintHappening.COMPLAINT_ESCALATED})),
    Subscription(complaints.hear_customer, kinds=frozenset({InquiryHappening.CUSTOMER_WROTE})),
    Subscription(complaints.file_from_delivery, kinds=frozenset({OrderHappening.DELIVERY_DAMAGED})),
    Subscription(complaints.hand_over_of_member, kinds=_LEAVE),
    Subscription(complaints.hand_over_after_move, kinds=_MOVE),
    Subscription(customers.classify_buyer, kinds=_CHANGE_A_CLASS),
    Subscription(customers.classify_all, kinds=frozenset({CustomerHappening.CUSTOMER_CLASSES_SET})),
    Subscription(feedback.send_by_rule, kinds=frozenset(CLOSING)),
    Subscription(feedback.withdraw_surveys, kinds=frozenset(REOPENING)),
    Subscription(feedback.forget_erased, kinds=frozenset({CustomerHappening.CUSTOMER_ERASED})),
    Subscription(feedback.mail_survey, kinds=frozenset({FeedbackHappening.SURVEY_SENT})),
    Subscription(inquiries.hand_over_of_member, kinds=_LEAVE),
    Subscription(inquiries.hand_over_after_move, kinds=_MOVE),
    Subscription(inquiries.plant_norms, kinds=frozenset({Happening.CHAIN_OPENED})),
    Subscription(inspections.escalate_overdue, kinds=frozenset({ClockHappening.CLOCK_OVERDUE})),
    Subscription(inspections.hand_over_of_member, kinds=_LEAVE),
    Subscription(inspections.hand_over_after_move, kinds=_MOVE),
    Subscription(inspections.bring_first, kinds=frozenset({InspectionHappening.INSPECTIONS_PLANNED})),
    Subscription(loops.open_loops, kinds=frozenset(OPENING)),
    Subscription(members.mail_invitation, kinds=frozenset({Happening.MEMBER_INVITED})),
    Subscription(members.mail_password_reset, kinds=frozenset({Happening.PASSWORD_RESET_ASKED})),
    Subscription(members.mail_notice, kinds=NOTICES),
    Subscription(members.mail_email_change, kinds=frozenset({Happening.EMAIL_CHANGE_ASKED})),
    Subscription(members.mail_address_notice, kinds=ADDRESS_NOTICES),
    Subscription(orders.note_purchases, kinds=_CHANGE_WHAT_WAS_BOUGHT),
    Subscription(orders.take_up_delays, kinds=frozenset({ClockHappening.CLOCK_OVERDUE})),
    Subscription(orders.hand_over, kinds=_LEAVE),
    Subscription(orders.hand_over_after_move, kinds=_MOVE),
    Subscription(standards.measure_entry, kinds=frozenset(event.kind for event in measurable_events())),
    Subscription(standards.mail_reminder, kinds=frozenset({StandardHappening.ACKNOWLEDGEMENT_REMINDED})),
    Subscription(standards.note_training, kinds=_TEACH),
    Subscription(standards.look_at_hours, kinds=frozenset(CALENDAR_CHANGES)),
    Subscription(training.begin_path, kinds=frozenset({StoreHappening.POSITION_ASSIGNED})),
    Subscription(training.assign_changed, kinds=frozenset({StandardHappening.STANDARD_PUSHED})),
    Subscription(training.let_go_of_member, kinds=_LEAVE),
    Subscription(training.mail_reminder, kinds=frozenset({TrainingHappening.ENROLMENT_REMINDED})),
    Subscription(visits.plan_after_complaint, kinds=_END_A_COMPLAINT),
    Subscription(visits.drop_reworked, kinds=frozenset({ComplaintHappening.COMPLAINT_REWORKED})),
    Subscription(visits.plan_after_purchase, kinds=frozenset({CustomerHappening.PURCHASE_RECORDED})),
    Subscription(visits.credit_purchase, kinds=frozenset({CustomerHappening.PURCHASE_RECORDED})),
    Subscription(visits.take_back_order, kinds=_UNDO_A_PURCHASE),
    Subscription(visits.leave_alone, kinds=frozenset({CustomerHappening.CONSENT_WITHDRAWN})),
    Subscription(visits.forget_erased, kinds=frozenset({CustomerHappening.CUSTOMER_ERASED})),
    Subscription(visits.join_visits, kinds=frozenset({CustomerHappening.CUSTOMERS_MERGED})),
    Subscription(visits.rework_complaints, kinds=frozenset({VisitHappening.RETURN_VISIT_RECORDED})),
    Subscription(visits.hand_over_of_member, kinds=_LEAVE),
    Subscription(visits.hand_over_after_move, kinds=_MOVE),
)

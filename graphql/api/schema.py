"""The schema of a chain: every app's queries and mutations, with the permission table built in."""

from api.base.naming import Schema
from api.base.nodes import NodeQuery
from api.chains.queries import ChainQuery
from api.clocks.queries import ClocksQuery
from api.complaints.mutations.ending import EndingMutation
from api.complaints.mutations.filing import FilingMutation
from api.complaints.mutations.owning import OwningMutation as ComplaintOwningMutation
from api.complaints.mutations.owning import OwningQuery as ComplaintOwningQuery
from api.complaints.mutations.waiting import WaitingMutation
from api.complaints.mutations.working import WorkingMutation
from api.complaints.printing import PrintingMutation
from api.complaints.queries import ComplaintsQuery
from api.customers.mutations.caring import CaringMutation
from api.customers.mutations.registering import RegisteringMutation
from api.customers.queries import CustomersQuery
from api.feedback.mutations import FeedbackMutation
from api.feedback.queries import FeedbackQuery
from api.files.queries import FilesQuery
from api.gate.fields import seal
from api.inquiries.mutations.answering import AnsweringMutation
from api.inquiries.mutations.norms import NormsMutation
from api.inquiries.mutations.opening import OpeningMutation
from api.inquiries.mutations.owning import OwningMutation
from api.inquiries.queries import InquiriesQuery
from api.inquiries.reviews import ReviewingMutation, ReviewingQuery
from api.inspections.mutations import InspectionsMutation
from api.inspections.queries import InspectionsQuery
from api.journal.queries import JournalQuery
from api.loops.mutations import LoopsMutation
from api.loops.queries import LoopsQuery
from api.members.mutations.appointing import AppointingMutation
from api.members.mutations.inviting import InvitingMutation
from api.members.mutations.own import OwnMutation
from api.members.queries import MembersQuery
from api.orders.mutations.changing import ChangingMutation
from api.orders.mutations.placing import PlacingMutation
from api.orders.mutations.shipping import ShippingMutation
from api.orders.queries import OrdersQuery
from api.permissions import TABLE
from api.standards.acknowledging import AcknowledgingMutation, AcknowledgingQuery
from api.standards.adopting import AdoptingQuery
from api.standards.by_member import ByMemberQuery
from api.standards.charter import CharterQuery
from api.standards.comparing import ComparingQuery
from api.standards.deciding import DecidingMutation, DecidingQuery
from api.standards.journey import JourneyMutation, JourneyQuery
from api.standards.local import LocalClausesMutation, LocalClausesQuery
from api.standards.mutations import StandardsMutation
from api.standards.queries import StandardsQuery
from api.standards.replays import ReplaysMutation, ReplaysQuery
from api.standards.rolling_out import RollingOutMutation
from api.standards.side_by_side import SideBySideQuery
from api.standards.staffing import StaffingMutation, StaffingQuery
from api.standards.waiving import WaivingMutation, WaivingQuery
from api.stores.mutations.business import BusinessMutation
from api.stores.mutations.equipment import EquipmentMutation
from api.stores.mutations.hours import HoursMutation
from api.stores.mutations.positions import PositionsMutation
from api.stores.queries import StoresQuery
from api.training.lacking import LackingQuery
from api.training.mutations.planning import PlanningMutation as TrainingPlanningMutation
from api.training.mutations.taking import TakingMutation as CourseTakingMutation
from api.training.mutations.writing import WritingMutation as CourseWritingMutation
from api.training.queries import TrainingQuery
from api.visits.mutations import VisitsMutation
from api.visits.queries import VisitsQuery


class Query(
    AcknowledgingQuery,
    AdoptingQuery,
    ByMemberQuery,
    SideBySideQuery,
    ChainQuery,
    CharterQuery,
    ClocksQuery,
    ComplaintsQuery,
    ComparingQuery,
    ComplaintOwningQuery,
    CustomersQuery,
    DecidingQuery,
    FeedbackQuery,
    FilesQuery,
    InquiriesQuery,
    InspectionsQuery,
    JourneyQuery,
    LocalClausesQuery,
    ReplaysQuery,
    JournalQuery,
    LackingQuery,
    LoopsQuery,
    MembersQuery,
    NodeQuery,
    OrdersQuery,
    ReviewingQuery,
    StaffingQuery,
    StandardsQuery,
    StoresQuery,
    TrainingQuery,
    VisitsQuery,
    WaivingQuery,
):
    """Everything that can be asked."""


class Mutation(
    AcknowledgingMutation,
    AnsweringMutation,
    AppointingMutation,
    BusinessMutation,
    CaringMutation,
    ChangingMutation,
    FilingMutation,
    WorkingMutation,
    WaitingMutation,
    ComplaintOwningMutation,
    EndingMutation,
    EquipmentMutation,
    DecidingMutation,
    StaffingMutation,
    FeedbackMutation,
    HoursMutation,
    InspectionsMutation,
    InvitingMutation,
    JourneyMutation,
    LocalClausesMutation,
    LoopsMutation,
    ReplaysMutation,
    RollingOutMutation,
    NormsMutation,
    OpeningMutation,
    OwnMutation,
    OwningMutation,
    PlacingMutation,
    PositionsMutation,
    PrintingMutation,
    RegisteringMutation,
    ReviewingMutation,
    ShippingMutation,
    StandardsMutation,
    TrainingPlanningMutation,
    CourseTakingMutation,
    CourseWritingMutation,
    VisitsMutation,
    WaivingMutation,
):
    """Everything that can be done."""


schema = Schema(query=Query, mutation=Mutation)
seal(schema.graphql_schema, TABLE)

"""A row of any model, in any store: found, or made by filling what the model asks for.

The isolation matrix takes a row of every type of the schema from here, so that a new type is tested without anybody
writing a test. Where a model's constraints ask for more than "some value", PARTICULARS says what.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Model

from chains.models import Chain
from kit.ids import new_id
from members.models import TokenKind, User, VisitorKind
from members.rules.permissions import Role
from stores.models import Store
from tests.factories.chains import FurnishedChain
from tests.factories.standards import SAME_DAY

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)

# "app.Model": what a row needs beside the values that are made up from its columns.
PARTICULARS: dict[str, Callable[[], dict[str, Any]]] = {
    "complaints.Referral": lambda: {"department": "Kitchen"},
    # One that is over: a complaint waits once at a time.
    "complaints.ComplaintPause": lambda: {"ended_at": NOW},
    "complaints.Escalation": lambda: {"reason": "It is about the product."},
    "customers.Customer": lambda: {"phone": "138 1234 5678"},
    "customers.CustomerEvent": lambda: {"kind": "ROW_MADE", "actor_kind": "SYSTEM"},
    "feedback.Survey": lambda: {"expires_at": NOW + timedelta(days=14), "questions": ["OVERALL"], "language": "en"},
    "feedback.Rating": lambda: {"score": 4},
    "feedback.RatingShare": lambda: {"basis_points": 10_000},
    # Attached: what nothing refers to is its sender's alone.
    "files.StoredFile": lambda: {"attached_at": NOW},
    "files.ChainFile": lambda: {"attached_at": NOW},
    # Nobody reviews their own call.
    "inquiries.CallReview": lambda: {"reviewer_id": User.objects.get(email__startswith="quality_officer@").pk},
    "inquiries.Inquiry": lambda: {"unanswered_since": NOW, "is_queued": True},
    "inquiries.PhraseNorm": lambda: {"language": "en"},
    "inquiries.StandardAnswer": lambda: {"language": "en"},
    # One that comes once, and an inspection that was planned by hand.
    "inspections.InspectionPlan": lambda: {"open_days": 2},
    "inspections.InspectionTemplate": lambda: {"state": "RETIRED", "inspector_roles": ["STORE_MANAGER"]},
    # One that nobody is found at fault by.
    "loops.LoopPerson": lambda: {"outcome": "NOT_REACHED", "missing": ["NOT_PUSHED"]},
    "journal.Entry": lambda: {"kind": "ROW_MADE", "actor_kind": "SYSTEM"},
    "orders.OrderLine": lambda: {"quantity": 2, "unit_price_minor": 50, "amount_minor": 100},
    # One that was paid out: what is granted and not yet paid out, its order would have to know.
    "orders.Refund": lambda: {"state": "EXECUTED", "needs_second": False, "executed_at": NOW, "method": "CARD"},
    "orders.ImportedRow": lambda: {"refusal": "INVALID"},
    "members.AccessToken": lambda: {"kind": TokenKind.SERVICE},
    "members.Invitation": lambda: {"role": Role.SERVICE_STAFF},
    "standards.RolloutWave": lambda: {"share": 100},
    "standards.Waiver": lambda: {"until": NOW + timedelta(days=300)},
    "standards.Clause": lambda: {"rule": SAME_DAY},
    # One that may have another before it.
    "standards.Version": lambda: {"state": "APPROVED", "number": 2},
    "training.CourseVersion": lambda: {"state": "PUBLISHED", "published_at": NOW},
    "training.QuizAttempt": lambda: {"score_percent": 80},
    "training.TrainingSession": lambda: {"ends_at": NOW + timedelta(hours=1)},
    "stores.StoreClosure": lambda: {"reopened_at": NOW},
    "members.Visit": lambda: {"visitor_kind": VisitorKind.OPERATOR, "ends_at": NOW + timedelta(hours=1)},
    "members.Assignment": lambda: {"role": Role.SERVICE_STAFF},
}

# A store has one holiday a day.
_DAYS = count()
_MADE_UP: tuple[tuple[type[Any], Callable[[], Any]], ...] = (
    (models.UUIDField, new_id),
    (models.EmailField, lambda: f"{new_id().hex}@row.example"),
    (models.CharField, lambda: new_id().hex[-12:]),
    (models.TextField, lambda: "A row of the matrix."),
    (models.DateTimeField, lambda: NOW),
    (models.DateField, lambda: NOW.date() + timedelta(days=next(_DAYS))),
    (models.TimeField, lambda: time(9)),
    (models.DurationField, lambda: timedelta(hours=1)),
    (models.BooleanField, lambda: True),
    (models.IntegerField, count(1).__next__),
    (models.JSONField, dict),
    (models.BinaryField, lambda: bytes(32)),
    (ArrayField, list),
)


class Rows:
    """The rows of one chain; to be used inside its scope, as the system. `anew` makes them beside those there are."""

    def __init__(self, chain: FurnishedChain, *, anew: bool = False) -> None:
        self.chain, self._anew = chain, anew
        self._made: dict[tuple[type[Model], UUID | None], Model] = {}

    def row(self, model: type[Model], store_id: UUID) -> Any:
        """Return a row of a model that is the store's, or the chain's where the model knows no stores."""
        place = store_id if is_of_stores(model) else None
        if (model, place) not in self._made:
            self._made[model, place] = self._found(model, store_id) or self._new(model, store_id)
        return self._made[model, place]

    def _found(self, model: type[Model], store_id: UUID) -> Any:
        if model is Chain:
            return self.chain.chain
        if model is Store:
            return Store.objects.get(pk=store_id)
        if self._anew:
            return None
        if model is User:
            return User.objects.get(pk=self.chain.people["SERVICE_STAFF"])
        rows = model._default_manager.order_by("pk")
        return rows.filter(store_id=store_id).first() if is_of_stores(model) else rows.first()

    def _new(self, model: type[Model], store_id: UUID) -> Any:
        given = PARTICULARS.get(model._meta.label, dict)()
        values = {
            field.attname: self._value(field, store_id)
            for field in model._meta.concrete_fields
            if field.name not in given and field.attname not in given and _must_be_given(field)
        }
        return model._default_manager.create(**values, **given)

    def _value(self, field: Any, store_id: UUID) -> Any:
        if field.attname == "store_id":
            return store_id
        if isinstance(field, models.ForeignKey):
            # What can happen to a thing once happens to a thing of its own, so that it can still be done to the others.
            make = self._new if _happens_once(field) else self.row
            return make(field.related_model, store_id).pk
        if field.choices:
            return field.choices[0][0]
        for kind, make in _MADE_UP:
            if isinstance(field, kind):
                value = make()
                return value[: field.max_length] if isinstance(value, str) else value
        raise LookupError(f"Say in PARTICULARS what {field} may hold.")


def is_of_stores(model: type[Model]) -> bool:
    """Tell whether a model's rows are each a store's."""
    return model is Store or any(field.attname == "store_id" for field in model._meta.concrete_fields)


def _happens_once(field: Any) -> bool:
    alone = ({field.name}, {field.name, "store"})
    constraints = field.model._meta.constraints
    return field.unique or any(
        isinstance(constraint, models.UniqueConstraint) and set(constraint.fields) in alone
        for constraint in constraints
    )


def _must_be_given(field: Any) -> bool:
    if field.attname == "store_id":
        return True
    may_stay_empty = field.blank and field.empty_strings_allowed and not field.is_relation
    return not (field.null or field.has_default() or may_stay_empty)

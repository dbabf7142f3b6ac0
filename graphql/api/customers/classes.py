"""The type `CustomerClass`, and the input that sets the classes."""

from typing import Any

import graphene

from api.base.inputs import Line, Text
from api.base.scalars import Money, MoneyInput
from api.base.things import Thing, computed
from customers.models import LONGEST_CODE, LONGEST_NAME, CustomerClass
from customers.rules.caring import ClassSpec


class CustomerClassType(Thing):
    """A class of customers: who belongs to it by what they buy, and how they are cared for."""

    class Meta:
        name = "CustomerClass"
        model = CustomerClass
        fields = ("rank", "code", "name", "min_purchases", "within_days", "plan_of_care", "contact_every_days")
        descriptions = {
            "rank": "Its place among the classes, the highest being 1.",
            "code": "Its code, the same in every language.",
            "name": "What it is called.",
            "min_purchases": "How many purchases it takes.",
            "within_days": "Within how many days, counted back from now.",
            "plan_of_care": "How its customers are cared for.",
            "contact_every_days": "After how many days somebody of this class is due again; null for no rule.",
        }

    min_amount = computed(
        Money,
        lambda row, _info: Money(amount_minor=row.min_amount_minor, currency=row.currency),
        needs=("min_amount_minor", "currency"),
        required=True,
        description="For how much one has to have bought in that time.",
    )


class CustomerClassInput(graphene.InputObjectType):
    """One class, with both thresholds to be reached within its days."""

    code = Line(required=True, limit=LONGEST_CODE, description="Its code: letters A to Z, digits, underscores.")
    name = Line(required=True, limit=LONGEST_NAME, description="What it is called.")
    min_purchases = graphene.Int(required=True, description="How many purchases it takes, 0 to 10,000.")
    min_amount = graphene.InputField(MoneyInput, required=True, description="For how much in all, 0 for anything.")
    within_days = graphene.Int(required=True, description="Within how many days, 1 to 3,660.")
    plan_of_care = Text(required=True, description="How its customers are cared for.")
    contact_every_days = graphene.Int(description="After how many days somebody is due again, 1 to 3,660.")


def spec_in(given: dict[str, Any]) -> ClassSpec:
    """Return what is written down of one class."""
    told = dict(given)
    amount = told.pop("min_amount")
    return ClassSpec(**told, min_amount_minor=amount["amount_minor"], currency=amount["currency"])

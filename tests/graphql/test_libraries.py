"""A smoke test of what an upgrade of the GraphQL libraries would have to keep."""

import inspect
from importlib.metadata import version

import graphene
from django.db import models
from graphene_django.converter import convert_django_field
from graphql import ExecutionContext, execute, specified_rules, validate

from tests.graphql.toy import AreaType, StoreType


def test_the_versions_are_the_ones_that_were_read() -> None:
    versions = {name: version(name) for name in ("graphene", "graphene-django", "graphql-core")}
    assert versions == {"graphene": "3.4.3", "graphene-django": "3.2.3", "graphql-core": "3.2.14"}


def test_all_specified_rules_are_there() -> None:
    assert len(specified_rules) == 27
    assert {"NoFragmentCyclesRule", "OverlappingFieldsCanBeMergedRule", "MaxIntrospectionDepthRule"} <= {
        rule.__name__ for rule in specified_rules
    }


def test_suggestions_can_be_hidden_everywhere() -> None:
    assert all("hide_suggestions" in inspect.signature(step).parameters for step in (execute, validate))


def test_the_steps_of_execution_that_are_replaced_exist() -> None:
    for name in ("execute_fields_serially", "execute_field", "complete_object_value", "collect_subfields"):
        assert callable(getattr(ExecutionContext, name))


def test_columns_are_converted_to_scalars_of_ours() -> None:
    converted = {
        str(convert_django_field(column(), None).get_type())
        for column in (models.DateTimeField, models.DateField, models.UUIDField, models.DurationField)
    }
    assert converted == {"DateTime", "Date", "UUID", "Duration"}
    assert str(convert_django_field(models.TextField(), None).get_type()) == str(graphene.String)


def test_types_have_their_columns_references_and_connections() -> None:
    assert {"id", "name", "code", "area", "opened_at", "kind"} <= StoreType._meta.fields.keys()
    assert AreaType._meta.connection._meta.name == "AreaConnection"

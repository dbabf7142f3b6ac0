"""A clause's rule in the API: read from the input's parts, and shown in parts and in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene

from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text
from api.base.scalars import UUID
from api.standards.requirements import ClauseQuestionInput, ClauseScopeInput, questions_in, scope_in
from standards.models.texts import ClauseChange, ClauseField
from standards.rules import windows
from standards.rules.deeds import FieldRecorded, Never
from standards.rules.drafts import LONGEST_CLAUSE, ClauseDraft
from standards.rules.grammar import ByInspection, Rule, RuleKind, kind_of
from standards.rules.limits import TimeKind
from standards.rules.reading import Facts
from standards.rules.windows import Average, Share, Window
from standards.rules.words import rule_in_words

_LIMIT = "`SAME_DAY`, days such as `P3D`, which end with the day, or a time such as `PT3M`."
_LANGUAGE = "The language, as a code: `en`, `zh-hans` or `zh-hant`."
_FACT = "What the triggering event records, such as `severity`."


class TranslationInput(graphene.InputObjectType):
    """A text in one language."""

    language = Line(required=True, limit=10, description=_LANGUAGE)
    text = Text(required=True, limit=LONGEST_CLAUSE, description="The text.")


class FactInput(graphene.InputObjectType):
    """Values that a fact of the triggering event may have."""

    name = Line(required=True, limit=40, description=_FACT)
    values = Line(many=True, required=True, description="Any of these values.")


class AllowanceInput(graphene.InputObjectType):
    """How much longer a special case may take."""

    extra = Line(required=True, limit=20, description=f"How much longer: {_LIMIT}")
    when = graphene.List(
        graphene.NonNull(FactInput), required=True, description="The facts that together make a case special."
    )


class HappensInput(graphene.InputObjectType):
    """An event that is counted."""

    event = Line(required=True, limit=64, description="The event, as `measurableEvents` names it.")
    scope = graphene.List(graphene.NonNull(FactInput), description="Only where it has these facts; all if not given.")


class ClauseRuleInput(graphene.InputObjectType):
    """The machine-readable part of a clause; which parts it has depends on its kind."""

    kind = enum_of(RuleKind)(required=True, description="What sort of rule it is.")
    event = Line(limit=64, description="FIELD_RECORDED, NEVER, AVERAGE: the event that is looked at.")
    fields = Line(many=True, description="FIELD_RECORDED: what has to be recorded with it.")
    fact = Line(limit=64, description="AVERAGE: the number that the event tells.")
    of = graphene.InputField(HappensInput, description="SHARE: what is counted.")
    among = graphene.InputField(HappensInput, description="SHARE: among how many.")
    window = enum_of(Window)(description="SHARE, AVERAGE: the stretch of time that is judged as one case.")
    at_least = graphene.Float(description="SHARE, AVERAGE: what the figure has to reach; a share in percent.")
    at_most = graphene.Float(description="SHARE, AVERAGE: what the figure must not go beyond; a share in percent.")
    trigger = Line(limit=64, description="The event that sets it going, as `measurableEvents` names it.")
    response = Line(limit=64, description="The event that has to follow.")
    within = Line(limit=20, description=_LIMIT)
    time = enum_of(TimeKind)(description="Which time runs: all of it if this is not given.")
    share = graphene.Float(description="The percentage of cases that must keep it; 100 if not given.")
    tolerance = graphene.Float(description="The percentage that may deviate: what the share leaves of 100.")
    allowance = graphene.InputField(AllowanceInput, description="How much longer a special case may take.")
    scope = graphene.List(graphene.NonNull(FactInput), description="Only cases with these facts; all if not given.")


class ClauseInput(graphene.InputObjectType):
    """A clause of a draft."""

    number = Line(required=True, limit=12, description="Its number, such as `2.1`.")
    texts = graphene.List(
        graphene.NonNull(TranslationInput), required=True, description="What it asks for, in one or more languages."
    )
    rule = graphene.InputField(ClauseRuleInput, description="What the system measures; needed before it is submitted.")
    field = enum_of(ClauseField)(description="What it is about.")
    journey_step_id = IdOf("JourneyStep", description="The step of the customer's journey that it is tied to.")
    source_language = Line(limit=10, description="The language it was written in; the first of its texts if not given.")
    scope = graphene.InputField(ClauseScopeInput, description="Whom it binds; everybody if this is not given.")
    is_public = graphene.Boolean(description="Whether customers read it in the service charter; no if not given.")
    lineage_id = UUID(
        description="The requirement of the version before that it continues; the one of its number if not given."
    )
    change = enum_of(ClauseChange)(
        description="What it changes, as you see it: a changed figure, rule or scope is never only wording. `NEW` "
        "begins a requirement of its own."
    )
    questions = graphene.List(
        graphene.NonNull(ClauseQuestionInput),
        description="Two questions for those who acknowledge it; needed where it changes in substance.",
    )
    confirmed_languages = Line(
        many=True, limit=10, description="Languages whose text, left as it was, still says what the source says."
    )


class Translation(graphene.ObjectType):
    """A text in one language."""

    language = graphene.String(required=True, description=_LANGUAGE)
    text = graphene.String(required=True, description="The text.")


class Fact(graphene.ObjectType):
    """Values that a fact of the triggering event may have."""

    name = graphene.String(required=True, description=_FACT)
    values = graphene.List(graphene.NonNull(graphene.String), required=True, description="Any of these values.")


class Allowance(graphene.ObjectType):
    """How much longer a special case may take."""

    extra = graphene.String(required=True, description=f"How much longer: {_LIMIT}")
    when = graphene.List(
        graphene.NonNull(Fact), required=True, description="The facts that together make a case special."
    )


class Happens(graphene.ObjectType):
    """An event that is counted."""

    event = graphene.String(required=True, description="The event.")
    scope = graphene.List(graphene.NonNull(Fact), required=True, description="Only where it has these facts.")


class ClauseRule(graphene.ObjectType):
    """The machine-readable part of a clause, in parts and in words."""

    kind = graphene.Field(enum_of(RuleKind), required=True, description="What sort of rule it is.")
    words = graphene.String(required=True, description="The rule as a sentence, in the caller's language.")
    event = graphene.String(description="The event that is looked at.")
    fields = graphene.List(graphene.NonNull(graphene.String), description="What has to be recorded with it.")
    fact = graphene.String(description="The number that the event tells.")
    of = graphene.Field(Happens, description="What is counted.")
    among = graphene.Field(Happens, description="Among how many.")
    window = graphene.Field(enum_of(Window), description="The stretch of time that is judged as one case.")
    at_least = graphene.Float(description="What the figure has to reach; a share in percent.")
    at_most = graphene.Float(description="What the figure must not go beyond; a share in percent.")
    trigger = graphene.String(description="The event that sets it going.")
    response = graphene.String(description="The event that has to follow.")
    within = graphene.String(description=_LIMIT)
    time = graphene.Field(enum_of(TimeKind), description="Which time runs.")
    share = graphene.Float(description="The percentage of cases that must keep it.")
    tolerance = graphene.Float(description="The percentage that may deviate.")
    allowance = graphene.Field(Allowance, description="How much longer a special case may take.")
    scope = graphene.List(graphene.NonNull(Fact), description="The facts that a case has to have.")


def texts_in(given: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return texts by language from an input."""
    return {each["language"]: each["text"] for each in given}


def clauses_in(given: Sequence[Mapping[str, Any]]) -> list[ClauseDraft]:
    """Return the clauses of a draft from an input."""
    return [_clause(each) for each in given]


def translations(texts: Mapping[str, str]) -> list[Translation]:
    """Return texts as the API shows them."""
    return [Translation(language=language, text=text) for language, text in texts.items()]


def shown(rule: Rule) -> ClauseRule:
    """Return a rule as the API shows it."""
    return ClauseRule(kind=kind_of(rule), words=rule_in_words(rule), **_parts(rule))


def _parts(rule: Rule) -> dict[str, Any]:
    match rule:
        case FieldRecorded():
            kept = {"share": float(rule.share), "tolerance": float(rule.tolerance)}
            return {"event": rule.event, "fields": list(rule.fields), "scope": _facts(rule.scope)} | kept
        case Never():
            return {"event": rule.event, "scope": _facts(rule.scope)}
        case Share():
            return {"of": _happens(rule.of), "among": _happens(rule.among), **_figure(rule)}
        case Average():
            what = {"event": rule.what.event, "fact": rule.number, "scope": _facts(rule.what.scope)}
            return what | _figure(rule)
        case ByInspection():
            return {}
    allowance = rule.allowance
    return {
        "trigger": rule.trigger,
        "response": rule.response,
        "within": str(rule.within),
        "time": rule.time,
        "share": float(rule.share),
        "tolerance": float(rule.tolerance),
        "allowance": allowance and Allowance(extra=str(allowance.extra), when=_facts(allowance.when)),
        "scope": _facts(rule.scope),
    }


def _happens(happens: windows.Happens) -> Happens:
    return Happens(event=happens.event, scope=_facts(happens.scope))


def _figure(rule: Share | Average) -> dict[str, Any]:
    at_least, at_most = rule.bound.at_least, rule.bound.at_most
    return {
        "window": rule.window,
        "at_least": None if at_least is None else float(at_least),
        "at_most": None if at_most is None else float(at_most),
    }


def _facts(facts: Facts) -> list[Fact]:
    return [Fact(name=name, values=sorted(values)) for name, values in sorted(facts.items())]


def _clause(given: Mapping[str, Any]) -> ClauseDraft:
    field, change = given.get("field"), given.get("change")
    return ClauseDraft(
        number=given["number"],
        texts=texts_in(given["texts"]),
        rule=_document(given.get("rule")),
        field=field and ClauseField(field),
        journey_step_id=given.get("journey_step_id"),
        source_language=given.get("source_language"),
        scope=scope_in(given.get("scope")),
        is_public=given.get("is_public") or False,
        lineage_id=given.get("lineage_id"),
        change=change and ClauseChange(change),
        questions=questions_in(given.get("questions") or ()),
        confirmed=given.get("confirmed_languages") or (),
    )


def _document(rule: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    document = {name: value for name, value in rule.items() if value is not None}
    if "scope" in document:
        document["scope"] = _wanted(document["scope"])
    for name in ("of", "among"):
        if name in document:
            part = {key: value for key, value in document[name].items() if value is not None}
            document[name] = part | ({"scope": _wanted(part["scope"])} if "scope" in part else {})
    if "allowance" in document:
        document["allowance"] = {**document["allowance"], "when": _wanted(document["allowance"]["when"])}
    return document


def _wanted(facts: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    return {fact["name"]: list(fact["values"]) for fact in facts}

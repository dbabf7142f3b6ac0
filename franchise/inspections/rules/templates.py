"""What a template may ask for, and who may carry it out (rulebook M1, M6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inspections.models.templates import EvidenceNeed, TemplateState
from kit.refusals import Invalid, Refusal
from kit.texts import line_of, text_of
from members.rules.holders import PERMISSIONS_OF
from members.rules.permissions import Permission, Role
from standards.rules.lint import LANGUAGES

# Who can inspect at all, by role.
INSPECTORS = frozenset(role for role in Role if Permission.INSPECT_STORE in PERMISSIONS_OF[role])
MOST_ITEMS = 200
MOST_WEIGHT = 100


class TemplateAction(TextChoices):
    """What can be done with a version of a template, named as the mutation that does it."""

    DRAFT_INSPECTION_TEMPLATE = "DRAFT_INSPECTION_TEMPLATE", _("Write its next version")
    PUBLISH_INSPECTION_TEMPLATE = "PUBLISH_INSPECTION_TEMPLATE", _("Publish it")
    RETIRE_INSPECTION_TEMPLATE = "RETIRE_INSPECTION_TEMPLATE", _("Retire it")


_POSSIBLE: dict[TemplateState, tuple[TemplateAction, ...]] = {
    TemplateState.DRAFT: tuple(TemplateAction),
    TemplateState.PUBLISHED: (
        TemplateAction.DRAFT_INSPECTION_TEMPLATE,
        TemplateAction.RETIRE_INSPECTION_TEMPLATE,
    ),
    TemplateState.RETIRED: (TemplateAction.DRAFT_INSPECTION_TEMPLATE,),
}


class TemplateNotDraft(Refusal):
    """Only a draft is published."""

    message = _("Only a draft can be published.")


class TemplateNotPublished(Refusal):
    """Inspections are planned by published templates."""

    message = _("This template is not in use.")


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One thing to look at, as it was written; `clause_id` names a clause in any of its versions."""

    texts: Mapping[str, str]
    clause_id: UUID | None = None
    weight: int = 1
    is_critical: bool = False
    may_be_not_applicable: bool = False
    evidence: EvidenceNeed = EvidenceNeed.NONE


def titles_of(titles: Mapping[str, str]) -> dict[str, str]:
    """Return a template's titles by language, at least one; raises Invalid and TooLong."""
    _check_languages(titles, ("titles",))
    return {language: line_of(titles[language], field="titles") for language in LANGUAGES if language in titles}


def roles_of(roles: Collection[str]) -> list[str]:
    """Return who may carry a template out, at least one role that inspects; raises Invalid."""
    if not roles or not set(roles) <= INSPECTORS:
        raise Invalid(field="inspector_roles", why=", ".join(role for role in Role if role in INSPECTORS))
    return [role for role in Role if role in roles]


def check_pass_share(share: int) -> int:
    """Return how many hundredths have to be met; raises Invalid."""
    if not 0 <= share <= 100:
        raise Invalid(field="pass_share", why=_("a share from 0 to 100"))
    return share


def items_of(items: Sequence[ItemSpec]) -> list[ItemSpec]:
    """Return the items as they are kept; raises Invalid and TooLong with the item's place."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise Invalid(field="template_items", why=_("1 to %(most)s items") % {"most": MOST_ITEMS})
    return [_item(item, ("template_items", str(place))) for place, item in enumerate(items)]


def actions_on_template(state: TemplateState) -> list[TemplateAction]:
    """List what whoever keeps templates can do with one that stands so."""
    return list(_POSSIBLE[state])


def must_not_be_retired(state: str) -> None:
    """Refuse with TemplateNotPublished what was given up already; a draft may be given up as well."""
    if state == TemplateState.RETIRED:
        raise TemplateNotPublished


def must_be(state: str, wanted: TemplateState) -> None:
    """Refuse what a template's state does not allow; raises TemplateNotDraft and TemplateNotPublished."""
    if state != wanted:
        raise TemplateNotDraft if wanted is TemplateState.DRAFT else TemplateNotPublished


def _item(item: ItemSpec, field: tuple[str, ...]) -> ItemSpec:
    _check_languages(item.texts, (*field, "texts"))
    if not 1 <= item.weight <= MOST_WEIGHT:
        raise Invalid(field=(*field, "weight"), why=_("a weight from 1 to %(most)s") % {"most": MOST_WEIGHT})
    texts = {each: text_of(item.texts[each], field=(*field, "texts")) for each in LANGUAGES if each in item.texts}
    return ItemSpec(
        texts=texts,
        clause_id=item.clause_id,
        weight=item.weight,
        is_critical=item.is_critical,
        may_be_not_applicable=item.may_be_not_applicable,
        evidence=item.evidence,
    )


def _check_languages(texts: Mapping[str, str], field: tuple[str, ...]) -> None:
    known = ", ".join(LANGUAGES)
    if not texts or not set(texts) <= set(LANGUAGES):
        raise Invalid(field=field, why=_("a text in one or more of the languages %(known)s") % {"known": known})

"""Deeds: mutations that make one call of the domain and tell refusals as `userErrors`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import graphene
from django.db import transaction
from graphene.types.mutation import MutationOptions
from graphene.utils.str_converters import to_camel_case, to_snake_case
from graphql import GraphQLResolveInfo

from api.base.applied import applied_field
from api.base.call import Call, Claim, call_of
from api.base.inputs import Line, clean
from api.base.sentences import sentence_of
from kit.refusals import Refusal


class UserError(graphene.ObjectType):
    """Why a deed was refused, for the person who can mend it."""

    code = graphene.String(required=True, description="The machine's name of the refusal, from the published list.")
    message = graphene.String(required=True, description="The sentence for the person, in the caller's language.")
    field = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The path of the input field it is about, beneath `input`; empty when it is about none.",
    )


@dataclass(frozen=True, slots=True)
class Done:
    """The answer of a deed that was done before under the same idempotency key."""

    answer: dict[str, Any]


class DeedOptions(MutationOptions):
    """What a deed's class says about itself."""

    input: Any = None
    story: str = ""
    shown_once: tuple[str, ...] = ()
    while_suspended: bool = False


class Deed(graphene.Mutation):
    """The base of every mutation.

    A subclass has a docstring (the schema's description), `class Input`, the payload's fields and `perform`.
    Meta: `versioned` adds `expectedVersion`; `applies_standards` adds `standardsApplied` to the payload; `shown_once`
    names payload fields that are never kept for a repeated call; `while_suspended` lets the deed be done in a chain
    that is suspended.
    """

    class Meta:
        abstract = True

    user_errors = graphene.List(
        graphene.NonNull(UserError), required=True, description="Why it was refused; empty when it was done."
    )

    @classmethod
    def __init_subclass_with_meta__(
        cls,
        versioned: bool = False,
        applies_standards: bool = False,
        shown_once: tuple[str, ...] = (),
        while_suspended: bool = False,
        **options: Any,
    ) -> None:
        """Make the input, the payload and the mutation of one deed."""
        made = DeedOptions(cls)
        made.input = _input_of(cls, versioned=versioned)
        made.story = (cls.__doc__ or "").strip()
        made.shown_once, made.while_suspended = shown_once, while_suspended
        made.fields = {"standards_applied": applied_field()} if applies_standards else {}
        super().__init_subclass_with_meta__(
            _meta=made,
            name=f"{cls.__name__}Payload",
            description=f"What came of `{_name_of(cls)}`.",
            arguments={"input": made.input(required=True, description="What the deed needs.")},
            resolver=cls.act,
            **options,
        )

    @classmethod
    def perform(cls, *call: Any, **given: Any) -> Mapping[str, Any]:
        """Make the one call of the domain and return the payload's fields by name: `(actor, now, **input)`."""
        raise NotImplementedError

    @classmethod
    def mounted(cls) -> Any:
        """Return the field of the type `Mutation`."""
        return graphene.Field(
            cls._meta.output, args=cls._meta.arguments, resolver=cls.act, required=True, description=cls._meta.story
        )

    @classmethod
    def refused(cls, refusal: Refusal) -> "Deed":
        """Return the payload of a deed that was not done; a stale one shows how the thing is now."""
        error = UserError(
            code=refusal.code, message=sentence_of(refusal), field=[to_camel_case(part) for part in refusal.field]
        )
        payload = cls(user_errors=[error])
        current = refusal.details.get("current")
        for name, field in cls._meta.fields.items():
            if current is not None and getattr(_bare(field), "model", None) is type(current):
                setattr(payload, name, current)
        return payload

    @classmethod
    def act(cls, root: Any, info: GraphQLResolveInfo, **arguments: Any) -> "Deed | Done":
        """Do the deed inside a savepoint of its own, so that a refusal leaves nothing behind."""
        call = call_of(info)
        try:
            if call.deeds_refused is not None and not cls._meta.while_suspended:
                raise call.deeds_refused
            with transaction.atomic(using=call.alias):
                return cls._once(call, clean(cls._meta.input, arguments["input"]), str(info.path.key))
        except Refusal as refusal:
            return cls.refused(refusal)

    @classmethod
    def _once(cls, call: Call, given: dict[str, Any], place: str) -> "Deed | Done":
        claim = _claim(call, given.pop("idempotency_key", None), place)
        if claim is not None and claim.answer is not None:
            return Done(claim.answer)
        payload = cls(user_errors=[], **cls.perform(call.actor, call.now, **given))
        payload.claim = claim
        return payload


def _claim(call: Call, key: str | None, place: str) -> Claim | None:
    if not key or call.memory is None or not call.is_signed_in:
        return None
    return call.memory.claim(actor=call.actor, key=key, fingerprint=f"{call.fingerprint}.{place}", now=call.now)


def _name_of(deed: type[Deed]) -> str:
    return str(to_camel_case(to_snake_case(deed.__name__)))


def _bare(field: Any) -> Any:
    type_ = field.type
    while isinstance(type_, graphene.NonNull):
        type_ = type_.of_type
    return getattr(type_, "_meta", None)


def _input_of(deed: type[Deed], *, versioned: bool) -> Any:
    declared = getattr(deed, "Input", object)
    fields: dict[str, Any] = {
        "__doc__": f"What `{_name_of(deed)}` needs.",
        **{name: value for name, value in vars(declared).items() if not name.startswith("__")},
    }
    if versioned:
        fields["expected_version"] = graphene.Int(
            description="The version you saw. With another one now, the deed is refused with STALE."
        )
    fields["idempotency_key"] = Line(
        limit=100, description="A key of your own for this deed. Sent again within 24 hours it does nothing more."
    )
    return type(f"{deed.__name__}Input", (graphene.InputObjectType,), fields)

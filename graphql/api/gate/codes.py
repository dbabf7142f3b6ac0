"""The published list of codes: everything that a client may meet under `code`, gathered from the classes themselves."""

from collections.abc import Iterator

from django.utils.translation import override

from api.gate.masking import INTERNAL
from api.gate.refusals import GateRefusal
from kit.refusals import Refusal

_OUR_FAULT = "Something went wrong on our side; `ref` is the reference."


def codes() -> dict[str, str]:
    """Return every code with its sentence in English, placeholders and all."""
    with override("en"):
        listed = {kind.__new__(kind).code: str(kind.message) for kind in (*_gate_kinds(GateRefusal), *_kinds(Refusal))}
    return dict(sorted({**listed, INTERNAL: _OUR_FAULT}.items()))


def _kinds(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in base.__subclasses__():
        if not kind.__module__.startswith("tests."):
            yield kind
        yield from _kinds(kind)


def _gate_kinds(base: type[GateRefusal]) -> Iterator[type[GateRefusal]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _gate_kinds(kind)

"""The published list of codes: everything that a client may meet under `code`, gathered from the classes themselves."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from django.apps import apps
from django.utils.translation import override

from api.gate.masking import INTERNAL
from api.gate.refusals import GateRefusal
from kit.refusals import Refusal

_LIBRARIES = "site-packages"
_OUR_FAULT = "Something went wrong on our side; `ref` is the reference."


def codes() -> dict[str, str]:
    """Return every code with its sentence in English, placeholders and all."""
    _import_everything()
    kinds: list[type[Refusal] | type[GateRefusal]] = [*_gate_kinds(GateRefusal), *_kinds(Refusal)]
    with override("en"):
        listed = {kind.__new__(kind).code: str(kind.message) for kind in kinds}
    return dict(sorted({**listed, INTERNAL: _OUR_FAULT}.items()))


def _import_everything() -> None:
    """Import every module of every app of ours, so that the list is the same whoever asks for it."""
    for config in apps.get_app_configs():
        if _LIBRARIES not in Path(config.path).parts:
            for module in walk_packages([config.path], f"{config.name}."):
                if ".migrations" not in module.name:
                    import_module(module.name)


def _kinds(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in base.__subclasses__():
        if not kind.__module__.startswith("tests."):
            yield kind
        yield from _kinds(kind)


def _gate_kinds(base: type[GateRefusal]) -> Iterator[type[GateRefusal]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _gate_kinds(kind)

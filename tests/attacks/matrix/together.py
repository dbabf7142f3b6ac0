"""Many tries in one document, each told apart from the others: a request costs more than what is tried in it.

A deed that is refused leaves nothing behind, so the next one in the document finds what it would have found alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import get_named_type

from api.base.permitted import Everyone
from api.gate.documents import MOST_ERRORS
from api.permissions import TABLE
from tests.attacks.matrix.callers import Callers
from tests.attacks.matrix.documents import SCHEMA, whole

# The gate reads at most a hundred thousand bytes.
MOST_BYTES = 90_000
MOST_AT_ONCE = 30


@dataclass(frozen=True)
class Answer:
    """What one try came to: its value, and what was told of it beside that."""

    value: Any
    errors: tuple[Any, ...]

    @property
    def content(self) -> bytes:
        """All of it, as bytes."""
        return orjson.dumps([self.value, self.errors])

    @property
    def refusals(self) -> list[dict[str, Any]]:
        """What a deed was refused with."""
        found: list[dict[str, Any]] = self.value["userErrors"]
        return found


def refused_together(callers: Callers, name: str, inputs: Sequence[dict[str, Any]], who: str) -> list[Answer]:
    """Try a deed with several inputs, each of which is refused; together they leave nothing in the journal."""
    return all_refused(callers, [(name, given) for given in inputs], who)


def all_refused(callers: Callers, tries: Sequence[tuple[str, dict[str, Any]]], who: str) -> list[Answer]:
    """Try deeds, each with its input, all of which are refused; together they leave nothing in the journal."""
    answers: list[Answer] = []
    for some in _portions(tries, MOST_AT_ONCE):
        content = callers.post(_deeds([name for name, _input in some]), _variables(some), who, is_ours=True)
        assert callers.written == 0, (some, who)
        answers += told_apart(content)
    assert len(answers) == len(tries), who
    for (name, given), answer in zip(tries, answers, strict=True):
        assert {error["code"] for error in answer.errors} <= {"NOT_PERMITTED"}, (name, given, who, answer)
        assert answer.refusals, (name, given, who, answer)
    return answers


def not_taken(callers: Callers, name: str, inputs: Sequence[dict[str, Any]], who: str) -> None:
    """See that no value of these inputs fits its type, so that the deed is not even tried."""
    # So many errors are told at once.
    for some in _portions([(name, each) for each in inputs], MOST_ERRORS):
        given = _variables(some)
        answer = orjson.loads(callers.post(_deeds([name] * len(some)), given, who, is_ours=True))
        assert "data" not in answer and callers.written == 0, (name, answer)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"INVALID_VARIABLES"}, (name, answer)
        told = [error["message"] for error in answer["errors"]]
        for at, each in given.items():
            assert any(message.startswith(f"Variable '${at}' got invalid value ") for message in told), (name, each)


def told_apart(content: bytes) -> list[Answer]:
    """Return the answers of a document's aliases, in their order, as if each were alone.

    Errors are told up to a number only: those of the first aliases.
    """
    answer = orjson.loads(content)
    data, errors = answer.get("data"), answer.get("errors", ())
    assert all(error["extensions"]["code"] != "INTERNAL" for error in errors), answer
    if data is None:
        # A refusal of the whole document is that of the one thing asked for.
        return [Answer(None, tuple(_told(error, []) for error in errors))]
    beneath: dict[str, list[dict[str, Any]]] = {alias: [] for alias in data}
    for error in errors:
        alias, *path = error["path"]
        beneath[alias].append(_told(error, path))
    return [Answer(value, tuple(beneath[alias])) for alias, value in data.items()]


def _told(error: dict[str, Any], path: list[Any]) -> dict[str, Any]:
    return {"code": error["extensions"]["code"], "message": error["message"], "path": path}


def _variables(tries: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {f"i{number}": given for number, (_name, given) in enumerate(tries)}


def _deeds(names: Sequence[str]) -> str:
    deeds: Any = SCHEMA.mutation_type and SCHEMA.mutation_type.fields
    given = ",".join(f"$i{number}:{deeds[name].args['input'].type}" for number, name in enumerate(names))
    inner = " ".join(f"a{number}:{name}(input:$i{number}){{...{name}}}" for number, name in enumerate(names))
    payloads = {name: get_named_type(deeds[name].type) for name in names}
    told = " ".join(f"fragment {name} on {payload.name}{{{whole(payload)}}}" for name, payload in payloads.items())
    return f"mutation({given}){{{inner}}} {told}"


def _portions(tries: Sequence[tuple[str, dict[str, Any]]], most: int) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Yield the tries in portions that fit into a request each; what anybody may do says alone who does it."""
    portion, size = list[tuple[str, dict[str, Any]]](), 0
    for name, given in tries:
        is_alone, length = TABLE[f"Mutation.{name}"] is Everyone.PUBLIC, len(orjson.dumps(given))
        if portion and (is_alone or len(portion) == most or size + length > MOST_BYTES):
            yield portion
            portion, size = [], 0
        portion.append((name, given))
        # Nothing goes with what has to be alone.
        size = MOST_BYTES if is_alone else size + length
    if portion:
        yield portion

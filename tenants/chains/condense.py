"""The same schema in fewer statements: what a dump says again for every table is said once, or with the table."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

_CREATED = re.compile(r"CREATE TABLE (?P<table>\S+) \(")
_SEQUENCE = re.compile(r"(?:SEQUENCE NAME|CREATE SEQUENCE) (?P<sequence>\S+)")
_KEY = re.compile(
    r"ALTER TABLE ONLY (?P<table>\S+)\s+ADD (?P<key>CONSTRAINT \S+ (?:PRIMARY KEY|UNIQUE)\b.*)", re.DOTALL
)
_GRANT = re.compile(r"GRANT (?P<privileges>[A-Z,]+) ON (?P<kind>TABLE|SEQUENCE) (?P<name>\S+) TO (?P<role>\S+)")
_DEFAULT = re.compile(
    r"ALTER DEFAULT PRIVILEGES .*GRANT (?P<privileges>[A-Z,]+) ON (?P<kind>TABLE|SEQUENCE)S TO (?P<role>\S+)"
)

Granted = set[tuple[str, str]]


@dataclass(slots=True)
class _Dump:
    """A dump's statements, sorted by what becomes of them."""

    defaults: list[str] = field(default_factory=list)
    default_grants: dict[str, Granted] = field(default_factory=lambda: defaultdict(set))
    grants: dict[tuple[str, str], Granted] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    others: list[str] = field(default_factory=list)


def condense(statements: list[str]) -> list[str]:
    """Return statements with the same effect: default privileges come first and do what grants table by table did.

    An object whose privileges are not the default ones is stripped of those and gets its own. Primary and unique keys
    are declared with their table. Foreign keys stay statements of their own: Citus takes one at a time.
    """
    dump = _sorted_out(statements)
    schema, *rest = dump.others
    made = [_with_keys(statement, dump.keys) for statement in rest]
    return [schema, *dump.defaults, *made, *_own_privileges(dump)]


def _sorted_out(statements: list[str]) -> _Dump:
    dump = _Dump()
    for statement in statements:
        if default := _DEFAULT.fullmatch(statement):
            dump.defaults.append(statement)
            dump.default_grants[default["kind"]].add((default["privileges"], default["role"]))
        elif grant := _GRANT.fullmatch(statement):
            of_object = dump.grants.setdefault((grant["kind"], grant["name"]), set())
            of_object.add((grant["privileges"], grant["role"]))
        elif key := _KEY.fullmatch(statement):
            dump.keys[key["table"]].append(key["key"])
        else:
            dump.others.append(statement)
            if created := _CREATED.match(statement):
                dump.grants.setdefault(("TABLE", created["table"]), set())
            if sequence := _SEQUENCE.search(statement):
                dump.grants.setdefault(("SEQUENCE", sequence["sequence"]), set())
    return dump


def _with_keys(statement: str, keys: dict[str, list[str]]) -> str:
    created = _CREATED.match(statement)
    if not created or created["table"] not in keys:
        return statement
    return ",\n    ".join([statement.removesuffix("\n)"), *keys[created["table"]]]) + "\n)"


def _own_privileges(dump: _Dump) -> list[str]:
    own: list[str] = []
    for (kind, name), granted in dump.grants.items():
        default = dump.default_grants[kind]
        if granted == default:
            continue
        if default:
            own.append(f"REVOKE ALL ON {kind} {name} FROM {_list(default)}")
        for privileges in sorted({privileges for privileges, _ in granted}):
            roles = _list((each, role) for each, role in granted if each == privileges)
            own.append(f"GRANT {privileges} ON {kind} {name} TO {roles}")
    return own


def _list(granted: Iterable[tuple[str, str]]) -> str:
    return ", ".join(sorted({role for _, role in granted}))

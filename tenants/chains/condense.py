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

_FOREIGN = re.compile(
    r"ALTER TABLE ONLY (?P<table>\S+)\s+ADD (?P<key>CONSTRAINT \S+ FOREIGN KEY .* REFERENCES (?P<other>[^\s(]+).*)",
    re.DOTALL,
)

Granted = set[tuple[str, str]]


@dataclass(slots=True)
class _Dump:
    """A dump's statements, sorted by what becomes of them."""

    defaults: list[str] = field(default_factory=list)
    default_grants: dict[str, Granted] = field(default_factory=lambda: defaultdict(set))
    grants: dict[tuple[str, str], Granted] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    foreign: list[re.Match[str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def condense(statements: list[str]) -> list[str]:
    """Return statements with the same effect: default privileges come first and do what grants table by table did.

    An object whose privileges are not the default ones is stripped of those and gets its own. Keys are declared with
    their table, foreign ones too: a new table has no rows that PostgreSQL would have to check. Only a foreign key in
    a circle of tables stays a statement of its own.
    """
    dump = _sorted_out(statements)
    schema, *others = dump.others
    return [schema, *dump.defaults, *_tables(dump), *others, *_own_privileges(dump)]


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
        elif foreign := _FOREIGN.fullmatch(statement):
            dump.foreign.append(foreign)
        elif created := _CREATED.match(statement):
            dump.tables[created["table"]] = statement
            dump.grants.setdefault(("TABLE", created["table"]), set())
        else:
            dump.others.append(statement)
            if sequence := _SEQUENCE.search(statement):
                dump.grants.setdefault(("SEQUENCE", sequence["sequence"]), set())
    return dump


def _tables(dump: _Dump) -> list[str]:
    """Return the tables with their keys, each behind those that it refers to."""
    refers_to = {table: {key["other"] for key in dump.foreign if key["table"] == table} for table in dump.tables}
    made: list[str] = []
    ordered: list[str] = []
    while waiting := [table for table in dump.tables if table not in ordered]:
        ready = [table for table in waiting if refers_to[table] <= {table, *ordered}] or waiting[:1]
        for table in ready:
            ordered.append(table)
            foreign = [key["key"] for key in dump.foreign if key["table"] == table and key["other"] in ordered]
            made.append(_with_keys(dump.tables[table], [*dump.keys[table], *foreign]))
    in_a_circle = [key for key in dump.foreign if ordered.index(key["other"]) > ordered.index(key["table"])]
    return [*made, *(key.string for key in in_a_circle)]


def _with_keys(created: str, keys: list[str]) -> str:
    return ",\n    ".join([created.removesuffix("\n)"), *keys]) + "\n)" if keys else created


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

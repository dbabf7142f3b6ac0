"""The same schema in fewer statements: what a dump says again for every table is said once, or with the table."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

_CREATED = re.compile(r"CREATE TABLE (?P<table>\S+) \(")
_KEY = re.compile(
    r"ALTER TABLE ONLY (?P<table>\S+)\s+ADD (?P<key>CONSTRAINT \S+ (?:PRIMARY KEY|UNIQUE)\b.*)", re.DOTALL
)
_FOREIGN = re.compile(
    r"ALTER TABLE ONLY (?P<table>\S+)\s+ADD (?P<key>CONSTRAINT \S+ FOREIGN KEY .* REFERENCES (?P<other>[^\s(]+).*)",
    re.DOTALL,
)
_NUMBERED = re.compile(
    r"ALTER TABLE (?P<table>\S+) ALTER COLUMN (?P<column>\S+) ADD (?P<how>GENERATED \S+(?: DEFAULT)? AS IDENTITY"
    r" \(\s+SEQUENCE NAME (?P<sequence>\S+).*)",
    re.DOTALL,
)
_SEQUENCE = re.compile(r"CREATE SEQUENCE (?P<sequence>\S+)")
# What a sequence that starts at one is from the beginning.
_STILL_AT_ONE = re.compile(r"SELECT pg_catalog\.setval\('(?P<sequence>[^']+)', 1, false\)")
_GRANT = re.compile(r"GRANT (?P<privileges>[A-Z,]+) ON (?P<kind>TABLE|SEQUENCE|SCHEMA) (?P<name>\S+) TO (?P<role>\S+)")
_DEFAULT = re.compile(
    r"(?P<where>ALTER DEFAULT PRIVILEGES .*)GRANT (?P<privileges>[A-Z,]+) ON (?P<kind>TABLE|SEQUENCE)S TO (?P<role>\S+)"
)
_WALLED = re.compile(r"ALTER TABLE \S+ ENABLE ROW LEVEL SECURITY")

# A privilege and the role that has it.
Granted = set[tuple[str, str]]


@dataclass(slots=True)
class _Dump:
    """A dump's statements, sorted by what becomes of them."""

    defaults: list[re.Match[str]] = field(default_factory=list)
    grants: dict[tuple[str, str], Granted] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    foreign: list[re.Match[str]] = field(default_factory=list)
    numbered: list[re.Match[str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    walled: list[str] = field(default_factory=list)


def condense(statements: list[str]) -> list[str]:
    """Return statements with the same effect: default privileges come first and do what grants table by table did.

    Of an object whose privileges are not the default ones only the difference is revoked and granted, for all objects
    at once that differ alike. Keys are declared with their table, foreign ones too: a new table has no rows that
    PostgreSQL would have to check. Only a foreign key in a circle of tables stays a statement of its own. Policies
    come before indexes and row-level security last, because after each statement about a new table PostgreSQL reads
    again what it knows of it, a walled table's policies included.
    """
    dump = _sorted_out(statements)
    schema, *others = dump.others
    return [schema, *_defaults(dump), *_tables(dump), *dump.policies, *others, *_own_privileges(dump), *dump.walled]


def _sorted_out(statements: list[str]) -> _Dump:
    dump = _Dump()
    for statement in statements:
        if _is_of_a_table(statement, dump) or _is_about_privileges(statement, dump) or _says_nothing(statement, dump):
            continue
        if _WALLED.fullmatch(statement):
            dump.walled.append(statement)
        elif statement.startswith("CREATE POLICY "):
            dump.policies.append(statement)
        else:
            dump.others.append(statement)
            if sequence := _SEQUENCE.match(statement):
                dump.grants.setdefault(("SEQUENCE", sequence["sequence"]), set())
    return dump


def _is_of_a_table(statement: str, dump: _Dump) -> bool:
    if created := _CREATED.match(statement):
        dump.tables[created["table"]] = statement
        dump.grants.setdefault(("TABLE", created["table"]), set())
    elif key := _KEY.fullmatch(statement):
        dump.keys[key["table"]].append(key["key"])
    elif foreign := _FOREIGN.fullmatch(statement):
        dump.foreign.append(foreign)
    elif numbered := _NUMBERED.fullmatch(statement):
        dump.numbered.append(numbered)
        dump.grants.setdefault(("SEQUENCE", numbered["sequence"]), set())
    else:
        return False
    return True


def _is_about_privileges(statement: str, dump: _Dump) -> bool:
    if default := _DEFAULT.fullmatch(statement):
        dump.defaults.append(default)
    elif grant := _GRANT.fullmatch(statement):
        of_object = dump.grants.setdefault((grant["kind"], grant["name"]), set())
        of_object |= {(privilege, grant["role"]) for privilege in grant["privileges"].split(",")}
    else:
        return False
    return True


def _says_nothing(statement: str, dump: _Dump) -> bool:
    found = _STILL_AT_ONE.fullmatch(statement)
    return found is not None and any(
        each["sequence"] == found["sequence"] and "START WITH 1\n" in each["how"] for each in dump.numbered
    )


def _defaults(dump: _Dump) -> list[str]:
    """Return the default privileges, a statement for all roles that get the same."""
    roles: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for default in dump.defaults:
        roles[default["where"], default["privileges"], default["kind"]].add(default["role"])
    return [
        f"{where}GRANT {privileges} ON {kind}S TO {_list(granted)}"
        for (where, privileges, kind), granted in roles.items()
    ]


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
            made.append(_with_keys(_with_numbers(table, dump), [*dump.keys[table], *foreign]))
    in_a_circle = [key for key in dump.foreign if ordered.index(key["other"]) > ordered.index(key["table"])]
    return [*made, *(key.string for key in in_a_circle)]


def _with_keys(created: str, keys: list[str]) -> str:
    return ",\n    ".join([created.removesuffix("\n)"), *keys]) + "\n)" if keys else created


def _with_numbers(table: str, dump: _Dump) -> str:
    created = dump.tables[table]
    for numbered in dump.numbered:
        column = re.search(rf"\n    {re.escape(numbered['column'])} .*?(?=,?\n)", created)
        if numbered["table"] == table and column:
            created = f"{created[: column.end()]} {numbered['how']}{created[column.end() :]}"
    return created


def _own_privileges(dump: _Dump) -> list[str]:
    """Return what turns each object's default privileges into its own, for all objects with the same difference."""
    defaults: dict[str, Granted] = defaultdict(set)
    for default in dump.defaults:
        defaults[default["kind"]] |= {(each, default["role"]) for each in default["privileges"].split(",")}
    objects: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for (kind, name), granted in dump.grants.items():
        for verb, difference in (("REVOKE", defaults[kind] - granted), ("GRANT", granted - defaults[kind])):
            for privileges, roles in _by_privileges(difference):
                objects[verb, privileges, kind, roles].append(name)
    said = [
        f"{verb} {privileges} ON {kind} {', '.join(names)} {'FROM' if verb == 'REVOKE' else 'TO'} {roles}"
        for (verb, privileges, kind, roles), names in objects.items()
    ]
    return sorted(said, key=lambda statement: statement.startswith("GRANT"))


def _by_privileges(granted: Granted) -> list[tuple[str, str]]:
    """Return pairs of privileges and the roles that have exactly these, as lists in SQL."""
    of_role: dict[str, set[str]] = defaultdict(set)
    for privilege, role in granted:
        of_role[role].add(privilege)
    roles: dict[str, set[str]] = defaultdict(set)
    for role, privileges in of_role.items():
        roles[_list(privileges)].add(role)
    return sorted((privileges, _list(each)) for privileges, each in roles.items())


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))

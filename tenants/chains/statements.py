"""SQL as single statements, with the chain and the roles left open."""

import re
from collections.abc import Iterable, Iterator

from psycopg import Connection

from chains.walls import role

CHAIN = "@chain@"
_ROLES = ("public", "gate", "store", "area", "hq", "backup", "owner")
# A quote inside a string is doubled, in strings with and without E'': pg_dump and Django both write them so.
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|(\$\w*\$).*?\1|;|[^'"$;-]+|.""", re.DOTALL)
_NAMES_ROLES = re.compile(r"(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|CREATE POLICY)\b")


def split(script: str) -> Iterator[str]:
    """Yield the statements of a script, without their semicolons and comments.

    Django's own splitter takes a backslash before a quote for an escape, and would join two statements there.
    """
    words: list[str] = []
    for token in _TOKEN.finditer(script):
        text = token.group()
        if text == ";":
            yield from _whole(words)
            words = []
        elif not text.startswith("--"):
            words.append(text)
    yield from _whole(words)


def open_up(statement: str, *, schema: str, owner: str) -> str:
    """Return the statement with placeholders for the schema and for the roles of this installation."""
    opened = re.sub(rf'"?\b{re.escape(schema)}\b"?', CHAIN, statement)
    if not _NAMES_ROLES.match(opened):
        return opened
    # Whoever replays the statement is the owner of what it makes.
    opened = re.sub(rf'\bFOR ROLE "?{re.escape(owner)}"? ', "", opened)
    for name in _ROLES:
        opened = re.sub(rf'"?\b{re.escape(role(name)[1:-1])}\b"?', f"@role:{name}@", opened)
    return opened


def fill_in(statements: Iterable[str], *, schema: str) -> list[str]:
    """Return the statements for one chain's schema and this installation's roles."""
    roles = {f"@role:{name}@": role(name) for name in _ROLES}
    return [_replace(statement, {CHAIN: f'"{schema}"', **roles}) for statement in statements]


def send(connection: Connection, statements: Iterable[str]) -> None:
    """Send statements in one pipeline: each stays a statement of its own, and none waits for the one before."""
    with connection.pipeline():
        for statement in statements:
            connection.execute(statement.encode(), prepare=False)


def _whole(words: list[str]) -> Iterator[str]:
    statement = "".join(words).strip()
    if statement:
        yield statement


def _replace(statement: str, values: dict[str, str]) -> str:
    for placeholder, value in values.items():
        statement = statement.replace(placeholder, value)
    return statement

"""Who may see what: every type and every field of the schema has its line, or the schema is not built (corpus S01).

`of_type("Store", READ_STORES, "id name", phone=READ_MEMBERS)`: to see a store at all one needs READ_STORES; `id` and
`name` need no more, `phone` needs READ_MEMBERS as well. PUBLIC is everybody, MEMBER everybody who is signed in. For
mutations the action's own check is the law; the permission here is asked first and must be the same one.
"""

from api.base.permitted import Everyone, Table, of_type
from members.rules.permissions import Permission

PUBLIC, MEMBER = Everyone.PUBLIC, Everyone.MEMBER
_MAY = Permission

EXPLORER = Permission.READ_SCHEMA

_CHAINS = of_type("Chain", PUBLIC, "id name language", currency=MEMBER, createdAt=MEMBER, state=MEMBER)

_QUERIES = {
    "Query.node": MEMBER,
    "Query.chain": PUBLIC,
}

_MUTATIONS: dict[str, Permission | Everyone] = {}

TABLE: Table = {**_CHAINS, **_QUERIES, **_MUTATIONS}

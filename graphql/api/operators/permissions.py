"""Who may see and do what on the public host; nothing there is for everybody."""

from api.base.permitted import Table, of_type
from members.rules.operators import OperatorPermission

_OPERATE = OperatorPermission.OPERATE_CHAINS

TABLE: Table = {
    **of_type("OperatedChain", _OPERATE, "id name domain currency language state createdAt stateChangedAt"),
    "Query.chains": _OPERATE,
    "Query.chain": _OPERATE,
    "Mutation.openChain": _OPERATE,
    "Mutation.suspendChain": _OPERATE,
    "Mutation.resumeChain": _OPERATE,
    "Mutation.closeChain": _OPERATE,
    "Mutation.enterChain": OperatorPermission.ENTER_CHAIN,
}

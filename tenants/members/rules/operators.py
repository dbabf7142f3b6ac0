"""What operators may do; no role of a chain has any of it."""

from enum import StrEnum


class OperatorPermission(StrEnum):
    """One verb of operators."""

    OPERATE_CHAINS = "OPERATE_CHAINS"
    ENTER_CHAIN = "ENTER_CHAIN"

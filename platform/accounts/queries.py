"""Questions about operators; all of them are asked of the schema `public`."""

from datetime import datetime
from uuid import UUID

from accounts.models import Operator, OperatorToken
from kit.tokens import OPERATORS, digest_of


def operator_with(secret: str, *, now: datetime) -> Operator | None:
    """Return the active operator who holds this secret, or None."""
    token = (
        OperatorToken.objects.select_related("operator")
        .filter(
            digest=digest_of(secret, bound_to=OPERATORS),
            revoked_at=None,
            expires_at__gt=now,
            operator__is_active=True,
        )
        .first()
    )
    return token.operator if token else None


def name_of_operator(operator_id: UUID) -> str:
    """Return what an operator is called; raises Operator.DoesNotExist."""
    return Operator.objects.get(id=operator_id).name

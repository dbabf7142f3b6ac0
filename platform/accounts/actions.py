"""Deeds around operators; the first operator is made by a command on the server, there is no other way in."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Operator, OperatorToken
from kit.tokens import OPERATORS, digest_of, new_secret

TOKEN_LASTS = timedelta(days=90)
PUBLIC_ALIAS = "public"


@transaction.atomic(using=PUBLIC_ALIAS)
def appoint_operator(*, email: str, name: str, now: datetime) -> tuple[Operator, str]:
    """Make somebody an operator, or give one a new key; return them and the secret, which is shown once.

    Keys handed out before are revoked, so a lost one dies by asking for a new one.
    """
    operator, _created = Operator.objects.get_or_create(email=email.lower(), defaults={"name": name, "since": now})
    OperatorToken.objects.filter(operator=operator, revoked_at=None).update(revoked_at=now)
    secret = new_secret("obo_")
    OperatorToken.objects.create(
        operator=operator,
        digest=digest_of(secret, bound_to=OPERATORS),
        created_at=now,
        expires_at=now + TOKEN_LASTS,
    )
    return operator, secret

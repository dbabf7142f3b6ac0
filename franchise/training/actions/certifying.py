"""Headquarters' deed on certificates: what was given by mistake is taken back (T3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import text_of
from members.rules.permissions import Permission
from stores.actions.locks import refusing_duplicates
from training.models.taking import Certificate, CertificateWithdrawal
from training.rules.happenings import Happening
from training.rules.taking import CertificateWithdrawn


@transaction.atomic(using=CHAINS_ALIAS)
def withdraw_certificate(*, actor: Actor, certificate_id: UUID, reason: str, now: datetime) -> Certificate:
    """Take a certificate back: from now on it proves nothing, and the course can be assigned anew.

    Refusals: NotFound, NotPermitted, CertificateWithdrawn, Invalid, TooLong.
    """
    actor.must(Permission.PUBLISH_COURSE)
    certificate = Certificate.objects.visible_to(actor).filter(id=certificate_id).first()
    if certificate is None:
        raise NotFound(field="certificate_id")
    withdrawal = CertificateWithdrawal(
        certificate=certificate, reason=text_of(reason, field="reason"), done_by_id=actor.user_id, done_at=now
    )
    with refusing_duplicates(CertificateWithdrawn(field="certificate_id")):
        withdrawal.save(force_insert=True)
    append(
        actor=actor,
        kind=Happening.CERTIFICATE_WITHDRAWN,
        subject_type="Certificate",
        subject_id=certificate.id,
        store_id=None,
        now=now,
        after={
            "member_id": certificate.member_id,
            "course_id": certificate.course_id,
            "course_version_id": certificate.course_version_id,
        },
    )
    return certificate

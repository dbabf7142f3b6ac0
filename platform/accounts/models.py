"""Operators, our own staff, and the keys they call the public host with; they live in the schema `public`."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id


class Operator(models.Model):
    """One of our own staff; in no chain, and no chain's user."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="an_operators_address_is_kept_in_lower_case")
        ]


class OperatorToken(models.Model):
    """An operator's key; only a digest of the secret is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("operator's token")
        verbose_name_plural = _("operators' tokens")
        ordering = ["-created_at", "-id"]


class Founder(models.Model):
    """Who is to run what an operator has opened; the row goes once they have been invited.

    The customer is a bare id: this app knows nobody's chains. An address is not put into the queue, it waits here.
    """

    customer_id = models.UUIDField(primary_key=True)
    email = models.EmailField(_("e-mail address"))
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+", null=True)
    # From where the operator asked, for the chain's own journal, which is not there yet.
    request_id = models.UUIDField()
    address = models.GenericIPAddressField(null=True)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("founder")
        verbose_name_plural = _("founders")
        ordering = ["asked_at", "customer_id"]

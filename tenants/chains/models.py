"""Chains and their hosts; they live in the schema `public`."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from kit.ids import new_id


class ChainState(models.TextChoices):
    """Where a chain is in its life."""

    PROVISIONING = "PROVISIONING", _("being set up")
    ACTIVE = "ACTIVE", _("active")
    SUSPENDED = "SUSPENDED", _("suspended: it can be read, not changed")
    CLOSING = "CLOSING", _("closing: data can still be exported")
    CLOSED = "CLOSED", _("closed")


class Chain(TenantMixin):
    """One brand with its HQ and stores: the tenant. Rows are kept for ever, so that no schema name comes back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=16, choices=ChainState, default=ChainState.PROVISIONING)
    currency = models.CharField(max_length=3, default="CNY")
    language = models.CharField(max_length=10, default="en")
    migration_hash = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField()

    auto_create_schema = False
    auto_drop_schema = False

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(schema_name__regex=r"^c_[0-9a-f]{20}$"), name="a_chains_schema_name_is_random"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ChainState.values), name="a_chain_is_in_a_known_state"
            ),
        ]


class Domain(DomainMixin):
    """A host name under which a chain is reached."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

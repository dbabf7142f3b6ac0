"""The types that operators see."""

import graphene
from graphene_django.registry import Registry

from api.base.things import Thing, computed
from chains.models import Chain, ChainState, Domain

OPERATORS_THINGS = Registry()


class OperatedChainType(Thing):
    """A chain as operators see it: its life, nothing of its inside."""

    class Meta:
        name = "OperatedChain"
        model = Chain
        registry = OPERATORS_THINGS
        fields = ("name", "currency", "language", "created_at", "state_changed_at")
        enums = {"state": ChainState}
        descriptions = {
            "name": "What the chain is called.",
            "currency": "The currency of its amounts, as the three letters of ISO 4217.",
            "language": "The language it writes in by default, as a code such as `zh-hans`.",
            "created_at": "When it was opened.",
            "state": "Where it is in its life.",
            "state_changed_at": "Since when it is in this state.",
        }

    domain = computed(
        graphene.String,
        lambda rows, _info: dict(
            Domain.objects.filter(tenant__in=[row.pk for row in rows], is_primary=True).values_list(
                "tenant_id", "domain"
            )
        ),
        for_all=True,
        description="The host name it is reached under; null once it is closed.",
    )

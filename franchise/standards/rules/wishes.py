"""Whether a rule asks for more than the best stores reached, and how that is told (S3)."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from standards.rules.deeds import FieldRecorded, Never
from standards.rules.feasible import DAYS, Reached
from standards.rules.grammar import FollowedBy, Rule
from standards.rules.windows import Average, Bound, Share

_HUNDREDTH = Decimal("0.01")


def wish_in(rule: Rule, reached: Reached) -> Promise | str | None:
    """Tell that a rule is a wish, since not even the best quarter of the stores reached it; None where they did."""
    told: dict[str, Decimal | int] = {"days": DAYS, "best": reached.best_quarter, "together": reached.together}
    match rule:
        case FollowedBy() | FieldRecorded():
            return _share_wished(rule.share, told) if rule.share > reached.best_quarter else None
        case Never():
            return _never_wished(_rounded(told)) if reached.best_quarter else None
        case Share() | Average() if not rule.bound.holds(reached.best_quarter, 1):
            return _bound_wished(rule, rule.bound, _rounded(told))
    return None


def _share_wished(share: Decimal, told: dict[str, Decimal | int]) -> Promise | str:
    return _(
        "it asks for %(share)s %%, and in the last %(days)s days the best quarter of the stores reached "
        "%(best)s %%, all of them together %(together)s %%."
    ) % {**told, "share": share}


def _never_wished(told: dict[str, Decimal | int]) -> Promise | str:
    return (
        _(
            "it asks that this never happens, and in the last %(days)s days it happened at least %(best)s times at "
            "three quarters of the stores, on average %(together)s times at a store."
        )
        % told
    )


def _bound_wished(rule: Share | Average, bound: Bound, told: dict[str, Decimal | int]) -> Promise | str:
    if bound.at_least is not None:
        if isinstance(rule, Share):
            return _share_wished(bound.at_least, told)
        return _(
            "it asks for an average of at least %(bound)s, and in the last %(days)s days the best quarter of the "
            "stores reached %(best)s, all of them together %(together)s."
        ) % {**told, "bound": bound.at_least}
    if isinstance(rule, Share):
        return _(
            "it allows %(bound)s %%, and in the last %(days)s days the best quarter of the stores came to %(best)s %%, "
            "all of them together to %(together)s %%."
        ) % {**told, "bound": bound.at_most}
    return _(
        "it asks for an average of at most %(bound)s, and in the last %(days)s days the best quarter of the stores "
        "came to %(best)s, all of them together to %(together)s."
    ) % {**told, "bound": bound.at_most}


def _rounded(told: dict[str, Decimal | int]) -> dict[str, Decimal | int]:
    return {
        name: each.quantize(_HUNDREDTH, ROUND_HALF_UP).normalize() + 0 if isinstance(each, Decimal) else each
        for name, each in told.items()
    }

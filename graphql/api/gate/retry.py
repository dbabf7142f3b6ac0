"""Which troubles of the database pass by themselves, told by SQLSTATE (corpus C14, G22)."""

from api.gate.masking import cause_of

MOST_TRIES = 3
_CROSSED = frozenset({"40P01", "40001"})
_TOO_SLOW = frozenset({"57014", "55P03"})


def sqlstate(error: BaseException) -> str | None:
    """Return the SQLSTATE beneath an error, whoever wrapped it."""
    seen: BaseException | None = cause_of(error)
    while seen is not None:
        state = getattr(seen, "sqlstate", None)
        if state is not None:
            return str(state)
        seen = seen.__cause__
    return None


def crossed_another(error: BaseException) -> bool:
    """Tell whether two transactions stood in each other's way, so that the same request may simply be tried again."""
    return sqlstate(error) in _CROSSED


def took_too_long(error: BaseException) -> bool:
    """Tell whether the database stopped a statement by `statement_timeout` or `lock_timeout`."""
    return sqlstate(error) in _TOO_SLOW

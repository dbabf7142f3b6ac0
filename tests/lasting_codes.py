"""Codes of authenticators in tests: one of half a minute may be over before a busy machine has looked at it."""

from django.test import override_settings

_A_DAY = 24 * 3600


def lasting_codes() -> override_settings:
    """Let codes be good for a day, in this process, while the block runs."""
    return override_settings(MFA_TOTP_PERIOD=_A_DAY)

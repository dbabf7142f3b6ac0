"""Second factors as an authenticator app would handle them."""

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import override_settings

from tests.factories.chains import PASSWORD
from tests.tenants.members.browser import Browser

# A code of half a minute may be over before a busy machine has looked at it.
A_DAY = 24 * 3600
ENOUGH_SECONDS = 20


def lasting_codes() -> override_settings:
    """Let codes be good for a day, in this process, while the block runs."""
    return override_settings(MFA_TOTP_PERIOD=A_DAY)


def code_for(secret: str, *, periods_later: int = 0) -> str:
    """Return the code that an app shows now and for some seconds more, or that it will show or has shown."""
    period = app_settings.TOTP_PERIOD
    left = period - time.time() % period
    if left < ENOUGH_SECONDS:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // period + periods_later))


def turn_on_totp(browser: Browser) -> str:
    """Add an authenticator app to whoever is signed in, and return its secret."""
    assert browser.post("/auth/reauthenticate", password=PASSWORD).status_code == 200
    secret: str = browser.send("GET", "/account/authenticators/totp").json()["meta"]["secret"]
    answer = browser.post("/account/authenticators/totp", code=code_for(secret))
    assert answer.status_code == 200, answer.content
    return secret

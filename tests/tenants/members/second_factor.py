"""Second factors as an authenticator app would handle them."""

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.factories.chains import PASSWORD
from tests.tenants.members.browser import Browser

ENOUGH_SECONDS = 20


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

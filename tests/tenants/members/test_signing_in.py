"""Signing in by password, over HTTP."""

from tests.tenants.members.browser import Browser


def test_a_member_signs_in_and_out(chains) -> None:
    browser = Browser(chains.a)
    answer = browser.sign_in()
    assert answer.status_code == 200, answer.content
    assert browser.is_signed_in
    r = browser.send("DELETE", "/auth/session")
    assert r.status_code == 401
    assert not browser.is_signed_in

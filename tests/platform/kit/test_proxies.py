"""The address that limits count by comes from our own proxies and from nobody else."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from kit.proxies import ClientAddressMiddleware, seen_by_outermost


@pytest.mark.parametrize(
    ("forwarded", "proxies", "seen"),
    [
        ("203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.1", 2, "203.0.113.7"),
        ("2001:db8::1", 1, "2001:db8::1"),
        ("203.0.113.7", 2, ""),
        ("", 1, ""),
        ("unknown", 1, ""),
        ("203.0.113.7\r\nX: y", 1, ""),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(forwarded: str, proxies: int, seen: str) -> None:
    assert seen_by_outermost(forwarded, proxies) == seen


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_without_a_proxy_the_header_is_not_read(proxies: int, address: str) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.7"})
    with override_settings(ONEBANNER_TRUSTED_PROXIES=proxies):
        ClientAddressMiddleware(lambda _request: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == address

"""The caller's address behind proxies of ours: limits count by it, the journal keeps it."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ClientAddressMiddleware:
    """Puts into REMOTE_ADDR what the outermost proxy of ours saw, and leaves it alone where there is no proxy.

    `ONEBANNER_TRUSTED_PROXIES` says how many proxies stand before us; each adds one address to X-Forwarded-For, and
    what stands further left was written by the caller and is not believed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.proxies: int = settings.ONEBANNER_TRUSTED_PROXIES

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle a request under the caller's own address."""
        if self.proxies:
            request.META["REMOTE_ADDR"] = seen_by_outermost(request.headers.get("X-Forwarded-For", ""), self.proxies)
        return self.get_response(request)


def seen_by_outermost(forwarded: str, proxies: int) -> str:
    """Return the address that the outermost of so many proxies saw; empty when the header does not tell one."""
    seen = forwarded.split(",")
    if len(seen) < proxies:
        return ""
    try:
        return str(ip_address(seen[-proxies].strip()))
    except ValueError:
        return ""

"""What a request tells about itself: its language is the one asked for, else the member's, the chain's, English."""

import pytest
from django.test import RequestFactory

from chains.models import Chain
from members.models import User
from members.signin.requests import particulars_of


@pytest.mark.parametrize(
    ("asked", "member", "chain", "language"),
    [
        ("zh-TW, en;q=0.5", "zh-hans", "en", "zh-hant"),
        ("", "zh-hans", "zh-hant", "zh-hans"),
        ("", "", "zh-hant", "zh-hant"),
        ("fr, *", "", "zh-hant", "zh-hant"),
        ("", "", "", "en"),
        ("x" * 10_000, "zh-hans", "", "zh-hans"),
    ],
)
def test_the_language_of_an_answer(asked: str, member: str, chain: str, language: str) -> None:
    request = RequestFactory().post("/graphql/", headers={"Accept-Language": asked})
    request.chain = Chain(language=chain) if chain else None  # as HostMiddleware does
    user = User(language=member) if member else None
    told = particulars_of(request, user)
    assert told.language == language
    assert particulars_of(request).id == told.id

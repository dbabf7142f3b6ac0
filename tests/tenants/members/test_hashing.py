"""What a password that was drawn costs to keep, and what it tells of itself afterwards: nothing."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher, make_password
from django.test import override_settings

from chains.actor import gate_actor
from chains.scope import scope
from members.actions.signing_in import keep_password
from members.models import Password, User
from members.signin.hashing import BriefScrypt, Drawn, Scrypt
from tests.conftest import Chains

PASSWORD = Drawn("ru3k-7s2m-q5xa-vw4e")
OF_PRODUCTION = [f"{Scrypt.__module__}.{Scrypt.__qualname__}"]


def work_in(password_hash: str) -> int:
    return int(get_hasher().decode(password_hash)["work_factor"])


def test_a_drawn_password_is_kept_with_little_work_until_the_first_sign_in(chains: Chains) -> None:
    with override_settings(PASSWORD_HASHERS=OF_PRODUCTION), scope(chains.a.chain, gate_actor()):
        user = User.objects.get(id=chains.a.people["MENTOR"])
        kept = Password.objects.filter(user=user).values_list("hash", flat=True)
        keep_password(user=user, password=PASSWORD)
        assert work_in(kept.get()) == BriefScrypt.work_factor
        assert user.check_password(str(PASSWORD))
        assert work_in(kept.get()) == Scrypt.work_factor


def test_a_password_that_somebody_chose_is_kept_with_all_the_work(chains: Chains) -> None:
    with override_settings(PASSWORD_HASHERS=OF_PRODUCTION), scope(chains.a.chain, gate_actor()):
        user = User.objects.get(id=chains.a.people["MENTOR"])
        keep_password(user=user, password=str(PASSWORD))
        assert work_in(Password.objects.get(user=user).hash) == Scrypt.work_factor


def test_a02_a_wrong_password_costs_all_the_work_beside_a_hash_with_little(
    chains: Chains, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    monkeypatch.setattr(hashlib, "scrypt", _noting(done))
    with override_settings(PASSWORD_HASHERS=OF_PRODUCTION), scope(chains.a.chain, gate_actor()):
        user = User.objects.get(id=chains.a.people["MENTOR"])
        Password.objects.filter(user=user).update(hash=make_password(PASSWORD, hasher=BriefScrypt()))
        done.clear()
        assert not user.check_password("another one")
    assert done == [BriefScrypt.work_factor, Scrypt.work_factor]


def _noting(done: list[int]) -> Callable[..., bytes]:
    scrypt = hashlib.scrypt

    def noting(*args: Any, n: int, **more: Any) -> bytes:
        done.append(n)
        return scrypt(*args, n=n, **more)

    return noting

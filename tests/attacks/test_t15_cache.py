"""T15: the same key of the cache in two chains: in one process, in a thread, and in jobs of one worker."""

import threading
from pathlib import Path

import pytest
from django.core.cache import cache, caches

from chains.actor import system_actor
from chains.cache import chain_key, platform_key
from chains.scope import OutsideScope, scope
from tests.faults import tasks
from tests.workers import drain, empty_queue, noted


def test_one_process_never_reads_another_chains_value(chains) -> None:
    with scope(chains.a.chain, system_actor()):
        cache.set("menu", "A's menu")
        cache.set("only-in-a", "A's")
        assert cache.get("menu") == "A's menu"
    with scope(chains.b.chain, system_actor()):
        assert cache.get("menu") is None
        assert "only-in-a" not in cache
        assert cache.get_many(["menu", "only-in-a"]) == {}
        cache.set("menu", "B's menu")
        cache.delete("only-in-a")
    with scope(chains.a.chain, system_actor()):
        assert cache.get_many(["menu", "only-in-a"]) == {"menu": "A's menu", "only-in-a": "A's"}


def test_the_platforms_cache_is_no_chains(chains) -> None:
    platform = caches["platform"]
    platform.set("menu", "everybody's")
    with scope(chains.a.chain, system_actor()):
        assert cache.get("menu") is None
        cache.set("menu", "A's menu")
        chains_own = chain_key("menu", "", 1)
    assert platform.get("menu") == "everybody's"
    assert platform_key(chains_own, "", 1) != chains_own


@pytest.mark.parametrize("deed", ["get", "set", "delete", "get_many"])
def test_outside_a_scope_the_chains_cache_raises(chains, deed: str) -> None:
    arguments = {"get": ("k",), "set": ("k", 1), "delete": ("k",), "get_many": (["k"],)}[deed]
    with pytest.raises(OutsideScope):
        getattr(cache, deed)(*arguments)


def test_a_thread_does_not_inherit_the_chain(chains) -> None:
    raised: list[BaseException] = []

    def ask() -> None:
        try:
            chain_key("menu", "", 1)
        except OutsideScope as error:
            raised.append(error)

    with scope(chains.a.chain, system_actor()):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert len(raised) == 1


def test_jobs_of_one_worker_have_each_their_own_chains_key(fresh_chain, furnished, tmp_path: Path) -> None:
    empty_queue()
    for _ in range(2):
        tasks.note.defer(furnished.b.chain.id, number=1)
        tasks.note.defer(fresh_chain.chain.id, number=2)
    drain(tmp_path)
    keys = {note["cache_key"] for note in noted(fresh_chain.chain)}
    assert keys == {f"{fresh_chain.chain.id}::1:k"}

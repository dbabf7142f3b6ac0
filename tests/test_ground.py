from pathlib import Path

import pytest

from tests import ground


@pytest.mark.parametrize("is_memory", [True, False])
def test_only_what_lies_in_memory_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_memory: bool
) -> None:
    memory, state = tmp_path / "memory", tmp_path / "state"
    kept = (memory if is_memory else tmp_path / "elsewhere") / "kept"
    kept.mkdir(parents=True)
    state.symlink_to(kept)
    monkeypatch.setattr(ground, "_MEMORY", memory)
    monkeypatch.setattr(ground, "STATE", state)
    ground.give_back()
    assert (kept.exists(), state.is_symlink()) == (not is_memory, not is_memory)

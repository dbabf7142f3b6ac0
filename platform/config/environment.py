"""Where the project's settings come from: the process's environment first, else what `onebanner setup` wrote."""

import json
import os
import secrets
from pathlib import Path


class MissingSetting(Exception):
    """A setting has neither a value nor a default."""


def checkout() -> Path | None:
    """Return the top folder of the checkout that this code runs from; none when it was installed from a wheel."""
    folder = Path(__file__).resolve().parents[2]
    return folder if (folder / "pyproject.toml").is_file() else None


def state_folder() -> Path:
    """Return the folder for everything a running copy writes: settings, the database, logs, process ids.

    Without a choice it is in the checkout, or in the working directory of an installed copy.
    """
    chosen = os.environ.get("ONEBANNER_STATE")
    return Path(chosen).absolute() if chosen else (checkout() or Path.cwd()) / ".onebanner"


def read(name: str, default: str | None = None) -> str:
    """Return a setting; an empty variable counts as not set.

    Refusals: `MissingSetting` when there is no value and no default.
    """
    value = os.environ.get(name) or written().get(name) or default
    if value is None:
        raise MissingSetting(f"{name} is not set: run `onebanner setup`, or put it into the environment.")
    return value


def given(name: str) -> str:
    """Return what this process was given for a setting, or an empty text; what setup wrote before does not count."""
    return os.environ.get(name, "")


def written() -> dict[str, str]:
    """Return the settings that `onebanner setup` wrote; none before its first run."""
    try:
        found: dict[str, str] = json.loads(_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def write(**settings: str) -> None:
    """Add settings to the written ones, readable by this account only; a reader never sees half a file."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        json.dump(written() | settings, stream, indent=2, sort_keys=True)
        stream.write("\n")
    draft.replace(file)


def _file() -> Path:
    return state_folder() / "environment.json"

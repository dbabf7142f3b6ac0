"""The house stands as house.md has it, and each check finds a deliberate sin."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import house

TREE = Path(__file__).resolve().parents[2]
CHECKS = [
    house.source_roots_are_no_packages,
    house.long_files,
    house.long_functions,
    house.rooms,
    house.forbidden_couplings,
    house.upward_foreign_keys,
    house.impure_rules,
    house.unread_marks,
]


def tracked_files() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=TREE,
        capture_output=True,
        text=True,
        check=True,
    )
    return listing.stdout.splitlines()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_tree_keeps_the_house_rules(check: Callable[[Path], list[str]]) -> None:
    assert check(TREE) == []


def test_the_top_level_holds_the_seven_folders() -> None:
    assert house.top_level_folders(TREE, tracked_files()) == []


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    assert house.machine_names(TREE, tracked_files()) == []


def test_every_top_level_folder_has_a_readme() -> None:
    assert [folder for folder in sorted(house.TOP_LEVEL) if not (TREE / folder / "README.md").is_file()] == []


RULES = "franchise/stores/rules.py"
SIGNAL = "from django.db.models.signals import post_save\n"
UPWARD_KEY = "x = ForeignKey('complaints.Complaint')\n"
SINS = {
    "a source root made a package": (house.source_roots_are_no_packages, "graphql/__init__.py", ""),
    "a file of 301 lines": (house.long_files, RULES, "x = 1\n" * 301),
    "a mark for a checker that reads no tests": (house.unread_marks, "tests/test_x.py", "x = 1  # type:" + " ignore\n"),
    "a test of 501 lines": (house.long_files, "tests/test_long.py", "x = 1\n" * 501),
    "a function of 41 lines": (house.long_functions, "tenants/chains/far.py", "def far():\n" + "    x = 1\n" * 40),
    "a folder of helpers": (house.rooms, "tenants/chains/helpers/x.py", ""),
    "a room of one's own": (house.rooms, "franchise/stores/wizards.py", ""),
    "a warehouse in the platform": (house.rooms, "platform/kit/utils.py", ""),
    "a lazy model": (house.forbidden_couplings, RULES, "apps.get_model('members', 'User')\n"),
    "a signal": (
        house.forbidden_couplings,
        RULES,
        "from django.db.models.signals import post_save\n",
    ),
    "a generic key": (house.forbidden_couplings, "franchise/stores/models.py", "x = GenericForeignKey()\n"),
    "set_config": (house.forbidden_couplings, "franchise/stores/queries.py", "x = 'SELECT set_config(1)'\n"),
    "a re-export": (house.forbidden_couplings, "franchise/stores/rules/__init__.py", "from stores.rules.a import b\n"),
    "a rule that reads the clock": (house.impure_rules, RULES, "x = datetime.now(UTC)\n"),
    "a rule that reads rows": (house.impure_rules, RULES, "x = Store.objects\n"),
    "a rule that knows requests": (house.impure_rules, RULES, "from django.http import HttpRequest\n"),
    "an upward key": (
        house.upward_foreign_keys,
        "franchise/stores/models.py",
        "x = ForeignKey('complaints.Complaint')\n",
    ),
}


@pytest.mark.parametrize("sin", SINS)
def test_a_deliberate_sin_is_found(sin: str, tmp_path: Path) -> None:
    check, where, text = SINS[sin]
    (tmp_path / "franchise" / "stores").mkdir(parents=True)
    (tmp_path / "franchise" / "stores" / "README.md").write_text("Stores.\n")
    assert check(tmp_path) == []
    sinful = tmp_path / where
    sinful.parent.mkdir(parents=True, exist_ok=True)
    sinful.write_text(text)
    assert len(check(tmp_path)) == 1


def test_an_eighth_folder_is_found() -> None:
    assert house.top_level_folders(TREE, ["scripts/x.py", ".ci/run", "README.md"]) == [
        "scripts/: the top level has seven folders"
    ]


def test_the_path_of_a_machine_is_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Look into /work/main.\n")
    assert house.machine_names(tmp_path, ["README.md"]) == ["README.md: names /work/"]

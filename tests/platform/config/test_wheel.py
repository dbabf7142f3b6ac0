"""A wheel holds all that an installed copy needs, each thing at one place; built by hatchling without a network."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from config import environment
from config.commands import main
from config.texts import LANGUAGES, SOURCE_ROOTS, apps, catalogue
from tests.patience import PATIENCE_SECONDS

TREE = Path(__file__).resolve().parents[3]
BUILD = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as a release builds it: no compiled translations yet, and a web app that stands for the built one."""
    copy = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", ".gitignore"):
        shutil.copy(TREE / name, copy)
    for folder in (*SOURCE_ROOTS, "infra"):
        shutil.copytree(TREE / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    (copy / "frontend" / "dist" / "assets").mkdir(parents=True)
    (copy / "frontend" / "dist" / "index.html").write_text("<!doctype html>")
    (copy / "frontend" / "dist" / "assets" / "app.js").write_text("")
    return copy


@pytest.fixture(scope="module")
def names(source: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return _built(source, tmp_path_factory.mktemp("wheel"))


def _built(source: Path, folder: Path) -> list[str]:
    subprocess.run(
        [*BUILD, str(folder)], cwd=source, check=True, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    [wheel] = folder.iterdir()
    with ZipFile(wheel) as archive:
        return archive.namelist()


def test_every_module_of_the_four_roots_is_in_the_wheel_at_its_imported_name(names: list[str]) -> None:
    modules = {
        file.relative_to(TREE / root).as_posix()
        for root in SOURCE_ROOTS
        for file in (TREE / root).rglob("*.py")
        if "__pycache__" not in file.parts
    }
    assert {"journal/migrations/0001_entries_seals_and_positions.py", "config/commands/serve.py"} <= modules
    assert modules == {name for name in names if name.endswith(".py")}


def test_every_app_has_its_translations_compiled(names: list[str]) -> None:
    wanted = {
        catalogue(Path(app.name), language).with_suffix(ending).as_posix()
        for app in apps(TREE)
        for language in LANGUAGES
        for ending in (".po", ".mo")
    }
    assert wanted == {name for name in names if "/locale/" in name}


def test_schemas_and_the_built_web_app_come_along_and_no_file_lies_beside_the_packages(names: list[str]) -> None:
    assert {
        "api/printed/schema.graphql",
        "api/printed/codes.json",
        "config/web/index.html",
        "config/web/assets/app.js",
    } < {*names}
    assert {f"api/printed/{file.name}" for file in (TREE / "graphql").glob("*.graphql")} < {*names}
    packages = {app.name for app in apps(TREE)}
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == packages
    assert not [name for name in names if name.endswith(".md")]
    assert len(names) == len(set(names))


def test_a_wheel_without_a_built_web_app_is_a_wheel_too(source: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(source, plain, ignore=shutil.ignore_patterns("dist"))
    names = _built(plain, tmp_path / "wheel")
    assert "config/urls.py" in names
    assert not [name for name in names if name.startswith("config/web/")]


def test_an_installed_copy_works_in_the_folder_it_is_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = tmp_path / "lib" / "site-packages" / "config" / "environment.py"
    monkeypatch.setattr(environment, "__file__", str(installed))
    monkeypatch.delenv("ONEBANNER_STATE")
    monkeypatch.chdir(tmp_path)
    assert environment.checkout() is None
    assert environment.state_folder() == tmp_path / ".onebanner"
    assert main(["messages", "--collect"]) == 1
    assert capsys.readouterr().err.startswith("onebanner: Texts are collected in a checkout of the source")

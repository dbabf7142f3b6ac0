"""Collect the texts for translation, and compile the translations; neither needs gettext's own programs to compile."""

import shutil
import subprocess
from argparse import ArgumentParser, Namespace
from pathlib import Path

import polib

from config import environment
from config.commands.failure import CommandFailure

SOURCE_ROOTS = ("platform", "tenants", "franchise", "graphql")
LANGUAGES = ("zh_Hans", "zh_Hant")
_KEYWORDS = ("_", "gettext_lazy", "ngettext:1,2", "ngettext_lazy:1,2", "pgettext:1c,2", "pgettext_lazy:1c,2")


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--collect", action="store_true", help="first take the texts of the code into the catalogues")


def run(options: Namespace) -> int:
    """Compile every catalogue that is newer than its compiled form, and say which."""
    project = environment.project_folder()
    if options.collect:
        for root in SOURCE_ROOTS:
            _collect(project / root)
    compiled = [file for root in SOURCE_ROOTS for file in sorted((project / root / "locale").glob("*/*/*.po"))]
    compiled = [file for file in compiled if compile_catalogue(file)]
    for file in compiled:
        print(f"Compiled {file.relative_to(project)}.")
    return 0


def compile_catalogue(file: Path) -> bool:
    """Compile a catalogue unless its compiled form is as new, and tell whether there was something to do."""
    target = file.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= file.stat().st_mtime:
        return False
    polib.pofile(str(file)).save_as_mofile(str(target))
    return True


def _collect(root: Path) -> None:
    found = _texts_in(root)
    if not found:
        return
    for language in LANGUAGES:
        file = root / "locale" / language / "LC_MESSAGES" / "django.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        catalogue = polib.pofile(str(file)) if file.exists() else _new_catalogue(language)
        catalogue.merge(found)
        # A text that nobody shows any more is not kept: the history has it.
        for entry in catalogue.obsolete_entries():
            catalogue.remove(entry)
        for entry in catalogue:
            if entry.msgid_plural:
                # Chinese has one form for every number.
                entry.msgstr_plural = {0: entry.msgstr_plural.get(0, "")}
        catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        catalogue.save(str(file))


def _texts_in(root: Path) -> polib.POFile:
    program = shutil.which("xgettext")
    if program is None:
        raise CommandFailure("`xgettext` is missing: install it (Debian: apt install gettext) to collect texts.")
    sources = sorted(str(path.relative_to(root)) for path in root.rglob("*.py") if "migrations" not in path.parts)
    keywords = [f"--keyword={keyword}" for keyword in _KEYWORDS]
    command = [program, "--language=Python", "--from-code=UTF-8", "--add-location=file", "--sort-output", *keywords]
    answer = subprocess.run(
        [*command, "--files-from=-", "--output=-"], cwd=root, input="\n".join(sources), capture_output=True, text=True
    )
    if answer.returncode:
        raise CommandFailure(f"xgettext failed: {answer.stderr.strip().splitlines()[-1]}")
    return polib.pofile(answer.stdout) if answer.stdout else polib.POFile()


def _new_catalogue(language: str) -> polib.POFile:
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue

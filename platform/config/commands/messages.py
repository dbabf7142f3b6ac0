"""Collect the texts for translation, and compile the translations; neither needs gettext's own programs."""

import secrets
from argparse import ArgumentParser, Namespace
from pathlib import Path

import polib

from config import environment
from config.commands.failure import CommandFailure
from config.texts import LANGUAGES, MADE_FROM, SOURCE_ROOTS, catalogue, catalogues, digest_of, is_compiled, texts_of

_WIDTH = 110


def arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--collect", action="store_true", help="first take the texts of the code into the catalogues")


def run(options: Namespace) -> int:
    """Compile every catalogue whose compiled form is not of the same text, and say which."""
    project = environment.project_folder()
    if options.collect:
        for root in SOURCE_ROOTS:
            _collect(project, root)
    for file in compile_catalogues(project):
        print(f"Compiled {file.relative_to(project)}.")
    return 0


def compile_catalogues(project: Path) -> list[Path]:
    """Compile what is not compiled yet, and return it; several processes may do so at once."""
    missing = [file for file in catalogues(project) if not file.is_file()]
    if missing:
        raise CommandFailure(f"{missing[0]} is missing: run `onebanner messages --collect`, then translate.")
    stale = [file for file in catalogues(project) if not is_compiled(file)]
    for file in stale:
        made_from, translations = digest_of(file), polib.pofile(str(file))
        translations.metadata[MADE_FROM] = made_from
        draft = file.with_name(f".{secrets.token_hex(4)}.mo")
        translations.save_as_mofile(str(draft))
        draft.replace(file.with_suffix(".mo"))
    return stale


def _collect(project: Path, root: str) -> None:
    found = polib.POFile()
    for text, places in texts_of(project / root).items():
        # Chinese has one form for every number.
        plural = {"msgid_plural": text.plural, "msgstr_plural": {0: ""}} if text.plural else {}
        entry = polib.POEntry(msgid=text.text, occurrences=[(place, "") for place in places], **plural)
        entry.msgctxt = text.context or None
        found.append(entry)
    for language in LANGUAGES:
        file = catalogue(project, root, language)
        file.parent.mkdir(parents=True, exist_ok=True)
        translations = polib.pofile(str(file), wrapwidth=_WIDTH) if file.exists() else _new_catalogue(language)
        translations.merge(found)
        # A text that nobody shows any more is not kept: the history has it.
        for entry in translations.obsolete_entries():
            translations.remove(entry)
        translations.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        translations.save(str(file))


def _new_catalogue(language: str) -> polib.POFile:
    translations = polib.POFile(wrapwidth=_WIDTH)
    translations.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return translations

"""The catalogues of translations: made and merged from the code's texts, and compiled; without gettext's own programs.

Needs no Django, so that building a wheel can compile, too.
"""

import secrets
from collections.abc import Iterable
from pathlib import Path

import polib

from config.texts import LANGUAGES, MADE_FROM, TranslationsNotCompiled, catalogue, digest_of, is_compiled, texts_of

_WIDTH = 110


def collect(app: Path) -> None:
    """Take the texts of an app into its catalogues; what nobody shows any more is not kept: the history has it."""
    found = polib.POFile()
    for text, places in texts_of(app).items():
        # Chinese has one form for every number.
        plural = {"msgid_plural": text.plural, "msgstr_plural": {0: ""}} if text.plural else {}
        entry = polib.POEntry(msgid=text.text, occurrences=[(place, "") for place in places], **plural)
        entry.msgctxt = text.context or None
        found.append(entry)
    for language in LANGUAGES:
        file = catalogue(app, language)
        file.parent.mkdir(parents=True, exist_ok=True)
        translations = polib.pofile(str(file), wrapwidth=_WIDTH) if file.exists() else _new_catalogue(language)
        translations.merge(found)
        for entry in translations.obsolete_entries():
            translations.remove(entry)
        translations.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        translations.save(str(file))


def compile_catalogues(files: Iterable[Path]) -> list[Path]:
    """Compile what is not compiled yet, and return it; several processes may do so at once.

    Refusals: `TranslationsNotCompiled` when one is missing.
    """
    stale = [file for file in files if not is_compiled(file)]
    for file in stale:
        if not file.is_file():
            raise TranslationsNotCompiled(f"{file} is missing: run `onebanner messages --collect`, then translate.")
        made_from, translations = digest_of(file), polib.pofile(str(file))
        translations.metadata[MADE_FROM] = made_from
        draft = file.with_name(f".{secrets.token_hex(4)}.mo")
        translations.save_as_mofile(str(draft))
        draft.replace(file.with_suffix(".mo"))
    return stale


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

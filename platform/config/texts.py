"""The texts that people read: which ones the code holds, and whether their translations are compiled.

Needs neither gettext's own programs nor Django, so that a check and a start of the server can ask.
"""

import ast
import gettext
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path

SOURCE_ROOTS = ("platform", "tenants", "franchise", "graphql")
LANGUAGES = ("zh_Hans", "zh_Hant")
# The header of a compiled catalogue that tells which text it was made from.
MADE_FROM = "X-Made-From"
_CATALOGUE = "django.po"
_TRANSLATION = "django.utils.translation"
# Where a function takes its context, its text and its plural.
_PLACES: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}


class TranslationsNotCompiled(Exception):
    """A catalogue is missing, or its compiled form is not of the same text: people would read English instead."""


class UnreadableText(Exception):
    """A text is put together when the program runs, so no catalogue can hold it."""


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """One text of the code, with its plural and with its context where it has them."""

    text: str
    plural: str = ""
    context: str = ""


def apps(project: Path) -> list[Path]:
    """List the folders of our apps in a checkout: the packages right below a source root."""
    return [file.parent for root in SOURCE_ROOTS for file in sorted((project / root).glob("*/__init__.py"))]


def texts_of(app: Path) -> dict[Text, list[str]]:
    """Return the texts of an app with the files that show them; raises UnreadableText."""
    found: dict[Text, list[str]] = {}
    for file in sorted(app.rglob("*.py")):
        if "migrations" in file.parts:
            continue
        for text in _texts_in(ast.parse(file.read_text(encoding="utf-8")), file):
            places = found.setdefault(text, [])
            if (place := file.relative_to(app.parents[1]).as_posix()) not in places:
                places.append(place)
    return found


def catalogue(app: Path, language: str) -> Path:
    """Return where the translations of an app stand."""
    return app / "locale" / language / "LC_MESSAGES" / _CATALOGUE


def catalogues(project: Path | None) -> list[Path]:
    """List every catalogue there has to be in a checkout or, without one, in the installed package."""
    if project is None:
        files = metadata.files("onebanner") or []
        return sorted(Path(str(file.locate())) for file in files if file.name == _CATALOGUE)
    return [catalogue(app, language) for app in apps(project) for language in LANGUAGES]


def is_compiled(file: Path) -> bool:
    """Tell whether a catalogue has a compiled form that was made from the text it has now."""
    try:
        with file.with_suffix(".mo").open("rb") as stream:
            return gettext.GNUTranslations(stream).info().get(MADE_FROM.lower()) == digest_of(file)
    except (OSError, UnicodeDecodeError):
        return False


def digest_of(file: Path) -> str:
    """Return the digest of a catalogue's text."""
    return sha256(file.read_bytes()).hexdigest()


def refuse_english_instead(project: Path | None) -> None:
    """Raise TranslationsNotCompiled unless everything can be told in every language."""
    missing = [file for file in catalogues(project) if not is_compiled(file)]
    if missing:
        raise TranslationsNotCompiled(
            f"{len(missing)} translations are not compiled, {missing[0]} among them: run `onebanner messages`."
        )


def _texts_in(tree: ast.Module, file: Path) -> Iterator[Text]:
    known = {
        alias.asname or alias.name: _PLACES[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == _TRANSLATION
        for alias in node.names
        if alias.name in _PLACES
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            words = [_words(node, place, file) for place in known[node.func.id]]
            # What is looked up by a name was marked with gettext_noop where it is written.
            if None not in words:
                context, text, plural = (word or "" for word in words)
                yield Text(text, plural, context)


def _words(call: ast.Call, place: int | None, file: Path) -> str | None:
    if place is None:
        return ""
    given = call.args[place]
    if isinstance(given, ast.JoinedStr | ast.BinOp):
        raise UnreadableText(f"{file}:{call.lineno}: a text for translation is one constant with %(names)s in it.")
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None

"""What is asked of texts and their translations, as checks over a tree: each returns its violations as lines."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib

from config.texts import LANGUAGES, Text, apps, catalogue, texts_of

_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
_NAMES_OF_MODELS = frozenset({"verbose_name", "verbose_name_plural"})
_SPOKEN_ARGUMENTS = frozenset({"subject", "body", "why"})
_CHOICES = frozenset({"TextChoices", "IntegerChoices"})
# Pairs that no text in the other script can hold by right; characters that both scripts know are left out.
SIMPLIFIED = "门户权单这个为说对发问题处级经应统区员务记录时间过达请让设证话电邮链锁连运营总专业导训评审阅验码数变"
TRADITIONAL = "門戶權單這個為說對發問題處級經應統區員務記錄時間過達請讓設證話電郵鏈鎖連運營總專業導訓評審閱驗碼數變"
_FOREIGN = {"zh_Hans": frozenset(TRADITIONAL), "zh_Hant": frozenset(SIMPLIFIED)}


def untranslated(tree: Path) -> list[str]:
    """Every text of the code is translated into every language."""
    found = []
    for app in apps(tree):
        for language in LANGUAGES:
            known = {_text_of(entry) for entry in _entries(app, language) if entry.translated()}
            found += [
                f"{places[0]}: not in {language}: {text.text!r}"
                for text, places in texts_of(app).items()
                if text not in known
            ]
    return found


def changed_placeholders(tree: Path) -> list[str]:
    """A translation is filled with the same values as its text."""
    found = []
    for file, _language, entry in _all_entries(tree):
        source = entry.msgid_plural or entry.msgid
        for told in _translations(entry):
            names = set(_PLACEHOLDER.findall(source))
            if set(_PLACEHOLDER.findall(told)) != names or (names and not _can_be_filled(told, names)):
                found.append(f"{file}: other placeholders than {source!r}: {told!r}")
    return found


def leftovers(tree: Path) -> list[str]:
    """A catalogue holds no text that the code does not show."""
    found = []
    for app in apps(tree):
        shown = set(texts_of(app))
        for language in LANGUAGES:
            found += [
                f"{app.name} {language}: no longer shown: {entry.msgid!r}"
                for entry in _entries(app, language)
                if entry.obsolete or _text_of(entry) not in shown
            ]
    return found


def foreign_characters(tree: Path) -> list[str]:
    """Simplified texts hold no Traditional characters, and the other way round."""
    found = []
    for file, language, entry in _all_entries(tree):
        for told in _translations(entry):
            found += [f"{file}: {sign} in {told!r}" for sign in sorted(set(told) & _FOREIGN[language])]
    return found


def contradictions(tree: Path) -> list[str]:
    """The same text has the same translation everywhere: at run time all catalogues of a language are one."""
    found, told = [], dict[tuple[str, Text], list[str]]()
    for file, language, entry in _all_entries(tree):
        first = told.setdefault((language, _text_of(entry)), _translations(entry))
        if first != _translations(entry):
            found.append(f"{file}: {entry.msgid!r} is {first} elsewhere: give the two a context (pgettext)")
    return found


def untranslatable(tree: Path) -> list[str]:
    """Sentences of refusals, names of models, labels of choices and mails pass through gettext."""
    found = []
    for app in apps(tree):
        for file in sorted(app.rglob("*.py")):
            if "migrations" not in file.parts:
                module = ast.parse(file.read_text(encoding="utf-8"))
                found += [f"{file.relative_to(tree)}:{line}: {what}" for line, what in _unspoken(module)]
    return found


def _unspoken(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            is_choice = any(
                isinstance(base, ast.Name | ast.Attribute) and _name(base) in _CHOICES for base in node.bases
            )
            for line in node.body:
                yield from _unspoken_in(line, is_choice)
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in _SPOKEN_ARGUMENTS and _is_plain(keyword.value):
                    yield node.lineno, f"{keyword.arg} without gettext"


def _unspoken_in(line: ast.stmt, is_choice: bool) -> Iterator[tuple[int, str]]:
    if isinstance(line, ast.ClassDef) and line.name == "Meta":
        for inner in line.body:
            if isinstance(inner, ast.Assign) and _target(inner) in _NAMES_OF_MODELS and _is_plain(inner.value):
                yield inner.lineno, f"{_target(inner)} without gettext"
    if isinstance(line, ast.Assign):
        if _target(line) == "message" and _is_plain(line.value):
            yield line.lineno, "message without gettext"
        if is_choice and isinstance(line.value, ast.Tuple) and _is_plain(line.value.elts[-1]):
            yield line.lineno, f"the label of {_target(line)} without gettext"


def _target(line: ast.Assign) -> str:
    return line.targets[0].id if isinstance(line.targets[0], ast.Name) else ""


def _is_plain(value: ast.expr | None) -> bool:
    constant = isinstance(value, ast.Constant) and isinstance(value.value, str) and bool(value.value)
    return constant or isinstance(value, ast.JoinedStr)


def _name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _can_be_filled(told: str, names: set[str]) -> bool:
    try:
        return bool(told % dict.fromkeys(names, "x"))
    except (ValueError, TypeError):
        return False


def _text_of(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _entries(app: Path, language: str) -> list[polib.POEntry]:
    file = catalogue(app, language)
    return list(polib.pofile(str(file))) if file.is_file() else []


def _all_entries(tree: Path) -> Iterator[tuple[str, str, polib.POEntry]]:
    for app in apps(tree):
        for language in LANGUAGES:
            for entry in _entries(app, language):
                yield catalogue(app, language).relative_to(tree).as_posix(), language, entry

"""Everything that a person reads is there in all three languages, and each check finds a deliberate sin."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, override

from api.gate import codes, refusals
from config.catalogues import compile_catalogues
from config.texts import (
    Text,
    TranslationsNotCompiled,
    UnreadableText,
    apps,
    catalogue,
    catalogues,
    is_compiled,
    refuse_english_instead,
    texts_of,
)
from kit.refusals import Refusal, Stale
from kit.wording import enumerated
from members.rules.permissions import Role
from standards.models.texts import VersionState
from tests.architecture import texts
from tests.conftest import Chains
from tests.graphql_caller import GraphQLCaller
from tests.tenants.members.browser import Browser

TREE = Path(__file__).resolve().parents[2]
CHECKS = [
    texts.untranslated,
    texts.changed_placeholders,
    texts.leftovers,
    texts.foreign_characters,
    texts.contradictions,
    texts.untranslatable,
]
STORES, MEMBERS = "franchise/stores", "tenants/members"
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
STORE = 'from django.utils.translation import gettext_lazy as _\nx = _("store %(name)s")\n'
SHOP = 'msgid "store %(name)s"\nmsgstr "{}"\n'
SINS: dict[str, tuple[Callable[[Path], list[str]], str, str]] = {
    "a text without a translation": (texts.untranslated, STORE, ""),
    "an empty translation": (texts.untranslated, STORE, SHOP.format("")),
    "a translation that is not sure": (texts.untranslated, STORE, f"#, fuzzy\n{SHOP.format('门店 %(name)s')}"),
    "a plural that is translated as a singular": (
        texts.untranslated,
        'from django.utils.translation import ngettext\nx = ngettext("store %(name)s", "stores", 2)\n',
        SHOP.format("门店 %(name)s"),
    ),
    "a placeholder of another name": (texts.changed_placeholders, STORE, SHOP.format("门店 %(store)s")),
    "a lost placeholder": (texts.changed_placeholders, STORE, SHOP.format("门店")),
    "a percent sign that breaks the filling": (texts.changed_placeholders, STORE, SHOP.format("%(name)s 占 5%")),
    "a text that nobody shows": (texts.leftovers, "", SHOP.format("门店 %(name)s")),
    "a Traditional character among Simplified ones": (texts.foreign_characters, STORE, SHOP.format("門店 %(name)s")),
    "a refusal in English for everybody": (texts.untranslatable, 'class Shut(Refusal):\n    message = "Shut."\n', ""),
    "a reason in English for everybody": (texts.untranslatable, 'raise Invalid(field="x", why="one line")\n', ""),
    "a mail in English for everybody": (texts.untranslatable, 'EmailMessage(subject=f"Hello {x}", body=y)\n', ""),
    "a choice in English for everybody": (
        texts.untranslatable,
        'class Kind(models.TextChoices):\n    OWN = "OWN", "our own"\n',
        "",
    ),
    "a model's name in English for everybody": (
        texts.untranslatable,
        'class Store(models.Model):\n    class Meta:\n        verbose_name = "store"\n',
        "",
    ),
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_tree_speaks_all_languages(check: Callable[[Path], list[str]]) -> None:
    assert check(TREE) == []


@pytest.mark.parametrize(("check", "code", "translation"), SINS.values(), ids=SINS.keys())
def test_each_check_finds_its_sin(
    check: Callable[[Path], list[str]], code: str, translation: str, tmp_path: Path
) -> None:
    _write(tmp_path / STORES / "rules.py", code)
    _write_catalogue(tmp_path / STORES, "zh_Hans", translation)
    assert check(tmp_path)


def test_the_same_text_said_in_two_ways_is_found(tmp_path: Path) -> None:
    _write_catalogue(tmp_path / STORES, "zh_Hans", SHOP.format("门店 %(name)s"))
    _write_catalogue(tmp_path / MEMBERS, "zh_Hans", SHOP.format("店铺 %(name)s"))
    assert len(texts.contradictions(tmp_path)) == 1


def test_a_simplified_character_among_traditional_ones_is_found(tmp_path: Path) -> None:
    _write_catalogue(tmp_path / STORES, "zh_Hant", SHOP.format("门店 %(name)s"))
    assert len(texts.foreign_characters(tmp_path)) == 1


def test_texts_are_found_under_every_name_of_gettext(tmp_path: Path) -> None:
    _write(
        tmp_path / STORES / "shop.py",
        "from django.utils.translation import gettext_noop, ngettext, pgettext as told\n"
        'a = gettext_noop("kept for later")\n'
        'b = ngettext("one store", "many stores", count)\n'
        'c = told("a store is", "open")\n'
        "d = told(where, what)\n",
    )
    assert set(texts_of(tmp_path / STORES)) == {
        Text("kept for later"),
        Text("one store", plural="many stores"),
        Text("open", context="a store is"),
    }


def test_a_text_that_is_put_together_at_run_time_is_refused(tmp_path: Path) -> None:
    _write(tmp_path / "shop.py", 'from django.utils.translation import gettext\nx = gettext(f"store {name}")\n')
    with pytest.raises(UnreadableText):
        texts_of(tmp_path)


def test_a_catalogue_that_was_changed_since_it_was_compiled_stops_the_start(tmp_path: Path) -> None:
    for app in (STORES, MEMBERS):
        shutil.copytree(TREE / app / "locale", tmp_path / app / "locale", ignore=shutil.ignore_patterns("*.mo"))
        _write(tmp_path / app / "__init__.py", "")
    with pytest.raises(TranslationsNotCompiled, match="4 translations"):
        refuse_english_instead(tmp_path)
    assert compile_catalogues(catalogues(tmp_path)) == catalogues(tmp_path)
    refuse_english_instead(tmp_path)
    assert compile_catalogues(catalogues(tmp_path)) == []
    changed = catalogue(tmp_path / STORES, "zh_Hans")
    changed.write_text(changed.read_text(encoding="utf-8").replace("门店", "店"), encoding="utf-8")
    with pytest.raises(TranslationsNotCompiled, match="1 translations"):
        refuse_english_instead(tmp_path)
    changed.with_suffix(".mo").write_bytes(b"torn")
    assert not is_compiled(changed)
    changed.unlink()
    with pytest.raises(TranslationsNotCompiled):
        refuse_english_instead(tmp_path)
    with pytest.raises(TranslationsNotCompiled, match="is missing"):
        compile_catalogues(catalogues(tmp_path))


def test_every_app_of_the_tree_is_asked_for_translations() -> None:
    assert {app.name for app in apps(TREE)} >= {"config", "kit", "chains", "members", "complaints", "api"}


def test_every_refusal_has_a_sentence_of_its_own_in_every_language() -> None:
    codes.codes()
    kinds = [kind for kind in (*_all_under(Refusal), *_all_under(refusals.GateRefusal)) if _is_ours(kind)]
    assert len(kinds) > 50
    assert [kind.__name__ for kind in kinds if not isinstance(kind.message, Promise)] == []
    for language, _name in settings.LANGUAGES[1:]:
        with override("en"):
            english = {kind: str(kind.message) for kind in kinds}
        with override(language):
            assert [kind.__name__ for kind in kinds if str(kind.message) == english[kind]] == []


def test_states_are_told_by_their_names_in_the_readers_language() -> None:
    refusal = Stale(version=3, state=VersionState.APPROVED)
    with override("zh-hans"):
        assert refusal.text() == "在此期间已有人修改。当前为版本 3（已批准），请重新查看。"
    with override("zh-hant"):
        assert refusal.text() == "在此期間已有人修改。目前為版本 3（已核准），請重新檢視。"
        assert enumerated([Role.MENTOR.label, Role.STORE_MANAGER.label]) == "導師、店長"
    with override("en"):
        assert enumerated([Role.MENTOR.label, Role.STORE_MANAGER.label]) == "Mentor, Store manager"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "请登录，或提供有效的令牌。"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "請登入，或提供有效的權杖。"),
        ("zh-HK", "請登入，或提供有效的權杖。"),
        ("de,en;q=0.5", "Sign in, or send a valid token."),
    ],
)
def test_somebody_unknown_reads_what_the_browser_asks_for(
    chains: Chains, graphql: GraphQLCaller, asked: str, sentence: str
) -> None:
    answer = graphql(chains.a, "{ stores(first: 1) { totalCount } }", language=asked)
    assert answer["errors"][0]["message"] == sentence


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh-Hans", "此操作需要权限 OPEN_STORE。拥有该权限的角色：总部管理员。"),
        ("zh-Hant", "此操作需要權限 OPEN_STORE。擁有此權限的角色：總部管理員。"),
    ],
)
def test_a_member_reads_refusals_in_the_language_of_the_page(
    chains: Chains, graphql: GraphQLCaller, language: str, sentence: str
) -> None:
    document = "mutation($input: OpenStoreInput!) { openStore(input: $input) { userErrors { code message } } }"
    given = {"code": "N1", "name": "New", "kind": "COMPANY_OWNED", "timeZone": "Asia/Shanghai"}
    answer = graphql(chains.a, document, {"input": given}, as_="STORE_MANAGER", language=language)
    assert answer["data"]["openStore"]["userErrors"] == [{"code": "NOT_PERMITTED", "message": sentence}]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh-CN", "邮箱地址或密码不正确。"),
        ("zh-TW", "電子郵件地址或密碼不正確。"),
        ("en", "The e-mail address or the password is not right."),
    ],
)
def test_signing_in_refuses_in_the_language_of_the_browser(chains: Chains, language: str, sentence: str) -> None:
    browser = Browser(chains.a)
    browser.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    answer = browser.sign_in(password="not the password")
    assert [error["message"] for error in answer.json()["errors"]] == [sentence]


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_the_libraries_own_sentences_are_translated_too(language: str) -> None:
    shown = [
        "This password is too common.",
        "Too many failed login attempts. Try again later.",
        "Be patient, you are sending too many requests.",
        "You cannot generate recovery codes without having two-factor authentication enabled.",
        "Invalid or expired key.",
        "This field is required.",
    ]
    with override(language):
        assert [sentence for sentence in shown if gettext(sentence) == sentence] == []


def _is_ours(kind: type) -> bool:
    return not kind.__module__.startswith("tests.")


def _all_under(kind: type) -> list[type]:
    return [each for direct in kind.__subclasses__() for each in (direct, *_all_under(direct))]


def _write_catalogue(app: Path, language: str, translation: str) -> None:
    _write(app / "__init__.py", "")
    _write(catalogue(app, language), f"{HEADER}\n{translation}")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")

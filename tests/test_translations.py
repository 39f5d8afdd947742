"""English screens: the catalogue is whole, its placeholders agree, and pages show it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from flask import Flask, g
from flask.testing import FlaskClient

from app.language import gettext
from app.lowcode.register import register, registers
from tests.world import HOME, add_user, build_areas, signed_in_client
from tools.update_translations import CHINESE, collected_words, listed_words, translated_words

EXAMPLES = ("“3幢”", "“3栋”", "“3号楼”", "“1单元”", "“4工作时”", "“3工作日”", "“24小时”")
"""Values as they are typed, which stay Chinese in an English sentence."""
DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
INVISIBLE = re.compile(r"<script.*?</script>|<style.*?</style>|<!--.*?-->", re.DOTALL)
SHOWN = re.compile(r'>([^<]+)<|\b(?:title|placeholder|aria-label|data-label|data-confirm|alt)="([^"]*)"')
PAGES = ("/grid_workers/list/", "/grid_workers/add", "/residents/list/", "/residents/print", "/grid_workers/bin/")
NAMES = re.compile(r"中文|试验区|桂花社区|第[一二]网格|wangmin同志")
"""What the district typed, and the switch back to Chinese."""


@pytest.fixture
def words(sqlite_app: Flask) -> Catalog:
    """What the program says now; the app declares the registers."""
    return collected_words()


@pytest.fixture
def english(sqlite_app: Flask) -> FlaskClient:
    """A community clerk whose browser is signed in and set to English."""
    with sqlite_app.app_context():
        build_areas()
        add_user("wangmin", "community_clerk", HOME)
    client = signed_in_client(sqlite_app, "wangmin")
    assert client.post("/account/language", data={"language": "en"}).status_code == 302
    return client


def _pairs() -> Iterator[tuple[str, str]]:
    for message in translated_words():
        if message.id:
            assert isinstance(message.id, str), "a plural needs its own test"
            yield message.id, str(message.string)


def _chinese_of(page: str) -> set[str]:
    """Chinese texts that a reader meets, in words or in labels."""
    found = {a or b for a, b in SHOWN.findall(INVISIBLE.sub("", page))}
    return {text.strip() for text in found if CHINESE.search(text)}


def test_every_word_on_screen_has_english(words: Catalog) -> None:
    known = dict(_pairs())
    lacking = [message.id for message in words if message.id and not known.get(str(message.id))]
    assert not lacking, f"run tools/update_translations.py and translate: {lacking}"


def test_the_catalogue_holds_nothing_that_is_gone(words: Catalog) -> None:
    here = {message.id for message in words}
    gone = [message for message, _english in _pairs() if message not in here]
    assert not gone, f"run tools/update_translations.py, these are no longer used: {gone}"


def test_placeholders_are_the_same_on_both_sides() -> None:
    for message, said in _pairs():
        assert sorted(PLACEHOLDER.findall(message)) == sorted(PLACEHOLDER.findall(said)), message


def test_english_fills_in_without_error() -> None:
    for message, said in _pairs():
        values = dict.fromkeys(re.findall(r"%\((\w+)\)s", message), "7")
        if values:
            assert "%(" not in said % values, message


def test_no_chinese_is_left_in_english() -> None:
    for message, said in _pairs():
        rest = DOCUMENT_NUMBER.sub("", said)
        for example in EXAMPLES:
            rest = rest.replace(example, "")
        assert not CHINESE.search(rest), f"{message} → {said}"


def test_english_is_calm() -> None:
    assert [said for _message, said in _pairs() if not said.strip() or set(said) & {"!", "！"}] == []


def test_words_in_tables_of_a_module_are_collected_only_where_it_translates_them() -> None:
    table = 'TABLE = {"a": "甲", "b": 2}\nPAIRS = [("c", "乙")]\ndef line(label): ...\nline("丙")\nother("丁")\n'
    assert listed_words(table) == set()
    assert listed_words(table + "_(TABLE[key])") == {"甲", "乙", "丙"}


def test_a_noun_inside_a_sentence_begins_small(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        g.language = "en"
        assert gettext("新增%(noun)s", noun=gettext("网格员")) == "Add grid worker"
        assert gettext("新增%(noun)s", noun=gettext("党员")) == "Add Party member"
        g.language = "zh"
        assert gettext("新增%(noun)s", noun=gettext("网格员")) == "新增网格员"


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_in_english(english: FlaskClient, path: str) -> None:
    """Nothing Chinese is left but what the district typed: its areas, its own names."""
    answer = english.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert '<html lang="en"' in page
    left = {text for text in _chinese_of(page) if CHINESE.search(NAMES.sub("", text))}
    assert not left, f"{path} still says {sorted(left)}"


def test_the_first_page_is_in_english(english: FlaskClient) -> None:
    """Its headings are; sentences made of a date or a difference are Chinese still, so single words are looked for."""
    page = english.get("/").get_data(as_text=True)
    assert '<html lang="en"' in page
    assert "To do" in page
    shown = _chinese_of(page)
    assert not shown & {"待办", "首页", "到今天为止", "导入名册", "登记居民", "退出登录", "系统", "报表"}


def test_the_frame_says_english_words(english: FlaskClient) -> None:
    page = english.get("/grid_workers/list/").get_data(as_text=True)
    for word in ("Grid workers", "Add grid worker", "Sign out", "Import", "Export", "Home"):
        assert word in page, word


def test_a_visitor_signs_in_in_english(sqlite_app: Flask) -> None:
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    client = sqlite_app.test_client()
    client.post("/account/language", data={"language": "en"})
    page = client.get("/login/").get_data(as_text=True)
    assert '<html lang="en"' in page
    assert "Password" in page
    client.post("/account/language", data={"language": "zh"})
    assert "密码" in client.get("/login/").get_data(as_text=True)


def test_every_register_has_an_english_title_and_english_labels(words: Catalog) -> None:
    known = dict(_pairs())
    for reg in registers():
        assert not CHINESE.search(known[register(reg.name).noun_text]), reg.name

"""Profiles: what is refused, what is kept, and that a changed setting is read at once."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from app.database.transactions import writing
from app.extensions import db
from app.profiles.files import known_keys, read_file
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.settings.profile import ProfileRefused, read_profile
from app.settings.queries import NotInitialised, has_profile, profile, setting
from app.settings.service import change_profile, save_profile, save_setting
from tests.world import HOME, add_user, as_user, build_areas

GOOD = {
    "key": "small",
    "name": "清溪街道",
    "top_code": "990101001",
    "levels": [
        {"key": "street", "name": "街道", "digits": 9},
        {"key": "community", "name": "社区", "digits": 12},
    ],
    "grid_level": "community",
    "lists": [
        {"key": "projects", "name": "项目"},
        {"key": "resources", "name": "服务"},
        {"key": "needs", "name": "需求", "title": "群众需求清单"},
    ],
    "issuers": [
        {"area_code": "990101001", "office": "清溪街道办事处", "mark": "清街办"},
        {"level": "community", "office": "{name}居民委员会", "mark": "{short}居"},
    ],
}


@pytest.mark.parametrize("key", known_keys())
def test_every_profile_of_ours_can_be_read(key: str) -> None:
    found = read_file(key).profile
    assert found.key == key
    assert 2 <= len(found.levels) <= 6
    assert {item.key for item in found.lists} == {"resources", "needs", "projects"}
    assert found.issuer(found.top_code, found.name) is not None


def test_names_follow_the_district() -> None:
    small = read_profile(GOOD, source="测试")
    assert [item.name for item in small.lists] == ["项目", "服务", "需求"]
    assert small.list_name("resources") == "服务"
    assert small.list_title("projects") == "项目清单"
    assert small.list_title("needs") == "群众需求清单"
    assert small.menu_title == "项目服务需求"
    issuer = small.issuer("990101001002", "银杏社区")
    assert issuer is not None
    assert (issuer.office, issuer.mark) == ("银杏社区居民委员会", "银杏居")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"levels": GOOD["levels"][:1]}, "2 到 6 级"),
        ({"levels": [*GOOD["levels"], {"key": "grid", "name": "网格", "digits": 12}]}, "依次增加"),
        ({"levels": [*GOOD["levels"], {"key": "street", "name": "网格", "digits": 15}]}, "同一个 key"),
        ({"top_code": "990101"}, "应是 9 位"),
        ({"grid_level": "grid"}, "grid_level"),
        ({"lists": GOOD["lists"][:2]}, "三张清单"),
        ({"grid_bounds": {"households_min": 9, "households_max": 3}}, "下限"),
        ({"grid_bounds": {"households": 9}}, "写法不对"),
        ({"issuers": [{"office": "谁", "mark": "谁"}]}, "area_code 或 level"),
        ({"responsible_titles": {"grid": "网格长"}}, "不在 levels 里"),
        ({"levles": []}, "不认识 levles"),
    ],
)
def test_a_profile_that_does_not_fit_is_refused_in_words(change: dict[str, object], word: str) -> None:
    with pytest.raises(ProfileRefused, match=word):
        read_profile({**GOOD, **change}, source="测试")


def test_a_missing_entry_is_named() -> None:
    with pytest.raises(ProfileRefused, match="缺少 lists"):
        read_profile({name: value for name, value in GOOD.items() if name != "lists"}, source="测试")


@pytest.mark.usefixtures("context")
def test_settings_are_kept_and_read_at_once() -> None:
    with acting_as(SYSTEM):
        assert not has_profile()
        with pytest.raises(NotInitialised, match="init"):
            profile()
        assert save_profile(GOOD) is True
        assert save_profile(GOOD) is False
        assert profile().name == "清溪街道"
        change_profile({"menu_title": "三张清单"})
        assert profile().menu_title == "三张清单"
        save_profile({**GOOD, "name": "远山街道"})
        assert (profile().name, profile().menu_title) == ("远山街道", "三张清单")
        assert save_setting("colour", {"b": [1, None]}) is True
        assert setting("colour") == {"b": [1, None]}
        assert setting("nothing", 7) == 7


@pytest.mark.usefixtures("context")
def test_nobody_and_everybody_read_the_profile_but_few_write_it() -> None:
    build_areas()
    with acting_as(SYSTEM):
        save_profile(GOOD)
    assert profile().key == "small"
    add_user("wang", "community_clerk", HOME)
    with as_user("wang"):
        assert profile().key == "small"
        with pytest.raises(NotPermitted):
            change_profile({"menu_title": "改掉"})
    assert profile().menu_title == "项目服务需求"


@pytest.mark.usefixtures("context")
def test_what_a_broken_transaction_wrote_is_not_remembered() -> None:
    class Broken(Exception):
        pass

    with acting_as(SYSTEM):
        save_profile(GOOD)
        with pytest.raises(Broken):
            _rename_and_break(Broken)
        assert profile().name == "清溪街道"
        save_profile({**GOOD, "name": "近水街道"})
        assert profile().name == "近水街道"


def _rename_and_break(fault: type[Exception]) -> None:
    with writing():
        save_profile({**GOOD, "name": "远山街道"})
        assert profile().name == "远山街道"
        raise fault


@pytest.mark.usefixtures("context")
def test_the_profile_costs_no_statement_once_read(statements: list[str]) -> None:
    with acting_as(SYSTEM):
        save_profile(GOOD)
    profile()
    statements.clear()
    for _ in range(50):
        assert profile().level_name("community") == "社区"
    assert statements == []


@pytest.fixture
def statements(context: object) -> list[str]:
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: seen.append(statement))
    return seen

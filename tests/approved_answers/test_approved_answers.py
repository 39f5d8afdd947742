"""Approved answers: offered by category and by the asker's own words, never once they ran out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.approved_answers import queries, rules, views
from app.approved_answers.models import RESOURCE
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security.actor import SYSTEM, acting_as
from tests.world import HOME, NEXT_DOOR, STREET, TODAY, add_user, as_user, build_areas, signed_in_client


def made(question: str, category: str, **raw: Any) -> Any:
    whole = {
        "area": STREET, "name": question, "category": category, "answer": "按规定办。", "basis": "条例", "office": "城管办",
        "approved_by": "张三", "approved_on": "2026-10-01",
    } | raw  # fmt: skip
    return save(register(RESOURCE), None, whole, by=SYSTEM, today=TODAY)


def asked(**more: Any) -> list[str]:
    wanted = {"area_code": HOME, "today": TODAY} | more
    return [answer.question for answer in queries.offered(**wanted)]


@pytest.mark.parametrize(
    ("approved", "until", "state"),
    [
        (None, None, "待批准"), (TODAY, None, "在用"), (TODAY, TODAY + timedelta(days=31), "在用"),
        (TODAY, TODAY + timedelta(days=30), "快到期"), (TODAY, TODAY, "快到期"), (TODAY, TODAY - timedelta(days=1), "已过期"),
    ],
)  # fmt: skip
def test_the_state_follows_from_the_days(approved: date | None, until: date | None, state: str) -> None:
    assert rules.state_of(approved, until, TODAY) == state


def test_words_and_category_find_the_answer_and_what_ran_out_is_never_offered(context: Any) -> None:
    build_areas()
    with acting_as(SYSTEM):
        made("小区停车位不够怎么办", "parking", keywords="没地方停车")
        made("停车收费标准", "parking")
        made("楼道堆放杂物找谁清理", "sanitation")
        made("停车位怎么租", "parking", valid_until="2026-11-21")
        made("停车证办理", "parking", approved_by="", approved_on="")
        made("银杏社区停车", "parking", area=NEXT_DOOR)
        made("桂花社区停车安排", "parking", area=HOME)
        assert asked(category="parking", words="晚上回来没地方停车")[0] == "小区停车位不够怎么办"
        assert set(asked(category="parking")) == {"小区停车位不够怎么办", "停车收费标准", "桂花社区停车安排"}
        assert asked(category="parking")[0] == "桂花社区停车安排", "the nearest office's own comes first"
        assert asked(words="楼道里堆放很多杂物") == ["楼道堆放杂物找谁清理"]
        assert asked(words="天气") == []
        assert len(asked(category="parking", most=1)) == 1
        found = asked(category="sanitation", words="晚上回来没地方停车")
        assert found[0] == "楼道堆放杂物找谁清理", "its own category comes before whatever shares more words"
        assert "小区停车位不够怎么办" in found


def test_a_community_reads_the_streets_answers_and_a_neighbours_not(context: Any) -> None:
    build_areas()
    add_user("neiqin", "community_clerk", HOME)
    with acting_as(SYSTEM):
        made("停车收费标准", "parking")
        made("银杏社区停车", "parking", area=NEXT_DOOR)
    with as_user("neiqin"):
        assert asked(category="parking") == ["停车收费标准"]
        assert asked(category="parking", area_code=NEXT_DOOR) == ["停车收费标准"]


def test_who_approved_and_when_go_together(context: Any) -> None:
    build_areas()
    with acting_as(SYSTEM):
        with pytest.raises(SaveRefused, match="一起填"):
            made("停车", "parking", approved_by="")
        with pytest.raises(SaveRefused, match="早于批准日期"):
            made("停车", "parking", valid_until="2026-09-01")


def test_what_ran_out_is_a_todo_of_who_keeps_it(context: Any) -> None:
    build_areas()
    street, clerk = add_user("street", "street_office", STREET), add_user("neiqin", "community_clerk", HOME)
    with acting_as(SYSTEM):
        made("停车位怎么租", "parking", valid_until="2026-11-21")
    with as_user("street"):
        assert [todo.due_on for todo in views.run_out(street, TODAY)] == [date(2026, 11, 21)]
    with as_user("neiqin"):
        assert views.run_out(clerk, TODAY) == []


def test_the_address_answers_in_json(app: Flask) -> None:
    with app.app_context():
        build_areas()
        add_user("neiqin", "community_clerk", HOME)
        with acting_as(SYSTEM):
            made("停车收费标准", "parking")
    client = signed_in_client(app, "neiqin")
    found = client.get("/answers/offered?category=停车&q=收费&most=3").get_json()["answers"]
    assert [(each["question"], each["answer"], each["category"]) for each in found] == [
        ("停车收费标准", "按规定办。", "停车管理")
    ]
    assert client.get("/answers/offered?category=没有这类&q=天气").get_json() == {"answers": []}

"""Every refusal of an entry by service, page and REST, and of a rule by REST (by the command line: tests/commands): they
name what refuses, and write nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import db
from app.lowcode.register import register
from app.periods.queries import MonthIsClosed
from app.points import service
from app.points.books import shipped
from app.points.models import PointsEntry, PointsRule
from app.points.rules import Matter, PointsRefused
from app.security.actor import SYSTEM, acting_as
from tests.points.world import build, close_month, rule, worker
from tests.world import GRID, HOME, PASSWORD, STREET, TODAY, as_user, signed_in_client

ON = date(2026, 10, 9)


@dataclass(frozen=True)
class Refusal:
    """Who, by which rule, when and for what; and the words that must be said."""

    who: str
    code: str
    on: date
    matter: str
    words: str
    measured: str = ""
    by: str = "shuji"


REFUSALS = (
    Refusal("王小禾", "R1", date(2026, 11, 23), "明天的事", "日期还没到"),
    Refusal("王小禾", "R1", date(2025, 2, 28), "上岗前的事", "2025-03-01"),
    Refusal("老赵", "R1", ON, "离岗后的事", "2026-09-30"),
    Refusal("王小禾", "R1", date(2026, 8, 5), "定了稿的事", "定稿"),
    Refusal("王小禾", "R2", ON, "停用后的事", "只用到 2026-06-30"),
    Refusal("王小禾", "R3", ON, "启用前的事", "2026-11-01"),
    Refusal("王小禾", "R4", ON, "没有照片的事", "佐证"),
    Refusal("王小禾", "R5", ON, "街道才能记的事", "由街道或网格中心来记"),
    Refusal("王小禾", "R6", ON, "只由系统记的事", "只由系统自动记"),
    Refusal("王小禾", "R1", ON, "记过的事", "一件事只记一次"),
    Refusal("王小禾", "H15", ON, "没写几件的事", "规则 H15 按数计分，请填有多少件", by="jiedao"),
    Refusal("王小禾", "H15", ON, "反着写的事", "规则 H15 的数量要大于 0", measured="-2", by="jiedao"),
    Refusal("王小禾", "H15", ON, "零件的事", "规则 H15 的数量要大于 0", measured="0", by="jiedao"),
)
RULE = {"name": "走访解决问题", "code": "N1", "sign": "plus", "value": "2", "area": STREET, "valid_from": "2026-01-01"}
BAD_RULES = (
    ({"value": "-5"}, "不要写负数"),
    ({"sign": "minus", "value": "-5"}, "不要写负数"),
    ({"value": "0"}, "大于 0"),
    ({"cap": "1"}, "封顶分比一次的分值还小"),
    ({"valid_to": "2025-12-31"}, "停用日期早于启用日期"),
    ({"name": "按登录次数记分"}, "不能按登录次数记分"),
    ({"sign": "minus", "auto_on": "need_solved"}, "自动记分只用于加分"),
    ({"auto_on": "clicks"}, "请从这些里选"),
)
"""Values a rule is not accepted with, by hand, by REST and by `run.py import`, and what must be said."""


def a_ledger_with_every_reason() -> dict[str, dict[str, int]]:
    """Ids of workers by name and of rules by code."""
    world = build()
    rule("R1", "2")
    rule("R2", "2", valid_to="2026-06-30")
    rule("R3", "2", valid_from="2026-11-01")
    rule("R4", "2", needs_evidence="1")
    rule("R5", "-2", recorder="street")
    rule("R6", "2", recorder="system", auto_on="resolution_done")
    worker("老赵", GRID, left_on="2026-09-30", state="left")
    with acting_as(SYSTEM):
        shipped.load_books(["points_hecun"], area_code=STREET)
        rules = {row.code: row.id for row in db.session.execute(select(PointsRule)).scalars()}
        workers = {row.name: row.id for row in db.session.execute(select(register("grid_workers").model)).scalars()}
        close_month(HOME, date(2026, 8, 5))
        known = db.session.get(PointsRule, rules["R1"])
    assert known is not None
    matter = Matter.in_words("记过的事", on=ON)
    service.award(known, world.worker, matter=matter, on=ON, by=world.secretary, today=TODAY)
    return {"rules": rules, "workers": workers}


def said_by_the_service(case: Refusal, ids: dict[str, dict[str, int]]) -> str:
    with acting_as(SYSTEM):
        of = db.session.get(PointsRule, ids["rules"][case.code])
        who = db.session.get(register("grid_workers").model, ids["workers"][case.who])
    assert of is not None
    matter = Matter.in_words(case.matter, on=case.on)
    try:
        with as_user(case.by) as recorder:
            measured = Decimal(case.measured) if case.measured else None
            service.award(of, who, matter=matter, on=case.on, by=recorder, today=TODAY, measured=measured)
    except (PointsRefused, MonthIsClosed) as refused:
        return str(refused)
    return "nothing"


def test_service_and_page_name_the_rule_that_refuses(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        ids = a_ledger_with_every_reason()
        for case in REFUSALS:
            assert case.words in said_by_the_service(case, ids), case
    clients = {name: signed_in_client(sqlite_app, name) for name in ("shuji", "jiedao")}
    for case in REFUSALS:
        typed = {
            "worker": str(ids["workers"][case.who]), "rule": str(ids["rules"][case.code]), "on": case.on.isoformat(),
            "matter_text": case.matter, "measured": case.measured,
        }  # fmt: skip
        answer = clients[case.by].post("/points/award", data=typed)
        assert answer.status_code == 422, case
        assert case.words in answer.get_data(as_text=True), case
    good = {
        "worker": str(ids["workers"]["王小禾"]),
        "rule": str(ids["rules"]["R1"]),
        "on": ON.isoformat(),
        "matter_text": "事",
    }
    for name, values in {"rule": ("999999", "x", ""), "worker": ("999999", "x", ""), "on": ("2026-13-40", "")}.items():
        for value in values:
            answer = clients["shuji"].post("/points/award", data=good | {name: value})
            assert answer.status_code == 422, (name, value)
            assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    with sqlite_app.app_context(), acting_as(SYSTEM):
        assert db.session.execute(select(func.count()).select_from(PointsEntry)).scalar_one() == 1


def token_of(client: FlaskClient, name: str) -> dict[str, str]:
    answer = client.post("/api/v1/security/login", json={"username": name, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}


def test_rest_names_the_rule_that_refuses(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        ids = a_ledger_with_every_reason()
    client = sqlite_app.test_client()
    tokens = {name: token_of(client, name) for name in ("shuji", "jiedao")}
    good = {"worker": ids["workers"]["王小禾"], "rule": "R1", "on": ON.isoformat(), "matter": "事"}
    for case in REFUSALS:
        sent = {"worker": ids["workers"][case.who], "rule": case.code, "on": case.on.isoformat(), "matter": case.matter}
        if case.matter == "记过的事":
            # The same request once more is no second entry, but another file or another sum is refused.
            sent["evidence"] = [{"name": "照片.txt", "content": "5Lqk5o6l"}]
        answer = client.post(
            "/api/v1/points_entries/", json=sent | {"measured": case.measured}, headers=tokens[case.by]
        )
        assert answer.status_code == (409 if case.matter == "记过的事" else 422), case
        assert case.words in answer.get_json()["message"][""], case
    wrong = (
        ({"rule": "没有"}, "没有编号为"), ({"rule": ""}, "请写规则的编号"), ({"worker": 999999}, "没有这名网格员"),
        ({"worker": "x"}, "没有这名网格员"), ({"on": "2026-13-40"}, "on"), ({"on": None}, "请写事情发生的日期"),
        ({"matter": ""}, "请写明是什么事"), ({"record": {"register": "needs", "id": 1}}, "只用一种"),
        ({"matter": "", "record": {"register": "needs", "id": 99}}, "没有编号为 99 的记录"),
        ({"matter": "", "record": {"register": "accounts", "id": 1}}, "不能记分"), ({"matter": "", "record": 5}, "请写成"),
        ({"evidence": "x"}, "base64"), ({"evidence": [{"name": "a", "content": "?"}]}, "base64"),
        ({"points": 5}, "没有这一项"), ({"measured": "许多"}, "measured"),
    )  # fmt: skip
    for change, words in wrong:
        answer = client.post("/api/v1/points_entries/", json=good | change, headers=tokens["shuji"])
        assert answer.status_code == 422, change
        assert words in json.dumps(answer.get_json(), ensure_ascii=False), (change, answer.get_json())
    assert client.post("/api/v1/points_entries/", data="[]", headers=tokens["shuji"]).status_code == 422
    assert client.post("/api/v1/points_entries/", json=good).status_code == 401
    with sqlite_app.app_context(), acting_as(SYSTEM):
        assert db.session.execute(select(func.count()).select_from(PointsEntry)).scalar_one() == 1


def test_a_rule_with_a_wrong_value_is_refused_by_rest(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build()
    client = sqlite_app.test_client()
    token = token_of(client, "jiedao")
    for wrong, words in BAD_RULES:
        answer = client.post("/api/v1/points_rules/", json=RULE | wrong, headers=token)
        assert answer.status_code in (400, 422), wrong
        assert words in json.dumps(answer.get_json(), ensure_ascii=False), wrong
    with sqlite_app.app_context(), acting_as(SYSTEM):
        assert db.session.execute(select(func.count()).select_from(PointsRule)).scalar_one() == 0

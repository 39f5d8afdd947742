"""Every refusal of an entry, asked of the service and of the page: both name the rule that refuses, and write nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.lowcode.register import register
from app.periods.queries import MonthIsClosed
from app.points import service
from app.points.models import PointsEntry, PointsRule
from app.points.rules import Matter, PointsRefused
from app.security.actor import SYSTEM, acting_as
from tests.points.world import build, close_month, rule, worker
from tests.world import GRID, HOME, TODAY, as_user, signed_in_client

ON = date(2026, 10, 9)


@dataclass(frozen=True)
class Refusal:
    """Who, by which rule, when and for what; and the words that must be said."""

    who: str
    code: str
    on: date
    matter: str
    words: str


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
)


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
        with as_user("shuji") as secretary:
            service.award(of, who, matter=matter, on=case.on, by=secretary, today=TODAY)
    except (PointsRefused, MonthIsClosed) as refused:
        return str(refused)
    return "nothing"


def test_service_and_page_name_the_rule_that_refuses(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        ids = a_ledger_with_every_reason()
        for case in REFUSALS:
            assert case.words in said_by_the_service(case, ids), case
    client = signed_in_client(sqlite_app, "shuji")
    for case in REFUSALS:
        typed = {
            "worker": str(ids["workers"][case.who]), "rule": str(ids["rules"][case.code]), "on": case.on.isoformat(),
            "matter_text": case.matter,
        }  # fmt: skip
        answer = client.post("/points/award", data=typed)
        assert answer.status_code == 422, case
        assert case.words in answer.get_data(as_text=True), case
    with sqlite_app.app_context(), acting_as(SYSTEM):
        assert db.session.execute(select(func.count()).select_from(PointsEntry)).scalar_one() == 1

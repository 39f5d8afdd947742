"""剔除 from the application with evidence to the rates: who decides, what no longer counts, what the list prints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from app.database.transactions import writing
from app.events import indicators
from app.events.exclusions.models import EXCLUSIONS, EventExclusion
from app.events.exclusions.papers import PAPER, counting_all
from app.events.exclusions.views import load
from app.events.models import Event
from app.extensions import db
from app.files.service import attach
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.queries import running
from app.lowcode.flow.service import Sent, StepRefused
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.periods.models import ClosedPeriod
from app.periods.rules import FINAL, parse
from app.security.actor import SYSTEM, acting_as
from app.settings.queries import profile
from tests.events.world import NOW, build, fresh, person, report
from tests.files.contents import picture
from tests.world import GRID, HOME, STREET, TODAY

MONTH = parse("2026-11")
CLAIM = "11月3日已当面答复并给了处理意见，同一件事又提。"


@pytest.fixture(autouse=True)
def _world(sqlite_context: Any) -> None:
    build()
    with acting_as(SYSTEM):
        load(profile())


def apply_for(row: Event, by: str = "clerk", **values: str) -> EventExclusion:
    raw = {"event": str(row.id), "area": GRID, "reason": "unreasonable", "claim": CLAIM} | values
    with acting_as(person(by)):
        return save(register(EXCLUSIONS), None, raw, by=person(by), today=TODAY)  # type: ignore[no-any-return]


def take(row: EventExclusion, key: str, by: str, note: str = "佐证齐全") -> FlowStep:
    reg = register(EXCLUSIONS)
    with acting_as(person(by)):
        at = running(reg, row, NOW)
        assert at is not None
        return flow_service.act(reg, row, key, Sent(at.version, {}, note), by=person(by), now=NOW)


def prove(row: EventExclusion) -> None:
    with acting_as(person("clerk")), writing():
        attach(EXCLUSIONS, row.uid, row.area_code, "答复记录.png", picture("PNG"))


def excluded(row: Event, by: str = "centre") -> EventExclusion:
    asked = apply_for(row)
    prove(asked)
    take(asked, "submit", "clerk")
    take(asked, "approve", by)
    return asked


def visited(*opinions: str) -> list[Event]:
    """Events of the month with what their reporters said."""
    rows = [report(location=f"{number}幢", source="hotline") for number in range(len(opinions))]
    with acting_as(SYSTEM), writing() as session:
        for row, said in zip(rows, opinions, strict=True):
            session.execute(update(Event).where(Event.id == row.id).values(satisfaction=said, visited_on=TODAY))
    return rows


def satisfied(of: Any = indicators.SATISFACTION_RATE) -> Decimal | int | None:
    with acting_as(SYSTEM):
        return of.value((HOME,), MONTH)  # type: ignore[no-any-return]


def test_a_rate_leaves_out_what_was_decided_and_the_list_prints_both_values() -> None:
    rows = visited("satisfied", "satisfied", "dissatisfied")
    assert satisfied() == Decimal("66.67")
    excluded(rows[2])
    assert (satisfied(), satisfied(indicators.REPORTED)) == (Decimal("100.00"), 3)
    assert satisfied(counting_all(indicators.SATISFACTION_RATE)) == Decimal("66.67")
    with acting_as(SYSTEM):
        request = PaperRequest(STREET, MONTH, TODAY, SYSTEM)
        told = repr(paper(PAPER).build(request))
    for words in (str(rows[2].number), CLAIM, "答复记录.png", "66.67%", "100.00%", "不算进各项比率", "centre同志"):
        assert words in told
    assert str(rows[0].number) not in told


def test_nothing_counts_differently_before_somebody_else_decided() -> None:
    (row,) = visited("dissatisfied")
    asked = apply_for(row)
    with pytest.raises(StepRefused, match="还没有佐证"):
        take(asked, "submit", "clerk")
    prove(asked)
    take(asked, "submit", "clerk")
    for who in ("clerk", "boss", "worker"):
        with pytest.raises(StepRefused):
            take(asked, "approve", who)
    assert (satisfied(), fresh(row).is_excluded) == (Decimal("0.00"), False)
    take(asked, "refuse", "centre", "答复不清楚")
    assert (satisfied(), fresh(row).is_excluded) == (Decimal("0.00"), False)


def test_who_applied_does_not_decide_though_he_may_decide_others() -> None:
    (row,) = visited("dissatisfied")
    asked = apply_for(row, by="centre")
    prove(asked)
    take(asked, "submit", "centre")
    with pytest.raises(StepRefused, match=r"办理的人|自己"):
        take(asked, "approve", "centre")


def test_a_decision_is_taken_back_by_somebody_else_and_it_counts_again() -> None:
    (row,) = visited("dissatisfied")
    asked = excluded(row)
    assert (satisfied(), fresh(row).is_excluded) == (None, True)
    take(asked, "revoke", "centre", "申诉属实")
    assert (satisfied(), fresh(row).is_excluded) == (Decimal("0.00"), False)


def test_what_an_application_must_say() -> None:
    first, again = report(), report(location="北门")
    with pytest.raises(SaveRefused) as refused:
        apply_for(again, reason="repeated")
    assert list(refused.value.errors) == ["earlier"]
    with pytest.raises(SaveRefused, match="还晚"):
        apply_for(first, reason="repeated", earlier=str(again.id))
    good = apply_for(again, reason="repeated", earlier=str(first.id), state="approved")
    assert (good.state, good.name, good.area_code) == ("draft", f"{again.number} {again.name}", GRID)
    with pytest.raises(SaveRefused):
        apply_for(again)
    prove(good)
    take(good, "submit", "clerk")
    with acting_as(person("clerk")), pytest.raises(SaveRefused, match="已经提交"):
        save(register(EXCLUSIONS), good, {"claim": "改成别的理由了吧"}, by=person("clerk"), today=TODAY)


def test_a_final_month_stays_as_it_is() -> None:
    (row,) = visited("dissatisfied")
    asked = apply_for(row)
    prove(asked)
    take(asked, "submit", "clerk")
    with acting_as(SYSTEM), writing() as session:
        session.add(
            ClosedPeriod(uid="0" * 32, area_code=STREET, month="2026-11", state=FINAL, changed_at=NOW, by_name="系统")
        )
    with pytest.raises(StepRefused, match="已经定稿"):
        take(asked, "approve", "centre")
    with acting_as(SYSTEM):
        kept = db.session.execute(select(EventExclusion)).scalar_one()
    assert (kept.state, kept.decided_on, fresh(row).is_excluded) == ("submitted", None, False)

"""A limit once given moves by 延期 only, whatever way a new one comes: form, REST, workbook."""

from __future__ import annotations

from datetime import date

from flask import Flask

from app.extensions import db
from app.lowcode.importing import service as importing
from app.lowcode.importing.outcome import Outcome
from app.security.actor import SYSTEM, acting_as
from app.supervision.models import ITEMS, SupervisionItem
from tests.lowcode.importing.workbooks import make
from tests.supervision.world import NOW, fresh, in_street, matter, sweep, take
from tests.world import HOME, PASSWORD, TODAY, as_user, signed_in_client

WORDS = "期限定了就不能直接改。要延期，请在“办理”里申请，由领导批准。"


def supervised() -> SupervisionItem:
    """A matter whose first supervision is signed."""
    row = matter()
    sweep(NOW)
    take(row, "issue_first", "leader", NOW)
    return fresh(row)


def limit_of(id_: int) -> date | None:
    with acting_as(SYSTEM):
        row = db.session.get(SupervisionItem, id_)
    assert row is not None
    return row.due_on


def workbook(row: SupervisionItem, *, due: str, note: str) -> bytes:
    head = ["督办编号", "督办事项", "来源", "办结期限", "备注"]
    return make.xlsx(make.Page("督办台账", [head, [row.number, row.name, "上级交办", due, note]]))


def checked(data: bytes) -> Outcome:
    with as_user("office") as actor:
        return importing.check(ITEMS, data, file_name="督办.xlsx", area=HOME, by=actor, today=TODAY)


def published(outcome: Outcome, mode: str = "all") -> Outcome:
    with as_user("office") as actor:
        return importing.publish(outcome, mode=mode, by=actor, today=TODAY)  # type: ignore[arg-type]


@in_street
def test_a_workbook_with_another_limit_is_given_back_in_words() -> None:
    row = supervised()
    outcome = checked(workbook(row, due="2026-12-25", note="放宽了"))
    assert [(remark.column, remark.message) for remark in outcome.errors] == [("due_on", WORDS)]
    assert published(outcome, "good").written == 0
    now = fresh(row)
    assert (now.due_on, now.level, now.note) == (date(2026, 11, 20), 1, None)


@in_street
def test_a_workbook_that_leaves_the_limit_alone_may_tell_the_rest() -> None:
    row = supervised()
    assert published(checked(workbook(row, due="2026-11-20", note="已约时间"))).written == 1
    assert (fresh(row).note, fresh(row).due_on) == ("已约时间", date(2026, 11, 20))
    assert published(checked(workbook(row, due="", note="明天去"))).written == 1
    assert (fresh(row).note, fresh(row).due_on) == ("明天去", date(2026, 11, 20))


def test_neither_form_nor_rest_moves_it(street: Flask) -> None:
    with street.app_context():
        id_ = supervised().id
    client = signed_in_client(street, "office")
    page = client.post(f"/{ITEMS}/edit/{id_}", data={"due_on": "2026-12-25"})
    assert page.status_code == 422
    assert WORDS in page.get_data(as_text=True)
    token = client.post("/api/v1/security/login", json={"username": "office", "password": PASSWORD}).json
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    answer = client.put(f"/api/v1/{ITEMS}/{id_}", json={"due_on": "2026-12-25"}, headers=headers)
    assert (answer.status_code, answer.json["message"]) == (422, {"due_on": WORDS})
    with street.app_context():
        assert limit_of(id_) == date(2026, 11, 20)

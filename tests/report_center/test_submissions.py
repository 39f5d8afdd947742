"""报送 from end to end on both databases: who may what, locked versions, history, notices, to-dos."""

from __future__ import annotations

from datetime import date

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.notices.models import Notice
from app.periods.queries import MonthIsClosed
from app.periods.service import finalise
from app.report_center import queries, service
from app.report_center.comparing import differences
from app.report_center.documents import live_document, printable
from app.report_center.models import Submission, SubmissionStep, SubmissionVersion
from app.report_center.rules import MISSING, PASSED, RETURNED, SUBMITTED, SubmissionRefused
from app.report_center.todos import find
from app.security import service as accounts
from app.security.actor import SYSTEM, NotPermitted, acting_as, current_actor
from app.security.beyond import beyond_scope
from app.security.queries import actor_named
from reports import canonical
from tests.report_center.conftest import OCTOBER, build_world
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, as_user

context = pytest.mark.usefixtures("context")
WORDS = {"problems": "流动人口登记不及时。", "next_steps": "每周五核对一次。\n联合物业走访。"}


def _submit() -> None:
    with as_user("clerk"):
        service.fill(paper("digest"), HOME, OCTOBER, WORDS, today=TODAY)
    with as_user("secretary"):
        service.submit(paper("digest"), HOME, OCTOBER, today=TODAY)


def _state(code: str = HOME) -> str:
    with acting_as(SYSTEM):
        row = queries.submission(code, "digest", OCTOBER)
        return row.state if row else MISSING


def _printed(name: str = "secretary", number: int = 0) -> object:
    with as_user(name) as actor:
        return printable(paper("digest"), PaperRequest(HOME, OCTOBER, TODAY, actor), number=number)


@context
def test_the_way_of_a_paper() -> None:
    build_world()
    digest = paper("digest")
    assert _state() == MISSING
    _submit()
    assert _state() == SUBMITTED
    with as_user("street"):
        service.give_back(digest, HOME, OCTOBER, reason="党员数不符")
    assert _state() == RETURNED
    with as_user("secretary"):
        service.submit(digest, HOME, OCTOBER, today=TODAY)
    with as_user("street"):
        service.pass_paper(digest, HOME, OCTOBER)
    assert _state() == PASSED
    with as_user("secretary"):
        row = queries.submission(HOME, "digest", OCTOBER)
        assert row is not None
        steps = [(step.action, step.number, step.by_name) for step in reversed(queries.steps_of(row.id))]
        assert steps == [
            ("fill", 0, "clerk同志"),
            ("submit", 1, "secretary同志"),
            ("return", 1, "street同志"),
            ("submit", 2, "secretary同志"),
            ("pass", 2, "street同志"),
        ]
        assert [step.reason for step in queries.steps_of(row.id) if step.reason] == ["党员数不符"]
        assert [number for number, *_ in queries.version_numbers(row.id)] == [2, 1]


@context
def test_only_the_community_fills_and_only_its_secretary_submits() -> None:
    build_world()
    digest = paper("digest")
    for name in ("street", "leader", "next_secretary", "elsewhere"):
        with as_user(name), pytest.raises(NotPermitted):
            service.fill(digest, HOME, OCTOBER, WORDS, today=TODAY)
    for name in ("clerk", "street", "next_secretary", "elsewhere"):
        with as_user(name), pytest.raises(NotPermitted):
            service.submit(digest, HOME, OCTOBER, today=TODAY)
    assert _state() == MISSING
    _submit()
    for name in ("clerk", "secretary", "leader", "next_secretary", "elsewhere"):
        with as_user(name), pytest.raises(NotPermitted):
            service.pass_paper(digest, HOME, OCTOBER)
        with as_user(name), pytest.raises(NotPermitted):
            service.give_back(digest, HOME, OCTOBER, reason="不符")
    assert _state() == SUBMITTED


@context
def test_a_neighbour_gets_nothing() -> None:
    build_world()
    _submit()
    with as_user("next_secretary"):
        assert queries.submission(HOME, "digest", OCTOBER) is None
        assert [cell.area_code for cell in queries.submission_grid(STREET, OCTOBER).cells.values()] == [NEXT_DOOR]
        for model in (Submission, SubmissionVersion, SubmissionStep):
            assert db.session.execute(select(model)).scalars().all() == []
        assert queries.locked_version("digest", HOME, OCTOBER) is None
    with as_user("elsewhere"):
        assert queries.submission_grid(STREET, OCTOBER).areas == ()
    with as_user("street"):
        assert len(queries.submission_grid(STREET, OCTOBER).areas) == 2


@context
def test_what_is_handed_in_is_locked() -> None:
    build_world()
    _submit()
    first = _printed()
    assert first.number == 1
    with as_user("clerk"), pytest.raises(SubmissionRefused, match="已锁定"):
        service.fill(paper("digest"), HOME, OCTOBER, {}, today=TODAY)
    with as_user("secretary"), pytest.raises(SubmissionRefused, match="已锁定"):
        service.submit(paper("digest"), HOME, OCTOBER, today=TODAY)
    member = register("party_members").model
    with acting_as(SYSTEM), writing() as session:
        session.add(member(name="何八", roster="registered", area_code=GRID))
    assert canonical.to_bytes(_printed().document) == canonical.to_bytes(first.document)
    with as_user("secretary") as actor:
        again = paper("digest").build(PaperRequest(HOME, OCTOBER, TODAY, actor))
        assert canonical.to_bytes(again) == canonical.to_bytes(first.document)
        now = live_document(paper("digest"), PaperRequest(HOME, OCTOBER, TODAY, actor))
        changed = {(each.row, each.column): (each.before, each.after) for each in differences(first.document, now)}
    assert changed["在册党员", "本月"] == ("2", "3")
    assert changed["在册党员", "上月"] == ("2", "3")


@context
def test_the_database_itself_refuses_to_change_a_version() -> None:
    build_world()
    _submit()
    for statement in ("UPDATE submission_versions SET digest = 'x'", "DELETE FROM submission_versions"):
        with pytest.raises(DatabaseError, match="locked"), acting_as(SYSTEM), writing() as session:
            session.execute(text(statement))
    with as_user("secretary"):
        kept = queries.locked_version("digest", HOME, OCTOBER)
        assert kept is not None
        assert canonical.sha256(kept.document) == kept.digest


@context
def test_draft_until_passed() -> None:
    build_world()
    assert _printed().document.is_draft
    _submit()
    assert _printed().document.is_draft
    with as_user("street") as actor:
        assert printable(paper("digest"), PaperRequest(STREET, OCTOBER, TODAY, actor)).document.is_draft
        service.pass_paper(paper("digest"), HOME, OCTOBER)
        assert not printable(paper("digest"), PaperRequest(HOME, OCTOBER, TODAY, actor)).document.is_draft
        assert printable(paper("digest"), PaperRequest(STREET, OCTOBER, TODAY, actor)).document.is_draft
    with as_user("next_secretary"):
        service.submit(paper("digest"), NEXT_DOOR, OCTOBER, today=TODAY)
    with as_user("street") as actor:
        service.pass_paper(paper("digest"), NEXT_DOOR, OCTOBER)
        assert not printable(paper("digest"), PaperRequest(STREET, OCTOBER, TODAY, actor)).document.is_draft


@context
def test_an_old_version_prints_as_draft_for_ever() -> None:
    build_world()
    _submit()
    with as_user("street"):
        service.give_back(paper("digest"), HOME, OCTOBER, reason="不符")
    with as_user("clerk"):
        service.fill(paper("digest"), HOME, OCTOBER, {"problems": "改过的话。"}, today=TODAY)
    with as_user("secretary"):
        service.submit(paper("digest"), HOME, OCTOBER, today=TODAY)
    with as_user("street"):
        service.pass_paper(paper("digest"), HOME, OCTOBER)
    old, new = _printed(number=1).document, _printed(number=2).document
    assert old.is_draft
    assert not new.is_draft
    assert WORDS["problems"] in str(old.blocks)
    assert "改过的话。" in str(new.blocks)
    with pytest.raises(LookupError):
        _printed(number=3)


@context
def test_one_does_not_pass_what_one_handed_in() -> None:
    build_world()
    add_user("both", "community_secretary", HOME)
    with acting_as(SYSTEM):
        actor = actor_named("both", today=TODAY)
        assert actor is not None
        user = db.session.get(User, actor.user_id)
        accounts.add_post(user, role="street_office", area_code=STREET)
    with as_user("both"):
        service.submit(paper("digest"), HOME, OCTOBER, today=TODAY)
        with pytest.raises(SubmissionRefused, match="不能自己审核"):
            service.pass_paper(paper("digest"), HOME, OCTOBER)
    assert _state() == SUBMITTED


@context
def test_not_before_the_month_is_over_and_not_after_it_is_final() -> None:
    build_world()
    with as_user("secretary"):
        with pytest.raises(SubmissionRefused, match="10月31日起"):
            service.submit(paper("digest"), HOME, OCTOBER, today=date(2026, 10, 20))
        with pytest.raises(SubmissionRefused, match="不需要"):
            service.submit(paper("party_members"), HOME, OCTOBER, today=TODAY)
    for secretary, code in (("secretary", HOME), ("next_secretary", NEXT_DOOR)):
        with as_user(secretary):
            service.submit(paper("digest"), code, OCTOBER, today=TODAY)
        with as_user("street"):
            service.pass_paper(paper("digest"), code, OCTOBER)
    with acting_as(SYSTEM):
        finalise(STREET, OCTOBER, today=TODAY)
    with as_user("street"), pytest.raises(MonthIsClosed):
        service.give_back(paper("digest"), HOME, OCTOBER, reason="重报")
    assert _state() == PASSED


@context
def test_notices_and_to_dos_of_both_sides() -> None:
    build_world()
    with as_user("secretary") as actor:
        assert [todo.title for todo in find(actor, TODAY)] == ["报送2026年10月月报"]
        assert find(actor, TODAY)[0].due_on == date(2026, 11, 5)
    with as_user("clerk") as actor:
        assert find(actor, TODAY) == []
    _submit()
    with as_user("secretary") as actor:
        assert find(actor, TODAY) == []
    with as_user("street") as actor:
        assert [todo.title for todo in find(actor, TODAY)] == ["审核 1 份2026年10月月报"]
        service.give_back(paper("digest"), HOME, OCTOBER, reason="请补登变动")
        assert find(actor, TODAY) == []
    with as_user("elsewhere") as actor:
        assert find(actor, TODAY) == []
    for name in ("secretary", "clerk"):
        with as_user(name) as actor:
            assert [(todo.title, todo.why) for todo in find(actor, TODAY)] == [
                ("2026年10月月报被退回，改好后重报", "请补登变动")
            ]
    with beyond_scope():
        told = db.session.execute(select(Notice.role)).scalars().all()
    assert sorted(told) == ["community_clerk", "community_secretary", "street_office"]


@context
def test_missing_lists_who_has_not() -> None:
    build_world()
    with as_user("street"):
        assert [(cell.area, cell.paper_title) for cell in queries.missing(STREET, OCTOBER)] == [
            ("桂花社区", "月报"),
            ("银杏社区", "月报"),
        ]
    _submit()
    with as_user("street"):
        assert [cell.area for cell in queries.missing(STREET, OCTOBER)] == ["银杏社区"]
        assert queries.submission_grid(STREET, OCTOBER).deadline == date(2026, 11, 5)
    assert current_actor().name == ""

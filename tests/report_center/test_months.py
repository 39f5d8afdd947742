"""定稿 on both databases: all or nothing, the same bytes for ever, opened again only in sight, proved."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from app.database.transactions import writing
from app.extensions import db
from app.jobs.worker import run_pending
from app.lowcode.indicators import indicator
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.periods.queries import state_of
from app.periods.rules import FILLING, FINAL, Period
from app.periods.service import CannotClose
from app.report_center import service as submissions
from app.report_center.counting import count
from app.report_center.documents import printable, rendered
from app.report_center.months import queries, service
from app.report_center.months.figures import count_as_closed
from app.report_center.months.freezing import figures_now
from app.report_center.months.models import FinalMonth, FrozenFile, FrozenPaper
from app.report_center.months.proof import faults
from app.report_center.months.rules import moved
from app.report_center.months.service import SignedSheet
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.beyond import beyond_scope
from app.settings.service import save_profile
from reports import canonical
from reports.rendering import FORMATS, render
from tests.files.contents import picture
from tests.report_center.conftest import OCTOBER, build_world
from tests.world import GRID, HOME, NEXT_DOOR, PROFILE, STREET, TODAY, as_user

context = pytest.mark.usefixtures("context")
ROOT = Path(__file__).resolve().parents[2]
SHEET = SignedSheet("申请单.png", picture("PNG"))


def pass_all(month: Period = OCTOBER) -> None:
    for secretary, code in (("secretary", HOME), ("next_secretary", NEXT_DOOR)):
        with as_user(secretary):
            submissions.submit(paper("digest"), code, month, today=TODAY)
        with as_user("street"):
            submissions.pass_paper(paper("digest"), code, month)


def _finalise() -> FinalMonth:
    with as_user("street"):
        return service.finalise(STREET, OCTOBER, today=TODAY)


def _printed(code: str = HOME, name: str = "secretary") -> bytes:
    with as_user(name) as actor:
        return rendered(printable(paper("digest"), PaperRequest(code, OCTOBER, TODAY, actor)), "pdf")


@pytest.fixture
def street(context: None) -> None:
    build_world()
    pass_all()


@context
def test_drafts_block_it_and_are_named() -> None:
    build_world()
    with pytest.raises(CannotClose) as refusal:
        _finalise()
    assert refusal.value.reasons == ("桂花社区的月报还是“未报”", "银杏社区的月报还是“未报”")
    with acting_as(SYSTEM):
        assert state_of(STREET, OCTOBER).state == FILLING
        assert db.session.execute(select(func.count()).select_from(FinalMonth)).scalar() == 0


def test_only_the_street_finalises_and_only_a_month_that_is_over(street: None) -> None:
    with as_user("secretary"), pytest.raises(NotPermitted):
        service.finalise(HOME, OCTOBER, today=TODAY)
    with as_user("street"), pytest.raises(CannotClose, match="还没有过完"):
        service.finalise(STREET, OCTOBER.following(), today=TODAY)
    _finalise()
    with pytest.raises(CannotClose, match="已经定稿"):
        _finalise()


def test_a_final_month_prints_the_same_whatever_happens_later(street: None) -> None:
    before = _printed(STREET, "street"), _printed()
    _finalise()
    first = _printed(STREET, "street"), _printed()
    member = register("party_members").model
    with acting_as(SYSTEM), writing() as session:
        session.add(member(name="新来", roster="registered", area_code=GRID, entered_on=date(2026, 10, 9)))
    assert (_printed(STREET, "street"), _printed()) == first
    assert len(before[0]) == len(first[0])
    with acting_as(SYSTEM):
        kept = db.session.execute(select(func.count()).select_from(FrozenFile)).scalar()
    assert kept == 2


def test_the_job_keeps_every_format_of_every_paper(street: None) -> None:
    made = _finalise()
    run_pending(current_app._get_current_object())  # type: ignore[attr-defined]
    with acting_as(SYSTEM):
        papers = db.session.execute(select(FrozenPaper)).scalars().all()
        files = db.session.execute(select(FrozenFile)).scalars().all()
    assert len(papers) == made.paper_count > 5
    assert len(files) == sum(len(row.formats.split(",")) for row in papers)
    digests = {(row.frozen_paper_id, row.format): row.digest for row in files}
    for row in papers:
        document = queries.document_of(row)
        for format_ in FORMATS:
            assert hashlib.sha256(render(document, format_)).hexdigest() == digests[row.id, format_]
    assert faults() == []


def test_opening_again_needs_a_sheet_and_leaves_a_mark(street: None) -> None:
    _finalise()
    with as_user("street"):
        with pytest.raises(CannotClose, match="签字的申请单"):
            service.reopen(STREET, OCTOBER, reason="漏报一名党员", sheet=None)
        with pytest.raises(CannotClose, match="写明重新打开的原因"):
            service.reopen(STREET, OCTOBER, reason=" ", sheet=SHEET)
        service.reopen(STREET, OCTOBER, reason="漏报一名党员", sheet=SHEET)
    with acting_as(SYSTEM):
        assert state_of(HOME, OCTOBER).state == FILLING
    with as_user("street") as actor:
        made = printable(paper("digest"), PaperRequest(STREET, OCTOBER, TODAY, actor))
        assert "漏报一名党员" in made.document.blocks[-1].text  # type: ignore[union-attr]
        assert "还没有再次定稿" in made.document.blocks[-1].text  # type: ignore[union-attr]
    second = _finalise()
    assert second.edition == 2
    with as_user("street") as actor:
        made = printable(paper("digest"), PaperRequest(STREET, OCTOBER, TODAY, actor))
        assert "第2次定稿" in made.document.blocks[-1].text  # type: ignore[union-attr]
    assert faults() == []


def test_two_persons_where_the_district_says_so(street: None) -> None:
    with acting_as(SYSTEM), writing():
        save_profile(PROFILE | {"reopening_persons": 2})
    _finalise()
    with as_user("street"):
        service.reopen(STREET, OCTOBER, reason="漏报", sheet=SHEET)
        assert state_of(STREET, OCTOBER).state == FINAL
        with pytest.raises(NotPermitted, match="两位同志"):
            service.confirm_reopening(STREET, OCTOBER)
        with pytest.raises(CannotClose, match="另一位同志确认"):
            service.reopen(STREET, OCTOBER, reason="漏报", sheet=SHEET)
    with acting_as(SYSTEM):
        service.confirm_reopening(STREET, OCTOBER)
        assert state_of(STREET, OCTOBER).state == FILLING


def test_a_figure_that_moved_names_its_rows(street: None) -> None:
    first = _finalise()
    member = register("party_members").model
    with as_user("street"):
        service.reopen(STREET, OCTOBER, reason="漏报一名党员", sheet=SHEET)
    with acting_as(SYSTEM), writing() as session:
        row = member(name="漏报", roster="registered", area_code=GRID, entered_on=date(2026, 10, 9))
        session.add(row)
        session.flush()
        new_id = row.id
    found = {
        each.indicator: each for each in moved(queries.kept_figures_of_month(first.id), figures_now(STREET, OCTOBER))
    }
    change = found["members_registered"]
    assert (change.area_code, change.come, change.gone) == (HOME, (new_id,), ())
    assert change.before is not None
    assert change.after is not None
    assert change.after.numerator == change.before.numerator + 1


def test_last_month_in_the_next_digest_is_what_was_printed(street: None) -> None:
    _finalise()
    member = register("party_members").model
    counted = [indicator("members_registered")]
    with acting_as(SYSTEM), writing() as session:
        session.add(member(name="补录", roster="registered", area_code=GRID, entered_on=date(2026, 9, 1)))
    with acting_as(SYSTEM):
        live = count(counted, STREET, OCTOBER, digits=12)["members_registered"]
        closed = count_as_closed(counted, STREET, OCTOBER, digits=12)["members_registered"]
        assert live.of(HOME) == closed.of(HOME) + 1  # type: ignore[operator]
        assert live.of(NEXT_DOOR) == closed.of(NEXT_DOOR)


RENDER_ALL = """
import hashlib, sys
from pathlib import Path
from reports import canonical, rendering
for path in sorted(Path(sys.argv[1]).glob('*.json')):
    paper = canonical.from_bytes(path.read_bytes())
    print(*(hashlib.sha256(rendering.render(paper, each)).hexdigest() for each in rendering.FORMATS))
"""


def frozen_papers(folder: Path) -> list[list[str]]:
    """One frozen paper of each kind written into the folder; the hashes of its files as they are made here."""
    with acting_as(SYSTEM):
        rows = db.session.execute(select(FrozenPaper).order_by(FrozenPaper.id)).scalars().all()
    documents = {f"{row.id}.json": queries.document_of(row) for row in {row.paper: row for row in rows}.values()}
    for name, document in documents.items():
        (folder / name).write_bytes(canonical.to_bytes(document))
    assert {"points_ledger", "points_summary", "points_show", "digest"} <= {row.paper for row in rows}
    return [
        [hashlib.sha256(render(document, each)).hexdigest() for each in FORMATS]
        for _name, document in sorted(documents.items())
    ]


def hashes_made_by(source: Path, folder: Path, *, home: Path, seed: str) -> list[list[str]]:
    """The same hashes by a process of its own: another home, working folder, place on earth, language and hash seed."""
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(source), "HOME": str(home), "TMPDIR": str(home),
        "TZ": "America/Lima", "PYTHONHASHSEED": seed, "LC_ALL": "C",
    }  # fmt: skip
    answer = subprocess.run(
        [sys.executable, "-c", RENDER_ALL, str(folder)], cwd=home, env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return [line.split() for line in answer.stdout.splitlines()]


def test_frozen_papers_give_the_same_bytes_in_another_process(street: None, tmp_path: Path) -> None:
    _finalise()
    here = frozen_papers(tmp_path)
    for seed in ("7", "4000000000"):
        assert hashes_made_by(ROOT, tmp_path, home=tmp_path / seed, seed=seed) == here


@pytest.mark.soak
def test_frozen_papers_give_the_same_bytes_in_a_fresh_clone(street: None, tmp_path: Path) -> None:
    """`git clone` of what is committed, with the requirements of here: nothing that lies about the folder is needed."""
    _finalise()
    here, clone = frozen_papers(tmp_path), tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, cwd=tmp_path)
    assert hashes_made_by(clone, tmp_path, home=tmp_path / "home", seed="7") == here


def test_nobody_changes_what_was_frozen(street: None) -> None:
    _finalise()
    for table in ("final_months", "frozen_papers", "frozen_figures"):
        for words in (f"UPDATE {table} SET area_code = 'x'", f"DELETE FROM {table}"):
            with acting_as(SYSTEM), pytest.raises(DatabaseError, match="is final"), writing() as session:
                session.execute(text(words))


def test_verify_finds_a_changed_paper_and_a_missing_one(street: None) -> None:
    _finalise()
    assert faults() == []
    with acting_as(SYSTEM), beyond_scope(), writing() as session:
        for name in ("frozen_papers_update", "frozen_papers_delete"):
            on = "" if session.get_bind().dialect.name == "sqlite" else " ON frozen_papers"
            session.execute(text(f"DROP TRIGGER {name}{on}"))
        one = session.execute(select(FrozenPaper.id).order_by(FrozenPaper.id).limit(1)).scalar_one()
        session.execute(text("UPDATE frozen_papers SET digest = 'x' WHERE id = :id"), {"id": one})
    assert any("被改动过" in fault for fault in faults())
    with acting_as(SYSTEM), beyond_scope(), writing() as session:
        session.execute(text("DELETE FROM frozen_papers WHERE id = :id"), {"id": one})
    assert any("与定稿时不符" in fault for fault in faults())

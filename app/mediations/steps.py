"""What follows from saving a case or moving it on: number, day and level, and what a file must hold before the cabinet."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update

from app.areas.queries import name_of
from app.areas.rules import COMMUNITY_DIGITS
from app.clock import local, today
from app.database.transactions import is_writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.flow.service import Done, StepRefused
from app.lowcode.register import Register
from app.mediations import queries, rules
from app.mediations.models import CASES, DossierFile, MediationCase
from app.numbering.rules import Series
from app.numbering.series import register_series
from app.numbering.service import take
from app.security.beyond import beyond_scope

SERIES = register_series(Series("mediation", "调解案号", "（{year}）{word}人调字第{number}号"))
SUFFIXES = ("社区居民委员会", "居民委员会", "居委会", "社区", "街道办事处", "街道", "村")


def fill(row: MediationCase) -> None:
    """Day, level and number, where they were not given."""
    row.received_on = row.received_on or today()
    row.level = row.level or ("community" if len(row.area_code) <= COMMUNITY_DIGITS else "grid")
    if not is_writing():
        return
    community = row.area_code[:COMMUNITY_DIGITS]
    while not row.number:
        issued = take(
            SERIES.name, area_code=community, year=row.received_on.year, record=row, word=_word(name_of(community))
        )
        if not _is_taken(community, issued.text):
            row.number = issued.text


def _is_taken(community: str, number: str) -> bool:
    """A number like ours may have come with an imported list."""
    same = select(MediationCase.id).where(
        MediationCase.number == number, MediationCase.area_code.startswith(community, autoescape=True)
    )
    with beyond_scope():
        return db.session.execute(same.limit(1)).first() is not None


def _word(name: str) -> str:
    """桂花 of 桂花社区居委会."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name or "社区"


def pull_files(row: MediationCase, _day: date) -> None:
    """The items of a file lie where their case lies."""
    with beyond_scope():
        db.session.execute(
            update(DossierFile)
            .where(DossierFile.case_id == row.id, DossierFile.area_code != row.area_code)
            .values(area_code=row.area_code)
        )


def follow(reg: Register, row: Any, done: Done) -> None:
    """Up one level when passed on; the day of a visit; into the cabinet only when the file is whole. Raises StepRefused."""
    if reg.name != CASES:
        return
    key = done.action.key
    if key == "pass_on":
        above = rules.level_above(row.level)
        if above is None:
            raise StepRefused({"": Sentence("已经在街道一级，不能再往上转。调不成的请点“调解不成”。")})
        row.level = above
    elif key == "follow":
        row.visited_on, row.visit = local(done.step.at).date(), done.step.note
    elif key == "archive":
        _refuse_gaps(row)
    db.session.flush()


def _refuse_gaps(row: MediationCase) -> None:
    gaps = rules.lacking(queries.facts_of(row), queries.items_there(row.id))
    if gaps:
        names = "、".join(item.name for item in gaps)
        raise StepRefused({"": Sentence("卷宗还缺：%(names)s。请先在“卷宗”里补上再归档。", names=names)})

"""Proposers of merged needs: each is told when the need it was put into is claimed, done or refused, and asked himself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import case, or_, select
from sqlalchemy.orm import aliased

from app.database.transactions import writing
from app.extensions import db
from app.fields.codes import code_list
from app.fields.sentence import Sentence
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security.actor import Actor, acting_as
from app.security.beyond import beyond_scope
from app.security.wall import within
from app.three_lists import rules
from app.three_lists.models import Need


def main_of(need: Need) -> Need | None:
    """The need one was put into; None for one that stands for itself."""
    if need.state != "merged" or need.merged_into_id is None:
        return None
    with beyond_scope():
        return db.session.get(Need, need.merged_into_id)


def news_words(main: Need) -> str:
    """已有人认领, 已办结, 不能办; '' where there is nothing to tell yet."""
    return code_list("need_news").label_of(rules.NEWS.get(main.state or "", ""))


def is_waiting(need: Need, main: Need) -> bool:
    """Whether the proposer of a merged need is still to be told of the last news, or to be asked how it was."""
    news = rules.NEWS.get(main.state or "")
    return news is not None and (need.told_of != news or (news == "done" and not need.satisfaction))


def waiting(prefixes: tuple[str, ...], *, limit: int) -> Sequence[tuple[Need, Need]]:
    """Merged needs for which `is_waiting` holds, each with the one it was put into, within scope; the oldest first."""
    main = aliased(Need)
    news = case(rules.NEWS, value=main.state)
    wanted = (
        select(Need, main)
        .join(main, main.id == Need.merged_into_id)
        .where(
            within(Need.area_code, prefixes), Need.state == "merged", Need.deleted_at.is_(None),
            main.deleted_at.is_(None), main.state.in_(rules.NEWS),
            or_(Need.told_of.is_(None), Need.told_of != news, (news == "done") & Need.satisfaction.is_(None)),
        )
        .order_by(Need.id)
        .limit(limit)
    )  # fmt: skip
    return [(need, into) for need, into in db.session.execute(wanted)]


def tell(need: Need, raw: Mapping[str, str], *, by: Actor, today: date, version: int | None = None) -> Need:
    """Write down that the proposer was told, and what he said.

    Raises SaveRefused, NotPermitted, RowIsStale when `version` is no longer the need's.
    """
    main = main_of(need)
    if main is None:
        raise SaveRefused({"": Sentence("这一条没有并入别的需求，请刷新页面再看。")})
    told = raw.get("told_of", "")
    if told and told != rules.NEWS.get(main.state or ""):
        raise SaveRefused({"told_of": Sentence("那一条的状态刚变过，请重新选。")})
    if raw.get("satisfaction") and not told:
        raise SaveRefused({"told_of": Sentence("先告诉提出人办结了，再问他满不满意。")})
    with acting_as(by), writing():
        return save(register("needs"), need, dict(raw), by=by, today=today, version=version)  # type: ignore[no-any-return]


def refuse_early_visit(row: Need, _day: date) -> None:
    """The proposer of a merged need is asked how it was once the one it was put into has come to an end."""
    main = main_of(row) if row.satisfaction else None
    if main is not None and rules.NEWS.get(main.state or "") not in ("done", "refused"):
        raise SaveRefused({"satisfaction": Sentence("事情还没有办结，办结后再回访提出人。")})

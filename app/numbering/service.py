"""Giving numbers: one after the other, each once, none missing when a transaction fails."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.transactions import WriteOutsideTransaction, is_writing, writing
from app.numbering.models import IssuedNumber, NumberCounter
from app.numbering.rules import Series
from app.numbering.series import series
from app.security.actor import current_actor
from app.security.beyond import beyond_scope


class NumberRefused(ValueError):
    """A number cannot be given, voided or set; the message says why."""


class Record(Protocol):
    """A row with a uid, of a table."""

    __tablename__: str
    uid: Any


def take(name: str, *, area_code: str, year: int, record: Record, word: str = "") -> IssuedNumber:
    """Give a record the next number of an office's series, in the caller's transaction.

    The counter stays locked until that transaction ends: if it fails, the number goes to the next one, so there are no
    gaps. `word` is the 机关代字 (枫街办), where the pattern has one. Raises NumberRefused; KeyError for no such series.
    """
    if not is_writing():
        raise WriteOutsideTransaction("A number is taken in the transaction of what it numbers.")
    wanted, word = series(name), word.strip()
    _check_word(wanted, word)
    actor = current_actor()
    with writing() as session, beyond_scope():
        counter = _locked_counter(session, wanted, area_code=area_code, year=year, word=word)
        counter.last += 1
        issued = IssuedNumber(
            area_code=area_code, series=name, word=word, year=counter.year, number=counter.last,
            text=wanted.text(word=word, year=year, number=counter.last), record_kind=record.__tablename__,
            record_uid=record.uid, by_id=actor.user_id, by_name=actor.name, at=utc_now(), void_reason="",
        )  # fmt: skip
        session.add(issued)
    return issued


def _check_word(wanted: Series, word: str) -> None:
    if wanted.needs_word and not word:
        raise NumberRefused(f"“{wanted.title}”要有机关代字（如 枫街办），请先在系统设置里填写。")
    if word and not wanted.needs_word:
        raise NumberRefused(f"“{wanted.title}”的编号里没有机关代字，不能填“{word}”。")


def _locked_counter(session: Session, wanted: Series, *, area_code: str, year: int, word: str) -> NumberCounter:
    place = {"area_code": area_code, "series": wanted.name, "word": word, "year": year if wanted.is_yearly else 0}
    counter = _find(session, place)
    if counter is None:
        try:
            with session.begin_nested():
                session.add(NumberCounter(**place, first=1, last=0))
                session.flush()
        except IntegrityError:
            pass  # another transaction began the year while we looked (PostgreSQL); its counter is read now
        counter = _find(session, place)
    assert counter is not None, place
    return counter


def _find(session: Session, place: dict[str, Any]) -> NumberCounter | None:
    statement = select(NumberCounter).filter_by(**place).with_for_update().execution_options(populate_existing=True)
    return session.execute(statement).scalar()


def start_after(name: str, *, area_code: str, year: int, last: int, word: str = "") -> None:
    """Say that numbers up to `last` were given by hand this year. Raises NumberRefused once the program gave one."""
    wanted = series(name)
    _check_word(wanted, word)
    if last < 0:
        raise NumberRefused("最后一个编号不能小于 0。")
    with writing() as session, beyond_scope():
        counter = _locked_counter(session, wanted, area_code=area_code, year=year, word=word)
        if counter.last >= counter.first:
            raise NumberRefused(f"系统已经编到第 {counter.last} 号，不能再改起始号，否则会缺号或重号。")
        counter.first, counter.last = last + 1, last


def void(number_id: int, *, reason: str) -> IssuedNumber:
    """Declare a number void (作废): it stays on the list with its reason and is never given again.

    Raises NumberRefused without a reason, or for a number that is void already.
    """
    if not reason.strip():
        raise NumberRefused("请写明作废的原因。")
    with writing() as session, beyond_scope():
        issued = session.get(IssuedNumber, number_id, with_for_update=True)
        if issued is None:
            raise NumberRefused("没有这个编号。")
        if issued.void_reason:
            raise NumberRefused(f"{issued.text} 已经作废：{issued.void_reason}")
        issued.void_reason = reason.strip()[:200]
    return issued

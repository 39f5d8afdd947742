"""Numbers: consecutive, without gaps, never twice, on both databases."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.database.transactions import WriteOutsideTransaction, writing
from app.extensions import db
from app.numbering import queries
from app.numbering.models import IssuedNumber
from app.numbering.rules import Series, SeriesIsWrong
from app.numbering.series import register_series
from app.numbering.service import NumberRefused, start_after, take, void
from app.security.actor import SYSTEM, acting_as
from tests.world import HOME, NEXT_DOOR, add_user, as_user, build_areas

WHISTLE = register_series(Series("test_whistle", "吹哨单", "哨〔{year}〕{number}号"))
ISSUE = register_series(Series("test_issue", "简报", "第{number}期", is_yearly=False))
LETTER = {"word": "枫街办", "area_code": HOME, "year": 2026}


def _record(uid: str = "a" * 32) -> Any:
    return SimpleNamespace(__tablename__="letters", uid=uid)


def _take(name: str, **place: Any) -> str:
    with writing():
        return take(name, record=_record(), **place).text


@pytest.mark.usefixtures("context")
def test_numbers_are_written_as_offices_write_them() -> None:
    with acting_as(SYSTEM):
        assert [_take("official_letter", **LETTER) for _ in range(2)] == ["枫街办〔2026〕1号", "枫街办〔2026〕2号"]
        assert _take("official_letter", **{**LETTER, "word": "枫街工委"}) == "枫街工委〔2026〕1号"
        assert _take("official_letter", **{**LETTER, "year": 2027}) == "枫街办〔2027〕1号"
        assert _take("official_letter", **{**LETTER, "area_code": NEXT_DOOR}) == "枫街办〔2026〕1号"
        assert _take("test_whistle", area_code=HOME, year=2026) == "哨〔2026〕1号"
        assert _take("serial", area_code=HOME, year=2026) == "2026-0001"
        assert [_take("test_issue", area_code=HOME, year=year) for year in (2026, 2027)] == ["第1期", "第2期"]
        assert queries.number_of("letters", "a" * 32) == "第2期"
        assert queries.faults() == []


def _take_and_fail() -> None:
    with writing():
        take("serial", area_code=HOME, year=2026, record=_record())
        raise RuntimeError("power cut")


@pytest.mark.usefixtures("context")
def test_a_failed_transaction_leaves_no_gap() -> None:
    with acting_as(SYSTEM):
        with pytest.raises(RuntimeError):
            _take_and_fail()
        assert _take("serial", area_code=HOME, year=2026) == "2026-0001"
        with pytest.raises(RuntimeError):
            _take_and_fail()
        assert _take("serial", area_code=HOME, year=2026) == "2026-0002"


@pytest.mark.usefixtures("context")
def test_a_number_needs_a_transaction_a_series_and_its_word() -> None:
    with acting_as(SYSTEM):
        with pytest.raises(WriteOutsideTransaction):
            take("serial", area_code=HOME, year=2026, record=_record())
        with pytest.raises(KeyError):
            _take("no such series", area_code=HOME, year=2026)
        with pytest.raises(NumberRefused, match="机关代字"):
            _take("official_letter", area_code=HOME, year=2026, word=" ")
        with pytest.raises(NumberRefused, match="没有机关代字"):
            _take("serial", area_code=HOME, year=2026, word="枫街办")


@pytest.mark.usefixtures("context")
def test_a_void_number_is_never_given_again() -> None:
    with acting_as(SYSTEM):
        with writing():
            first = take("serial", area_code=HOME, year=2026, record=_record())
        with pytest.raises(NumberRefused, match="原因"):
            void(first.id, reason=" ")
        void(first.id, reason="印错了")
        with pytest.raises(NumberRefused, match="印错了"):
            void(first.id, reason="再次")
        assert queries.number_of("letters", "a" * 32) == ""
        assert _take("serial", area_code=HOME, year=2026) == "2026-0002"
        assert queries.faults() == []


@pytest.mark.usefixtures("context")
def test_counting_goes_on_after_numbers_given_by_hand() -> None:
    with acting_as(SYSTEM):
        start_after("official_letter", last=12, **LETTER)
        start_after("official_letter", last=11, **LETTER)
        assert _take("official_letter", **LETTER) == "枫街办〔2026〕12号"
        with pytest.raises(NumberRefused, match="编到第 12 号"):
            start_after("official_letter", last=20, **LETTER)
        assert queries.faults() == []


@pytest.mark.usefixtures("context")
def test_a_missing_number_is_found() -> None:
    with acting_as(SYSTEM):
        for _ in range(3):
            _take("serial", area_code=HOME, year=2026)
        with writing() as session:
            session.execute(delete(IssuedNumber).where(IssuedNumber.number == 2))
        assert queries.faults() == [f"编号 {HOME} serial 2026：应有 3 个，登记了 2 个"]


@pytest.mark.usefixtures("context")
def test_eight_at_once_get_consecutive_numbers(app: Flask) -> None:
    barrier = threading.Barrier(8)
    texts: list[str] = []
    problems: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context(), acting_as(SYSTEM):
                barrier.wait()
                texts.extend(_take("test_whistle", area_code=HOME, year=2026) for _ in range(5))
        except BaseException as problem:  # noqa: BLE001 (shown by the assertion below)
            problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(texts) == sorted(f"哨〔2026〕{number}号" for number in range(1, 41))
    assert queries.faults() == []


@pytest.mark.usefixtures("context")
def test_the_register_of_numbers_is_cut_to_ones_areas() -> None:
    build_areas()
    add_user("office", "street_office", HOME)
    with acting_as(SYSTEM):
        _take("serial", area_code=NEXT_DOOR, year=2026)
    with as_user("office"):
        _take("serial", area_code=HOME, year=2026)
        assert [row.area_code for row in queries.numbers_of_year("serial", 2026)] == [HOME]
        assert db.session.execute(select(IssuedNumber.by_name)).scalars().all() == ["office同志"]


@pytest.mark.parametrize("pattern", ["第期", "{year}", "{number", "{number}{other}", "{number:q}", "{}"])
def test_a_pattern_that_cannot_be_written_is_refused(pattern: str) -> None:
    with pytest.raises(SeriesIsWrong):
        Series("x", "x", pattern)


def test_a_series_without_years_shows_none_and_a_name_means_one_series() -> None:
    with pytest.raises(SeriesIsWrong):
        Series("x", "x", "{year}-{number}", is_yearly=False)
    with pytest.raises(SeriesIsWrong):
        register_series(Series("serial", "x", "{number}"))
    assert register_series(WHISTLE) is WHISTLE

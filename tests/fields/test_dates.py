"""Days, months and years in every writing that rosters carry, and clear sentences for the rest."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields import dates
from app.fields.dates import read_rough_date, read_span
from app.fields.refusal import Refused
from app.fields.types import Date, Moment, Month, Year

FIFTH_OF_MARCH = date(2021, 3, 5)
sensible = st.dates(date(dates.FIRST_YEAR, 1, 1), date(dates.LAST_YEAR, 12, 31))


@pytest.mark.parametrize(
    "raw",
    [
        "2021.3.5",
        "2021-03-05",
        "2021/3/5",
        "20210305",
        20210305,
        20210305.0,
        "2021年3月5日",
        "2021年03月05",
        "2021年3月5号",
        "2021.3.5.",
        "二〇二一年三月五日",
        "二零二一年三月五号",
        "'2021-03-05",
        "２０２１．３．５",
        "2021。3。5",
        "2021 - 3 - 5",
        "2021—3—5",
        " 2021-03-05 00:00:00 ",
        "2021-03-05T08:30:00Z",
        "2021-03-05T08:30:00.000+08:00",
        date(2021, 3, 5),
        datetime.fromisoformat("2021-03-05 14:20"),
        datetime(2021, 3, 5, 14, 20, tzinfo=UTC),
        44260,
        44260.0,
        44260.75,
    ],
)
def test_all_writings_of_one_day(raw: object) -> None:
    assert Date().parse(raw) == FIFTH_OF_MARCH


@pytest.mark.parametrize("raw", ["", " ", None, "无", "—", "-", "/", "／", "——", float("nan"), "\u3000"])
def test_nothing_is_none(raw: object) -> None:
    assert Date().parse(raw) is None
    assert Month().parse(raw) is None
    assert Year().parse(raw) is None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2014年底", "day_missing"),
        ("2021年3月上旬", "day_missing"),
        ("2021-02-30", "no_such_day"),
        ("2021-13-01", "no_such_month"),
        ("2021年3月", "only_month"),
        ("二〇二一年三月", "only_month"),
        ("二〇二一年二月三十日", "no_such_day"),
        ("2021.03", "only_month"),
        ("202103", "only_month"),
        ("20213", "not_a_date"),
        (202103, "only_month"),
        (2021.03, "only_month"),
        ("2021", "only_year"),
        ("2021年", "only_year"),
        (2021, "only_year"),
        ("98.3.5", "short_year"),
        ("5/3/2021", "day_first"),
        ("长期", "not_a_date"),
        ("44260", "not_a_date"),
        (True, "not_a_date"),
        (60, "not_a_date"),
        (0, "not_a_date"),
        (-5, "not_a_date"),
        (99999999, "year_out_of_range"),
        (float("inf"), "not_finite"),
        ("0021-03-05", "year_out_of_range"),
        ("2921-03-05", "year_out_of_range"),
    ],
)
def test_what_names_no_day_is_refused_with_the_reason(raw: object, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        Date().parse(raw)
    assert refusal.value.code == code
    assert refusal.value.message.endswith(("。", "样。"))


def test_the_last_day_of_february_is_named() -> None:
    with pytest.raises(Refused, match="2021年2月没有 30 日，只有 28 天"):
        Date().parse("2021-02-30")


@pytest.mark.parametrize(
    ("serial", "day"),
    [(1, (1900, 1, 1)), (59, (1900, 2, 28)), (61, (1900, 3, 1)), (25569, (1970, 1, 1)), (45658, (2025, 1, 1))],
)
def test_serials_count_as_excel_does(serial: int, day: tuple[int, int, int]) -> None:
    assert dates.from_serial(serial) == date(*day)


def test_the_day_that_never_was_is_no_serial() -> None:
    with pytest.raises(Refused):
        dates.from_serial(60)
    assert dates.from_serial(dates.LAST_SERIAL) == date(9999, 12, 31)


def test_a_day_of_the_past_may_not_lie_ahead() -> None:
    today = date(2026, 11, 22)
    assert Date(is_past=True).parse("2026-11-22", today=today) == today
    with pytest.raises(Refused, match="不能晚于今天"):
        Date(is_past=True).parse("2026-11-23", today=today)
    assert Date().parse("2026-11-23", today=today) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "raw",
    [
        "2021年3月",
        "2021年03月份",
        "二〇二一年三月",
        "2021.03",
        "2021.3",
        "2021-3",
        "2021/03",
        "202103",
        202103,
        2021.03,
        2021.3,
        "2021-03-18",
        date(2021, 3, 18),
        datetime.fromisoformat("2021-03-18 09:00"),
        44273,
    ],
)
def test_all_writings_of_one_month(raw: object) -> None:
    assert Month().parse(raw) == date(2021, 3, 1)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (2021.1, "month_unclear"),
        ("2021年13月", "no_such_month"),
        ("2021", "not_a_month"),
        ("三月", "not_a_month"),
        (2021.123, "not_a_month"),
        ("2021.0", "no_such_month"),
        ("2014年底", "not_a_month"),
    ],
)
def test_what_names_no_month_is_refused(raw: object, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        Month().parse(raw)
    assert refusal.value.code == code


def test_october_and_december_survive_as_excel_fractions() -> None:
    assert Month().parse(2021.11) == date(2021, 11, 1)
    assert Month().parse(2021.12) == date(2021, 12, 1)


@pytest.mark.parametrize("raw", ["1998", "1998年", "1998.0", 1998, 1998.0, "１９９８", date(1998, 5, 1)])
def test_years(raw: object) -> None:
    assert Year().parse(raw) == 1998


@pytest.mark.parametrize("raw", ["98", "98年", "1998年代", 1998.5, "1998.5", "九八年", 19980, "0998"])
def test_no_years(raw: object) -> None:
    with pytest.raises(Refused):
        Year().parse(raw)


@given(sensible)
def test_days_survive_showing(day: date) -> None:
    assert Date().parse(Date().show(day)) == day
    assert Date().parse(f"{day.year}年{day.month}月{day.day}日") == day
    assert Date().parse(f"{day:%Y%m%d}") == day
    assert Month().parse(Month().show(day.replace(day=1))) == day.replace(day=1)


@given(st.dates(date(1906, 1, 1), date(2150, 1, 1)))
def test_serials_survive(day: date) -> None:
    assert Date().parse((day - date(1899, 12, 30)).days) == day


@given(st.text(max_size=20))
def test_any_text_gives_a_day_or_a_refusal(text: str) -> None:
    for kind in (Date(), Month(), Year()):
        with suppress(Refused):
            assert kind.parse(kind.show(kind.parse(text))) == kind.parse(text)


@pytest.mark.parametrize(
    ("raw", "day", "word"),
    [
        ("2010.7", date(2010, 7, 1), "年和月"), ("2021年3月", date(2021, 3, 1), "年和月"),
        (202103, date(2021, 3, 1), "年和月"), ("1984年", date(1984, 1, 1), "只写了年份"),
        (1984, date(1984, 1, 1), "只写了年份"),
    ],
)  # fmt: skip
def test_a_rough_day_is_taken_and_said(raw: object, day: date, word: str) -> None:
    found, sentence = read_rough_date(raw)
    assert found == day
    assert word in sentence
    assert day.isoformat() in sentence


@pytest.mark.parametrize("raw", ["2014年底", "85.7.1", "不详", "3205.05"])
def test_what_names_neither_month_nor_year_stays_refused(raw: str) -> None:
    with pytest.raises(Refused):
        read_rough_date(raw)


@pytest.mark.parametrize(
    ("raw", "why"), [("3205.05", "年份 3205 不合常理"), (1980.1, "分不清是 1 月还是 10 月"), (1980.13, "没有 13 月")]
)
def test_a_rough_day_that_cannot_be_says_why(raw: object, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_rough_date(raw)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024.1.1-2026.12.31", date(2024, 1, 1), date(2026, 12, 31)),
        ("2024年5月至2029年4月", date(2024, 5, 1), date(2029, 4, 30)),
        ("2024.5-2029.4", date(2024, 5, 1), date(2029, 4, 30)),
        ("2023/3/1～2025/2/28", date(2023, 3, 1), date(2025, 2, 28)),
        ("２０２４－０１－０１至２０２４－０２－０１", date(2024, 1, 1), date(2024, 2, 1)),
    ],
)
def test_both_ends_of_a_span(text: str, first: date, last: date) -> None:
    assert read_span(text) == (first, last)


@pytest.mark.parametrize("text", ["2024-01-01", "三年", "2024年5月至今", "5年", "2024.13-2025.1", "A-B"])
def test_what_is_no_span(text: str) -> None:
    assert read_span(text) is None


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("2026-11-03 14:20", "2026-11-03 14:20"), ("2026/11/3 14:20:59", "2026-11-03 14:20"),
        ("2026年11月3日14时20分", "2026-11-03 14:20"), ("2026年11月3日 9:05", "2026-11-03 09:05"),
        ("20261103 08:15", "2026-11-03 08:15"), ("2026-11-03T06:20:05Z", "2026-11-03 14:20"),
        ("2026-11-03T14:20:05+08:00", "2026-11-03 14:20"), (46329.5, "2026-11-03 12:00"),
        (datetime(2026, 11, 3, 14, 20, 31), "2026-11-03 14:20"),  # noqa: DTZ001 - Excel knows no zones
        ("2026.11.3", "2026-11-03 00:00"), (date(2026, 11, 3), "2026-11-03 00:00"),
    ],
)  # fmt: skip
def test_moments_are_read_as_offices_write_them(raw: object, shown: str) -> None:
    kind = Moment()
    value = kind.parse(raw)
    assert kind.show(value) == shown
    assert kind.parse(kind.show(value)) == kind.parse(kind.json(value)) == value


def test_a_deadline_without_a_time_is_the_end_of_its_day() -> None:
    kind = Moment(is_end=True)
    assert kind.show(kind.parse("2026-11-05")) == "2026-11-05 23:59"
    assert kind.show(kind.parse("2026-11-05 12:00")) == "2026-11-05 12:00"


@pytest.mark.parametrize("raw", ["2026-11-03 25:10", "2026-13-03 10:00", "下午三点", "2026-11-31T10:00:00Z"])
def test_moments_that_do_not_exist_are_refused(raw: str) -> None:
    with pytest.raises(Refused):
        Moment().parse(raw)

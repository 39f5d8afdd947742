"""What every kind of value promises the register engine; a kind added later is tested by being listed."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from app.fields import types
from app.fields.refusal import Refused
from app.fields.types import FIELD_TYPES, Code, FieldType, Number, Phone, as_field_type
from reports import document

SAMPLES: dict[str, tuple[FieldType[Any], list[Any]]] = {
    "text": (types.Text(20), ["富康新村", "501"]),
    "person_name": (types.PersonName(), ["张三丰", "阿依古丽·买买提"]),
    "long_text": (types.LongText(), ["一、\n二、"]),
    "integer": (types.Integer(), [0, -3, 12345]),
    "year": (types.Year(), [1998]),
    "number": (types.Number(10, 2, "元"), [Decimal("0.00"), Decimal("12345.60")]),
    "date": (types.Date(), [date(2021, 3, 5)]),
    "month": (types.Month(), [date(2021, 3, 1)]),
    "flag": (types.Flag(), [True, False]),
    "code": (types.Code("sex"), ["1", "2"]),
    "phone": (types.Phone(), ["13800001234、0512-66660000"]),
    "id_number": (types.IdNumber(), ["11010519491231002X"]),
    "credit_code": (types.CreditCode(), ["91320505MA1TE5T0XC"]),
    "email": (types.Email(), ["shequ@example.com"]),
}
every_kind = pytest.mark.parametrize("key", sorted(FIELD_TYPES))


def test_every_kind_has_a_sample() -> None:
    assert SAMPLES.keys() == FIELD_TYPES.keys()


@every_kind
def test_values_survive_form_api_and_themselves(key: str) -> None:
    kind, values = SAMPLES[key]
    for value in values:
        assert kind.parse(kind.show(value)) == value
        assert kind.parse(json.loads(json.dumps(kind.json(value)))) == value
        assert kind.parse(value) == value


@every_kind
def test_values_survive_an_excel_cell(key: str) -> None:
    kind, values = SAMPLES[key]
    for value in values:
        cell = kind.cell(value)
        assert isinstance(cell, get_args(document.Value))
        assert (
            kind.parse(float(cell) if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else cell) == value
        )


@every_kind
@pytest.mark.parametrize("raw", [None, "", "  ", "—", "-", "/", "／", "\u3000"])
def test_nothing_is_none(key: str, raw: object) -> None:
    kind, _ = SAMPLES[key]
    assert kind.parse(raw) is None
    assert kind.show(None) == ""
    assert kind.cell(None) is None
    assert kind.json(None) is None
    assert kind.doubts(None) == []


@every_kind
def test_only_a_flag_takes_the_word_none_for_an_answer(key: str) -> None:
    kind, _ = SAMPLES[key]
    assert kind.parse("无") is (False if key == "flag" else None)


@every_kind
def test_values_survive_the_database(key: str) -> None:
    kind, values = SAMPLES[key]
    table = sa.Table("t", sa.MetaData(), sa.Column("value", kind.sql_type()))
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"value": value} for value in [*values, None]])
        found = connection.execute(sa.select(table.c.value)).scalars().all()
    engine.dispose()
    assert found == [*values, None]
    assert [type(value) for value in found[:-1]] == [type(value) for value in values]
    assert kind.sql_type().compile(dialect=postgresql.dialect())


@every_kind
def test_looks_are_usable(key: str) -> None:
    kind, values = SAMPLES[key]
    assert kind.key == key
    assert kind.widget in get_args(types.Widget)
    assert kind.align in get_args(types.Align)
    assert kind.report_kind in get_args(document.Kind)
    assert kind.excel_format
    assert 5 <= kind.print_width <= 60
    schema = kind.json_schema()
    assert schema["type"] in ("string", "integer", "boolean")
    if "pattern" in schema:
        assert all(re.match(schema["pattern"], kind.json(value)) for value in values)


@every_kind
def test_kinds_are_values_themselves(key: str) -> None:
    kind, _ = SAMPLES[key]
    assert hash(kind) == hash(SAMPLES[key][0])
    with pytest.raises(AttributeError):
        kind.length = 3  # type: ignore[attr-defined]


@every_kind
@given(raw=st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.dates(), st.datetimes(), st.booleans()))
def test_anything_gives_a_lasting_value_or_a_refusal(key: str, raw: object) -> None:
    kind, _ = SAMPLES[key]
    try:
        value = kind.parse(raw, today=date(2026, 11, 22))
    except Refused:
        return
    assert kind.parse(kind.show(value)) == value


def test_a_class_means_its_plain_object() -> None:
    assert as_field_type(Phone) == Phone()
    assert as_field_type(Code("sex")) == Code("sex")


def test_sums_of_decimals_on_sqlite_are_exact() -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("points", Number(10, 2).sql_type()))
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"points": Decimal("0.10")}] * 1003)
        total = connection.execute(sa.select(sa.func.sum(table.c.points))).scalar_one()
        found = connection.execute(sa.select(sa.func.count()).where(table.c.points == Decimal("0.10"))).scalar_one()
    engine.dispose()
    assert str(total) == "100.30"
    assert found == 1003


def test_more_digits_than_a_float_holds_are_not_offered() -> None:
    with pytest.raises(ValueError, match="15 digits"):
        types.ExactNumber(18, 2)


def test_decimal_columns_print_themselves_as_migrations_need() -> None:
    assert repr(Number(10, 2).sql_type()) == "ExactNumber(digits=10, places=2)"


def test_code_columns_offer_what_the_list_offers() -> None:
    kind = Code("grid_worker_kind")
    assert kind.choices() == (("full_time", "专职"), ("part_time", "兼职"))
    assert kind.json_schema()["enum"] == ["full_time", "part_time"]
    assert kind.hint == "可填：专职、兼职"
    assert kind.show("full_time") == "专职"
    assert kind.show("gone") == "gone"
    assert kind.parse("全职") == "full_time"


def test_a_list_may_have_an_entry_called_none() -> None:
    assert Code("party_post").parse("无") is None
    assert Code("funding_source").parse("无经费") == "none"


def test_percentages_print_their_sign_in_excel() -> None:
    assert Number(5, 1, "%").excel_format == '#,##0.0"%"'
    assert Number(5, 0).excel_format == "#,##0"

"""The kinds of value a column may hold: how each is read, shown, stored, printed and put into Excel.

A register's form, import, API, export and papers all go through these classes, so they cannot disagree.
This is the only part of the room that knows SQLAlchemy.
"""

from __future__ import annotations

from typing import Any

from app.fields.types.days import Date, Moment, Month
from app.fields.types.field_type import CHARACTER, PADDING, Align, FieldType, Widget
from app.fields.types.figures import ExactNumber, Integer, Number, Year
from app.fields.types.identifiers import CreditCode, Email, IdNumber, Phone
from app.fields.types.words import Code, Flag, LongText, PersonName, Text

FIELD_TYPES: dict[str, type[FieldType[Any]]] = {
    kind.key: kind
    for kind in (
        Text,
        PersonName,
        LongText,
        Integer,
        Year,
        Number,
        Date,
        Month,
        Flag,
        Code,
        Phone,
        IdNumber,
        CreditCode,
        Email,
    )
}
"""Every kind by its key: what a column made in the browser may choose from."""


def as_field_type(kind: FieldType[Any] | type[FieldType[Any]]) -> FieldType[Any]:
    """`Phone` and `Phone()` mean the same in a declaration."""
    return kind() if isinstance(kind, type) else kind


__all__ = [
    "CHARACTER",
    "FIELD_TYPES",
    "PADDING",
    "Align",
    "Code",
    "CreditCode",
    "Date",
    "Email",
    "ExactNumber",
    "FieldType",
    "Flag",
    "IdNumber",
    "Integer",
    "LongText",
    "Moment",
    "Month",
    "Number",
    "PersonName",
    "Phone",
    "Text",
    "Widget",
    "Year",
    "as_field_type",
]

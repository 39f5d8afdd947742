"""Values into cells: dates and numbers as such, text always as text, whatever it begins with."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from reports.document import Cell, Kind, Value, show
from reports.renderers.style import BOLD_ROLES, OFFICE_FONTS, TextStyle
from reports.text import printable

Span = tuple[int, int]
"""First and last column of a cell."""
FIRST_DAY: Final = date(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was; earlier dates are written as text."""
EXACT_DIGITS: Final = 15
"""Excel keeps so many digits of a number; longer ones are written as text."""
LONGEST: Final = 32_000
"""Characters; Excel itself stops at 32,767."""
CUT_OFF: Final = "……（本格放不下全文，全文见 PDF 或 Word 文件）"
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


class Cells:
    """Writes into one workbook and keeps its formats, of which equal ones are shared."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, style: TextStyle, **more: object) -> Any:
        """The format of `style` with further XlsxWriter properties."""
        wanted: dict[str, object] = {
            "font_name": OFFICE_FONTS[style.role],
            "font_size": round(style.size * 2) / 2,
            "font_color": style.colour,
            "valign": "vcenter",
            "text_wrap": True,
            **more,
        }
        if style.role in BOLD_ROLES:
            wanted["bold"] = True
        key = tuple(sorted(wanted.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(wanted)
        return self.formats[key]

    def write(
        self,
        sheet: Any,
        row: int,
        columns: Span,
        value: Value,
        kind: Kind,
        places: int,
        look: dict[str, Any],
    ) -> None:
        """One value into the cell, merged over `columns` where they are several; `look` is what format() takes."""
        if isinstance(value, Cell):
            self.write(sheet, row, columns, value.value, value.kind, value.places, look)
            return
        number = as_number(value, kind, places)
        if number is None:
            self.text(sheet, row, columns, show(value, kind, places), look)
            return
        found, shape = number
        form = self.format(**look, num_format=shape)
        _merge(sheet, row, columns, form)
        if isinstance(found, date):
            sheet.write_datetime(row, columns[0], found, form)
        else:
            sheet.write_number(row, columns[0], found, form)

    def text(self, sheet: Any, row: int, columns: Span, text: str, look: dict[str, Any]) -> None:
        """Text as a string cell. What would be a formula once somebody edits it is marked with Excel's quote prefix."""
        text = printable(text)
        if len(text) > LONGEST:
            text = text[: LONGEST - len(CUT_OFF)] + CUT_OFF
        marked = {**look, "quote_prefix": True} if text.startswith(_RISKY) else look
        form = self.format(**marked)
        _merge(sheet, row, columns, form)
        if text:
            sheet.write_string(row, columns[0], text, form)
        else:
            sheet.write_blank(row, columns[0], None, form)

    def sum(
        self, sheet: Any, row: int, columns: Span, rows: tuple[int, int], value: Value, shape: str, look: Any
    ) -> None:
        """A live sum over `rows` of the same column, with `value` as the figure that is shown before it is computed."""
        letter = column_name(columns[0])
        formula = f"=SUM({letter}{rows[0] + 1}:{letter}{rows[1] + 1})"
        self.formula(sheet, row, columns, formula, value, shape, look)

    def formula(
        self, sheet: Any, row: int, columns: Span, formula: str, value: Value, shape: str, look: dict[str, Any]
    ) -> None:
        """A formula, with `value` as the figure that is shown before it is computed."""
        form = self.format(**look, num_format=shape)
        _merge(sheet, row, columns, form)
        sheet.write_formula(row, columns[0], formula, form, float(value) if isinstance(value, Decimal) else value)


def as_number(value: Value, kind: Kind, places: int) -> tuple[Any, str] | None:
    """What Excel is to hold and its number format; None where the value is text (and for codes, always)."""
    if isinstance(value, bool) or kind == "id":
        return None
    if isinstance(value, datetime):
        # Excel knows no time zones: the wall clock is written, as show() prints it.
        return (value.replace(tzinfo=None), "yyyy-mm-dd hh:mm") if value.date() >= FIRST_DAY else None
    if isinstance(value, date):
        return (value, "yyyy-mm" if kind == "month" else "yyyy-mm-dd") if value >= FIRST_DAY else None
    if not isinstance(value, int | Decimal) or len(Decimal(value).as_tuple().digits) > EXACT_DIGITS:
        return None
    shape = number_shape(value, kind, places)
    if kind == "percent":
        return float(Decimal(value) / 100), shape
    return float(value) if isinstance(value, Decimal) else value, shape


def number_shape(value: int | Decimal, kind: Kind, places: int) -> str:
    """Excel's number format that shows what show() prints."""
    digits = "." + "0" * places if places else ""
    if kind == "percent":
        return f"0{digits}%"
    if kind == "decimal":
        return f"#,##0{digits}"
    return "#,##0" if kind == "integer" and isinstance(value, int) else "General"


def column_name(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def _merge(sheet: Any, row: int, columns: Span, form: Any) -> None:
    if columns[1] > columns[0]:
        sheet.merge_range(row, columns[0], row, columns[1], "", form)

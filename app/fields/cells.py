"""Text as people type, paste and keep it in Excel cells, made clean before any reading."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from app.fields.refusal import Refused

MISSING = frozenset({"", "无", "暂无", "—", "——", "-", "--", "－", "–", "/", "//", "／", "\\", "NULL", "null"})
"""Fill rules of party and police forms forbid blank cells: 无 or a dash is written instead; systems write NULL."""

EXCEL_DIGITS = 15
"""Excel keeps 15 significant digits of a number; the rest is lost and reads as zeros."""

_WIDTH_STEP = 0xFEE0
"""A full-width form stands so many code points above its ASCII character."""

_INVISIBLE = (
    *(range(start, stop) for start, stop in ((0x00, 0x09), (0x0E, 0x20), (0x7F, 0xA0), (0x200B, 0x2010))),
    *(range(start, stop) for start, stop in ((0x202A, 0x202F), (0x2060, 0x2070), (0xD800, 0xE000), (0xFFFE, 0x10000))),
    (0xAD, 0xFEFF),
)
"""Control characters, zero-width and direction marks, halves of surrogates: none may stand in XML or help a reader."""


def _clean_table() -> dict[int, int | str | None]:
    table: dict[int, int | str | None] = dict.fromkeys(code for codes in _INVISIBLE for code in codes)
    table |= dict.fromkeys((0x09, 0x0B, 0x0C, 0xA0, 0x1680, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)), " ")
    table |= {0x0D: "\n", 0x2028: "\n", 0x2029: "\n"}
    for first, last in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ")):
        table |= {code: code - _WIDTH_STEP for code in range(ord(first), ord(last) + 1)}
    # Text copied out of PDF files often carries radicals (U+2F2F) in place of the characters they look like (工).
    table |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    return table


_CLEAN = _clean_table()
_CLEAN_ALREADY = re.compile(r"[ -~\u4e00-\u9fff、。「」《》，：；（）·—“”]*")
"""What `clean` would leave as it is, save for spaces at the ends: nearly all that stands in Excel cells."""
_HALF_WIDTH: dict[int, int | str] = {
    **{code: code - _WIDTH_STEP for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE63), "-"),
    ord("。"): ".",
}
_EXCEL_ERROR = re.compile(r"^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d{2}$", re.IGNORECASE)


def clean(text: str) -> str:
    """`text` trimmed, without invisible characters, full-width letters and digits made half-width, punctuation kept."""
    if _CLEAN_ALREADY.fullmatch(text):
        return text.strip()
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_CLEAN)).strip()


def half_width(text: str) -> str:
    """`text` with full-width punctuation and every dash made half-width too: for numbers, dates and codes."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def without_spaces(text: str) -> str:
    """`text` without any white space."""
    return "".join(text.split())


def written(raw: object) -> str:
    """What a form value or an Excel cell says, as clean text; an empty string for nothing.

    A whole float loses its ".0" (Excel has only floats); a date reads as 2021-03-05.
    Raises Refused for Excel's error values, for numbers whose digits Excel has lost, and for what is no value at all.
    """
    if raw is None:
        return ""
    if isinstance(raw, str):
        text = clean(raw)
        if text[:1] == "#" and _EXCEL_ERROR.match(text):
            raise Refused("这一格的 Excel 公式出错了，没有结果。请改好公式，或直接填写内容。", code="excel_error")
        return text
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, int | float | Decimal):
        return _written_number(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.strftime("%Y-%m-%d %H:%M")
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, time):
        return raw.strftime("%H:%M")
    raise Refused("这里只能填文字、数字或日期。", code="not_a_value")


def _written_number(raw: float | Decimal) -> str:
    if isinstance(raw, int):
        refuse_lost_digits(str(abs(raw)))
        return str(raw)
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            raise Refused("这里的数字算不出来，请重新填写。", code="not_finite")
        return f"{raw:f}"
    if math.isnan(raw):
        return ""
    if math.isinf(raw):
        raise Refused("这里的数字算不出来，请重新填写。", code="not_finite")
    if raw.is_integer():
        if abs(raw) >= 10**EXCEL_DIGITS:
            raise lost_digits()
        return str(int(raw))
    return f"{Decimal(f'{raw:.15g}'):f}"


def is_missing(text: str) -> bool:
    """True for blank and for the signs that forms use for "there is none": 无 — - /."""
    return text in MISSING


def refuse_lost_digits(text: str) -> None:
    """Raise Refused where Excel has destroyed a long number: 3.20505E+17, or zeros after the fifteenth digit."""
    if _SCIENTIFIC.match(text) or (len(text) > EXCEL_DIGITS and text.isdigit() and not text[EXCEL_DIGITS:].strip("0")):
        raise lost_digits()


def lost_digits() -> Refused:
    """The refusal for a number that Excel has rounded; there is no way back from the file."""
    return Refused(
        "Excel 已丢失精度，后面的数字变成了 0，无法还原。请先把这一列改为文本格式，再照原件重新填写。",
        code="digits_lost",
    )

"""Citizen ID numbers by GB 11643-1999: check character, 15 to 18 characters, birth, sex, and what may be wrong."""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache
from operator import mul
from pathlib import Path
from typing import Literal

from app.fields.age import full_years
from app.fields.cells import half_width, refuse_lost_digits, without_spaces, written
from app.fields.refusal import Refused

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
_WEIGHT_OF_ZEROS = ord("0") * sum(WEIGHTS)

OLDEST_AGE = 130
NOT_BEFORE = date(2026, 1, 1)
"""Ages are counted at least to this day where the caller names no day: this program is not older."""

PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
"""First two digits by GB/T 2260; 81 82 83 are the residence permits of 港澳台居民."""

PERMIT_AREAS = frozenset({"810000", "820000", "830000"})

_DATA = Path(__file__).parent / "data"
_COMPARED = "请对照身份证原件核对。"
_PLAIN = re.compile(r"[0-9]{17}[0-9X]")
"""What needs no tidying: nearly all that stands in a column of numbers."""


def check_digit(first_17: str) -> str:
    """The check character of the first 17 digits (ISO 7064 MOD 11-2)."""
    return CHECK_CHARACTERS[(sum(map(mul, first_17.encode(), WEIGHTS)) - _WEIGHT_OF_ZEROS) % 11]


def to_18(number_15: str) -> str:
    """A first-generation number of 15 digits as 18 characters: 19 put before the year, check character added."""
    first_17 = number_15[:6] + "19" + number_15[6:]
    return first_17 + check_digit(first_17)


def birth_on(number: str) -> date:
    """Birthday in an 18-character number. Raises ValueError where the digits name no day."""
    return _day(number[6:14])


@lru_cache(maxsize=16_384)
def _day(digits: str) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def birth_of(number: str | None, *, otherwise: date | None = None) -> date | None:
    """Birthday of a person: from the ID number where there is one, else what the column 出生日期 says."""
    return birth_on(number) if number else otherwise


def sex(number: str) -> Literal["1", "2"]:
    """Code of GB/T 2261.1 for an 18-character number: 1 男 where the 17th digit is odd, else 2 女."""
    return "1" if int(number[16]) % 2 else "2"


def read_id_number(raw: object) -> str:
    """An 18-character ID number in capitals, out of what was typed or stood in an Excel cell.

    15 digits become 18. Raises Refused with a message that never repeats the number. Whether the birthday lies ahead is
    for check_birth, which needs to know the day.
    """
    number = raw if isinstance(raw, str) and _PLAIN.fullmatch(raw) else _tidied(raw)
    _refuse_wrong_birth(number)
    if number[:2] not in PROVINCES and number[0] != "9":
        raise Refused("前两位不是任何省份的代码。" + _COMPARED, code="id_province")
    if check_digit(number[:17]) != number[17]:
        if number.endswith("000"):
            refuse_lost_digits(number)
        raise Refused("第 18 位校验不对，可能有一位写错，或有两位写颠倒。" + _COMPARED, code="id_checksum")
    return number


def _tidied(raw: object) -> str:
    text = without_spaces(half_width(written(raw))).lstrip("'`‘’\"").rstrip("'`‘’\"").upper()
    if isinstance(raw, int | float):
        refuse_lost_digits(text)
    return _shape(text.replace("-", ""))


def _shape(text: str) -> str:
    if "*" in text:
        raise Refused("号码打了星号，看不出是几号。请填完整的身份证号。", code="id_masked")
    if len(text) not in (15, 18):
        refuse_lost_digits(text)
        if len(text) in (8, 9) and text[:1].isalpha():
            raise Refused("这像是护照或通行证号码。请填在“其他证件号”一栏。", code="id_is_passport")
        raise Refused(f"应是 18 位，这里是 {len(text)} 位。" + _COMPARED, code="id_length")
    digits = text if len(text) == 15 else text[:17]
    if not (digits.isascii() and digits.isdigit()) or text[-1] not in "0123456789X":
        raise Refused("只能由数字组成，最后一位可以是 X。" + _COMPARED, code="id_characters")
    if len(text) == 18:
        return text
    if text[-1] == "X":
        raise Refused("15 位的旧号码只能由数字组成。" + _COMPARED, code="id_characters")
    return to_18(text)


def _refuse_wrong_birth(number: str) -> None:
    try:
        born_on = birth_on(number)
    except ValueError:
        raise Refused("第 7 至 14 位应是出生日期，这里不是一个真实的日期。" + _COMPARED, code="id_birth") from None
    if born_on <= NOT_BEFORE:
        check_birth(number, NOT_BEFORE)


def check_birth(number: str, today: date) -> None:
    """Raise Refused where the birthday in an 18-character number lies after `today` or more than 130 years before."""
    born_on = birth_on(number)
    if born_on > today:
        raise Refused("号码里的出生日期还没有到。" + _COMPARED, code="id_birth_future")
    if today.year - born_on.year > OLDEST_AGE and full_years(born_on, today) > OLDEST_AGE:
        raise Refused(f"按号码里的出生日期算，年龄超过 {OLDEST_AGE} 岁。" + _COMPARED, code="id_birth_too_old")


def doubts_about(number: str) -> list[str]:
    """What a clerk should look at again in a number that is right by the rules."""
    if number[0] == "9":
        return ["号码以 9 开头，是外国人永久居留身份证，请核对证件种类。"]
    found = []
    if number[:6] not in known_areas():
        found.append("前六位不在现行的县区代码里，可能是已撤并的县区，也可能写错。请对照原件，无误即可保留。")
    if number.endswith("000"):
        found.append("号码以 000 结尾，可能是 Excel 丢失精度造成的。请对照原件，无误即可保留。")
    return found


def disagreements(number: str, *, born_on: date | None = None, sex_code: str | None = None) -> list[str]:
    """Sentences naming what the columns 出生日期 and 性别 say against the ID number; empty where all agree."""
    found = []
    if born_on and born_on != birth_on(number):
        found.append(f"身份证号里的出生日期是 {birth_on(number)}，“出生日期”填的是 {born_on}，两处不一致。{_COMPARED}")
    if sex_code in ("1", "2") and sex_code != sex(number):
        names = {"1": "男", "2": "女"}
        found.append(f"身份证号表示{names[sex(number)]}性，“性别”填的是{names[sex_code]}，两处不一致。{_COMPARED}")
    return found


@cache
def known_areas() -> frozenset[str]:
    """Six-digit county codes of today, with those of the residence permits."""
    lines = (_DATA / "county_codes.txt").read_text(encoding="utf-8").splitlines()
    codes = (code for line in lines if not line.startswith("#") for code in line.split())
    return frozenset(codes) | PERMIT_AREAS

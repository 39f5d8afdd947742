"""Telephone numbers: mobiles, landlines with area code, service numbers, and several in one cell."""

from __future__ import annotations

import re

from app.fields.cells import half_width, refuse_lost_digits, written
from app.fields.refusal import Refused

SEPARATOR = "、"
"""Stands between several numbers of one person, as stored and shown."""

MOBILE = re.compile(r"^1[3-9]\d{9}$")
_AREA_CODE = r"0(?:10|2\d|[3-9]\d{2})"
_LANDLINE = re.compile(rf"^({_AREA_CODE})([2-9]\d{{6,7}})$")
_LOCAL = re.compile(r"^[2-9]\d{6,7}$")
_SERVICE = re.compile(r"^(1[12]\d{1,3}|9[56]\d{3,4}|[48]00\d{7})$")
_BETWEEN = re.compile(r"[、,;/|\n]+")
_EXTENSION = re.compile(r"^(.*\d)(?:转|分机|#|[Ee][Xx][Tt]\.?)(\d{1,6})$")
_COUNTRY = re.compile(r"^(?:\+86|0086)0?(?=1[3-9]\d{9}$)|^86(?=1[3-9]\d{9}$)|^(?:\+86|0086)(?=0)")
_ABROAD = re.compile(r"^(?:\+86|0086)(?=[2-9]\d)|^(?:\+86|0086)(?=10\d{8}$)")
"""Written for callers abroad, a landline has lost the 0 of its area code."""

_LABEL = re.compile(r"^(手机|电话|座机|固话|办公室?|宅电|联系电话|联系方式|tel|TEL|Tel)[:号码]*")


def read_phones(raw: object) -> str:
    """One or several numbers, normalised and joined by 、: 13812345678 · 0512-66661234 · 0512-66661234转801.

    Raises Refused without repeating the number.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _read_cell_number(written(raw))
    text = half_width(written(raw)).strip("'`‘’\"")
    if text.isascii() and MOBILE.match(text):
        return text
    numbers: list[str] = []
    for part in _BETWEEN.split(text):
        for number in _spaced(part):
            if number not in numbers:
                numbers.append(number)
    if not numbers:
        raise Refused("看不出电话号码。请填 11 位手机号，或带区号的固定电话。", code="phone_characters")
    return SEPARATOR.join(numbers)


def _read_cell_number(text: str) -> str:
    if len(text) in (10, 11) and not text.startswith(("1", "400", "800")):
        raise Refused(
            "电话号码可能丢了开头的 0，Excel 会把区号前的 0 去掉。请把这一列改为文本格式，补上区号再填。",
            code="phone_zero_lost",
        )
    return read_phone(text)


def _spaced(part: str) -> list[str]:
    """The numbers of one part. A space may stand inside a number (138 1234 5678) or between two."""
    words = part.split()
    if len(words) > 1 and all(_is_whole(word) for word in words):
        return [read_phone(word) for word in words]
    joined = "".join(words)
    return [read_phone(joined)] if joined else []


def _is_whole(word: str) -> bool:
    digits = re.sub(r"\D", "", word)
    return bool(MOBILE.match(digits) or _LANDLINE.match(digits) or (_LOCAL.match(digits) and len(digits) == len(word)))


def is_public_service(number: str) -> bool:
    """True for 12345, 110, 95588, 400 numbers: they belong to nobody."""
    return bool(_SERVICE.match(number))


def read_phone(text: str) -> str:
    """One number, normalised. Raises Refused where it can be no number of China."""
    refuse_lost_digits(text)
    text = _LABEL.sub("", text)
    extension = ""
    if found := _EXTENSION.match(text):
        text, extension = found[1], "转" + found[2]
    digits = re.sub(r"[-()\s.·]", "", text.removesuffix(".0"))
    digits = _ABROAD.sub("0", _COUNTRY.sub("", digits))
    if "*" in digits:
        raise Refused("号码打了星号，看不出是几号。请填完整号码；不想改这个号码的，把这一格清空。", code="phone_masked")
    if not (digits.isascii() and digits.isdigit()):
        raise Refused("电话号码里有不认识的字。请只填号码，多个号码用顿号隔开。", code="phone_characters")
    if MOBILE.match(digits) or _LOCAL.match(digits) or _SERVICE.match(digits):
        return digits + extension
    if digits.startswith("01") and MOBILE.match(digits[1:]):
        return digits[1:]
    if found := _LANDLINE.match(digits):
        return f"{found[1]}-{found[2]}{extension}"
    return _read_trailing_extension(text, digits)


def _read_trailing_extension(text: str, digits: str) -> str:
    """0512-66661234-801: what stands behind the second hyphen is an extension."""
    head, _, tail = text.rpartition("-")
    bare = re.sub(r"[-()\s.·]", "", head)
    if tail.isdigit() and len(tail) <= 6 and (found := _LANDLINE.match(bare)):
        return f"{found[1]}-{found[2]}转{tail}"
    if digits.startswith("1"):
        reason = f"手机号应是 11 位，这里是 {len(digits)} 位" if len(digits) != 11 else "手机号应以 13 至 19 开头"
        raise Refused(f"{reason}。请核对后重新填写。", code="phone_mobile")
    if digits.startswith("0"):
        raise Refused("固定电话应是区号加 7 或 8 位号码，例如 0512-66661234。请核对。", code="phone_landline")
    raise Refused(
        f"电话号码的位数不对，这里是 {len(digits)} 位。请填 11 位手机号或带区号的座机号。", code="phone_length"
    )


def doubts_about(numbers: str) -> list[str]:
    """A landline without area code cannot be dialled from elsewhere."""
    if any(_LOCAL.match(number.partition("转")[0]) for number in numbers.split(SEPARATOR)):
        return ["固定电话没有区号，外地拨不通。最好补上区号，例如 0512-66661234。"]
    return []

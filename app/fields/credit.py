"""Unified social credit codes by GB 32100-2015, and the organisation code inside by GB 11714."""

from __future__ import annotations

import re

from app.fields.cells import half_width, refuse_lost_digits, without_spaces, written
from app.fields.refusal import Refused

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

KINDS = {
    "11": "机关",
    "12": "事业单位",
    "13": "群团组织",
    "19": "其他机构编制单位",
    "51": "社会团体",
    "52": "社会服务机构",
    "53": "基金会",
    "54": "居民委员会",
    "55": "村民委员会",
    "59": "其他民政登记单位",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
}
"""First two characters, as far as rosters of a street meet them."""

_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
_COMPARED = "请对照营业执照或登记证书核对。"
_CODE = re.compile(rf"^[{ALPHABET}]{{18}}$")


def check_character(first_17: str) -> str:
    """The 18th character for the first 17, each out of ALPHABET."""
    total = sum(ALPHABET.index(mark) * weight for mark, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(first_8: str) -> str:
    """The 9th character of an organisation code (GB 11714); letters count as base-36 digits."""
    total = sum(int(mark, 36) * weight for mark, weight in zip(first_8, ORGANISATION_WEIGHTS, strict=True))
    return "0X987654321"[total % 11]


def is_consistent(code: str) -> bool:
    """True where the check character fits. Legal codes exist that fail (early issues of 福建), so this only warns."""
    return check_character(code[:17]) == code[17]


def kind_of(code: str) -> str | None:
    """What kind of body holds the code (企业, 机关 …), or None for a prefix outside KINDS."""
    return KINDS.get(code[:2])


def read_credit_code(raw: object) -> str:
    """An 18-character code in capitals. Raises Refused for a wrong length or a character outside the alphabet."""
    text = without_spaces(half_width(written(raw))).strip("'`‘’\"").replace("-", "").upper()
    if isinstance(raw, int | float):
        refuse_lost_digits(text)
    if len(text) != 18:
        refuse_lost_digits(text)
        old = "这像是旧的营业执照注册号，请换成新的代码。" if len(text) == 15 and text.isdigit() else ""
        raise Refused(f"应是 18 位，这里是 {len(text)} 位。{old or _COMPARED}", code="credit_length")
    if strange := next((mark for mark in text if mark in _LOOKALIKES), None):
        raise Refused(
            f"这种代码里没有字母 {strange}，可能是 {_LOOKALIKES[strange]}。" + _COMPARED,
            code="credit_characters",
        )
    if not _CODE.match(text):
        raise Refused("只能由数字和大写字母组成。" + _COMPARED, code="credit_characters")
    return text


def doubts_about(code: str) -> list[str]:
    """What a clerk should look at again; all may be kept after comparing with the licence."""
    found = []
    if not is_consistent(code):
        found.append("最后一位校验不对，多半有一位写错；少数早期代码也是这样。请对照证照，无误可以确认保留。")
    if kind_of(code) is None:
        found.append("前两位不是常见的机构类别。请对照证照，无误可以确认保留。")
    return found

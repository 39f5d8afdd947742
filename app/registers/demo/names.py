"""Invented names of estates, firms and units, and credit codes nobody holds."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from app.fields.credit import check_character, organisation_check_character

STEMS = (
    "安和", "福禄", "景明", "翠庭", "云溪", "瑞雪", "朝晖", "晚晴", "锦书", "竹韵", "松涛", "梅岭", "兰亭", "荷塘",
    "枫林", "柳岸", "桂香", "海棠", "玉泉", "金水", "银河", "星辰", "春晓", "夏荫", "秋实", "冬青", "东篱", "西窗",
    "南山", "北苑", "和顺", "康宁", "富民", "新乐", "长青", "永安", "吉庆", "祥和", "望湖", "听雨",
)  # fmt: skip
ESTATE_ENDINGS = {
    "commodity": ("花园", "家园", "名苑"), "old": ("新村", "里", "小区"), "resettled": ("安置小区", "佳苑"),
    "unit": ("家属院",), "open": ("片楼院",), "affordable": ("保障房小区",),
}  # fmt: skip
ESTATE_KINDS = ("commodity", "old", "resettled", "commodity", "old", "unit", "commodity", "open")
NO_PLACE = "990101"
"""Six digits no county has; codes that carry them belong to nobody."""
_DIGITS = "0123456789"


def estates(rng: Random) -> Iterator[tuple[str, str]]:
    """(name, kind) of one estate after the other, no name twice."""
    stems = list(STEMS)
    rng.shuffle(stems)
    number = 0
    while True:
        stem = stems[number % len(stems)]
        kind = ESTATE_KINDS[number % len(ESTATE_KINDS)]
        endings = ESTATE_ENDINGS[kind]
        turn = number // len(stems)
        ending = endings[turn % len(endings)]
        again = turn // len(endings)
        yield f"{stem}{'东西南北中'[again % 5] if again else ''}{ending}", kind
        number += 1


def credit_code(rng: Random, kind: str = "91") -> str:
    """An 18-character code that passes every check and, by its place, belongs to nobody."""
    body = "".join(rng.choice(_DIGITS) for _ in range(8))
    first_17 = kind + NO_PLACE + body + organisation_check_character(body)
    return first_17 + check_character(first_17)


def property_firms(rng: Random) -> Iterator[str]:
    """Names of property firms, none twice."""
    stems = list(STEMS)
    rng.shuffle(stems)
    for ending in ("物业服务有限公司", "物业管理有限公司", "城市服务有限公司"):
        for stem in stems:
            yield f"{stem}{ending}"


def former_organizations(rng: Random) -> str:
    """A party organisation elsewhere."""
    one, two = rng.sample(STEMS, 2)
    return f"{one}街道{two}社区党委（虚构）"


def employer(rng: Random) -> str:
    """A firm or office somebody works for."""
    return rng.choice(STEMS) + rng.choice(
        ("机械有限公司", "商贸有限公司", "电子有限公司", "中学", "小学", "医院", "建筑公司", "超市", "物流有限公司")
    )

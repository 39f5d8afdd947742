"""Rules of the tree of areas: how codes are built and read, which names mean one place, when a grid is too big."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from app.fields.addresses import community_name
from app.fields.sentence import Sentence
from app.settings.profile import GridBounds, Level

STREET_DIGITS = 9
"""Digits of a street's code: province, city, county (6) and street (3)."""
COMMUNITY_DIGITS = 12
"""Digits of a community's code, national statistical divisions; what is longer is a grid, what is shorter stands above."""
FIRST_SPECIAL = 501
"""专属网格 are numbered from here (our convention; DB6101/T 3185-2024 tells two kinds, not the numbers)."""

LAST_NUMBER = 999
BASIC = "basic"
"""The one kind of grid that is numbered below FIRST_SPECIAL."""

_ENDING = re.compile(r"(?:社区)?(?:居民委员会|居委会|村民委员会|村委会)$|社区$|村$|街道办事处$|街道办$|街道$|镇$|乡$")


class AreaRefused(ValueError):
    """A change of the tree that cannot be made; the message says why and what to do."""


def level_of(code: str, levels: Sequence[Level]) -> Level:
    """The level a code stands on, told by its length. Raises AreaRefused for a length no level has."""
    for level in levels:
        if level.digits == len(code):
            return level
    lengths = "、".join(str(level.digits) for level in levels)
    raise AreaRefused(f"区划编码 {code} 是 {len(code)} 位，这里的编码只有 {lengths} 位。")


def level_below(code: str, levels: Sequence[Level]) -> Level | None:
    """The level of a code's children; None on the lowest."""
    place = levels.index(level_of(code, levels))
    return levels[place + 1] if place + 1 < len(levels) else None


def parent_of(code: str, levels: Sequence[Level]) -> str | None:
    """The parent's code, which is the code's own prefix; None for the top."""
    place = levels.index(level_of(code, levels))
    return code[: levels[place - 1].digits] if place else None


def path_of(code: str, levels: Sequence[Level]) -> tuple[str, ...]:
    """Codes from the top down to `code` itself."""
    return tuple(code[: level.digits] for level in levels if level.digits <= len(code))


def child_code(parent: str, number: int, levels: Sequence[Level]) -> str:
    """The code of a parent's child: community 320505003003 and number 7 make the grid 320505003003007.

    Raises AreaRefused where the parent is on the lowest level, or the number does not fit its digits.
    """
    below = level_below(parent, levels)
    if below is None:
        raise AreaRefused("最低一级下面不能再设下级。")
    width = below.digits - len(parent)
    if not 1 <= number < 10**width:
        raise AreaRefused(f"{below.name}的编号要在 1 到 {10**width - 1} 之间，现在是 {number}。")
    return f"{parent}{number:0{width}d}"


def grid_code(community_code: str, number: int) -> str:
    """Twelve digits of the community and three of the grid (GB/T 30428.1, DB11): 15 digits in all."""
    if len(community_code) != COMMUNITY_DIGITS or not 1 <= number <= LAST_NUMBER:
        raise AreaRefused("网格编码由 12 位社区编码加 001 到 999 的三位编号组成。")
    return f"{community_code}{number:03d}"


def next_code(parent: str, taken: Collection[str], levels: Sequence[Level], *, is_special: bool = False) -> str:
    """The next free code below a parent. Taken are all codes there ever were, closed ones too: none is used again.

    Numbers go up and never fill a gap, except that ordinary children stay below 501 when 专属网格 stand above it.
    Raises AreaRefused when the numbers are used up.
    """
    below = level_below(parent, levels)
    width = below.digits - len(parent) if below else 0
    siblings = (code for code in taken if code.startswith(parent) and len(code) == len(parent) + width)
    numbers = {int(code[len(parent) :]) for code in siblings}
    last = 10**width - 1
    if width == 3:
        first, last = (FIRST_SPECIAL, LAST_NUMBER) if is_special else (1, FIRST_SPECIAL - 1)
    else:
        first = 1
    number = max((used for used in numbers if first <= used <= last), default=first - 1) + 1
    if number > last:
        raise AreaRefused(f"编码 {parent} 下面的编号已经用完，不能再新设。编号停用后也不会重新使用。")
    return child_code(parent, number, levels)


def is_special_kind(kind: str | None) -> bool:
    """Whether a kind of grid (code list grid_kind) is one of the 专属网格."""
    return kind not in (None, "", BASIC)


def size_doubt(households: int | None, people: int | None, bounds: GridBounds) -> Sentence | None:
    """Why a grid's size should be looked at again, in words; None where it fits or nothing is known. Never a refusal.

    西峰 asks for 300 households or 1,000 people, 鼓楼 for 200 to 300 households; GB/T 34300-2017 says 300 to 500.
    """
    doubts: list[Sentence] = []
    if households is not None and households < bounds.households_min:
        doubts.append(Sentence("%(n)s 户，少于 %(bound)s 户", n=households, bound=bounds.households_min))
    if households is not None and households > bounds.households_max:
        doubts.append(Sentence("%(n)s 户，多于 %(bound)s 户", n=households, bound=bounds.households_max))
    if people is not None and bounds.people_max is not None and people > bounds.people_max:
        doubts.append(Sentence("%(n)s 人，多于 %(bound)s 人", n=people, bound=bounds.people_max))
    if len(doubts) < 2:
        return doubts[0] if doubts else None
    return Sentence("%(one)s；%(other)s", one=doubts[0], other=doubts[1])


def is_valid_at(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Whether a node lives on a day; both days included, an open end is None."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


def plain_name(name: str) -> str:
    """What a name is compared by: 西津桥社区居民委员会, 西津桥社区, 西津桥居委会 → 西津桥.

    A name that is nothing but an ending (社区) stays as it is.
    """
    short = community_name(name).replace("(", "（").replace(")", "）")
    bare = _ENDING.sub("", short)
    return bare or short


def same_name(one: str, other: str) -> bool:
    """Whether two names of one level and one parent mean one place. Never ask across parents: names repeat."""
    return plain_name(one) == plain_name(other)


def match_name(wanted: str, candidates: Mapping[str, str]) -> tuple[str, ...]:
    """Codes whose name means the wanted one, an exactly written name before all others.

    `candidates` (code → name) must be of one parent, or one's own areas. Several codes mean: ask.
    """
    text = community_name(wanted)
    exact = tuple(code for code, name in candidates.items() if community_name(name) == text)
    if exact:
        return exact
    plain = plain_name(wanted)
    return tuple(code for code, name in candidates.items() if plain_name(name) == plain)


def lowest_common(codes: Iterable[str], levels: Sequence[Level]) -> str:
    """The lowest area that holds all of them; the top where nothing lower does."""
    paths = [path_of(code, levels) for code in codes]
    shared = ""
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1:
            break
        shared = steps[0]
    return shared

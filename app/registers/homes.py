"""How buildings, homes and households are named in one cell, and how the rows of a family hang together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from app.fields.addresses import NOTHING, building_name, read_home, room_name, unit_name
from app.fields.cells import clean, half_width, without_spaces
from app.fields.refusal import Refused
from app.lowcode.naming import R

_SHORT = re.compile(r"^(\d{1,3})-(?:(\d{1,2})-)?(\d{3,4}[A-Za-z]?)(?:室|号)?$")
_BUILDING = re.compile(r"^(?:[A-Z]?\d+(?:-\d+)?|[A-Z甲乙丙丁戊]|\d+[A-Z]|[A-Z]-\d+)幢$")
_HEAD = re.compile(r"^(\S.*\S)\s+(\S+)$")

HEADS_OF_FAMILIES = frozenset({"01", "02"})
"""GB/T 4761: 本人, 户主."""
HOUSEHOLD, HEAD, DWELLING, RELATION = "household", "household.head", "household.dwelling", "relation"
_IS_HEAD, _IS_NO_HEAD = frozenset({"是", "√", "Y", "本人", "户主"}), frozenset({"否", "×", "N"})
MOST_IN_A_FAMILY = 60
"""So many rows at one address are looked at together."""


def split_building(text: str) -> Mapping[str, str]:
    """富康新村3栋 → compound and number; 3栋 → number. Raises Refused."""
    number = building_name(text)
    if _BUILDING.match(number):
        return {"number": number}
    home = read_home(text)
    if home.unit != NOTHING or home.room != NOTHING:
        raise Refused("这里要填哪一幢，不要写到单元和房号。", code="building_unclear")
    return _filled({"compound": home.compound, "number": home.building})


def split_dwelling(text: str) -> Mapping[str, str]:
    """富康新村3栋2单元501室, 3-2-501 → building, unit_number and room_number. Raises Refused."""
    if found := _SHORT.match(without_spaces(half_width(clean(text)))):
        return {"building": building_name(found[1]), "unit_number": found[2] or NOTHING, "room_number": found[3]}
    home = read_home(text)
    if home.room == NOTHING:
        raise Refused("看不出是哪一室。请写到房号，或分别填写小区、楼栋、单元、房号。", code="home_unclear")
    compound = "" if home.compound == NOTHING else home.compound
    return {"building": compound + home.building, "unit_number": home.unit, "room_number": home.room}


def split_household(text: str) -> Mapping[str, str]:
    """富康新村3幢2单元501室 张国安 → dwelling and head. Raises Refused."""
    found = _HEAD.match(clean(text))
    if not found:
        raise Refused("看不出是哪一户。请写明房屋和户主。", code="household_unclear")
    split_dwelling(found[1])
    return {"dwelling": found[1], "head": found[2]}


def _filled(parts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in parts.items() if text != NOTHING}


def families(rows: Iterable[R]) -> Iterator[R]:
    """Write head and home beside every member of a family.

    The row that says 户主 is the head. The other rows at the same address, or below him without an address or under
    his name, belong to him; those above him at the same address too, if no head stands above them.
    """
    block: list[R] = []
    head, is_repeated = "", False
    for row in rows:
        is_repeated = is_repeated or bool(block and _home(row) and _home(row) == _home(block[-1]))
        if block and not _goes_on(block[-1], row, is_repeated=is_repeated):
            _settle(block, head)
            yield from block
            block, head = [], ""
        elif len(block) == MOST_IN_A_FAMILY:
            head = _settle(block, head)
            yield from block
            block = []
        block.append(row)
    _settle(block, head)
    yield from block


def _home(row: R) -> dict[str, str]:
    """What the row says about where: the parts of the home, as the norm writes them (3栋 and 3幢 are one)."""
    return {
        name: _NORMS.get(name.rpartition(".")[2], without_spaces)(text)
        for name, text in row.named.items()
        if name.startswith(DWELLING) and text
    }


def _whole(text: str) -> str:
    try:
        return "/".join(split_dwelling(text).values())
    except Refused:
        return without_spaces(text)


def _goes_on(before: R, row: R, *, is_repeated: bool) -> bool:
    """Whether a row is at the home of the one before. A relative without an address is, where addresses stand only
    beside the first of a family (not `is_repeated`); he takes over what stands above him."""
    home, head = _home(row), row.named.get(HEAD, "")
    if home:
        return home == _home(before)
    is_under_him = head in (before.named.get(HEAD, ""), _name(before)) if head else bool(row.values.get(RELATION))
    if _is_head(row) or is_repeated or not is_under_him or row.named.get(HOUSEHOLD):
        return False
    row.named.update({name: text for name, text in before.named.items() if name.startswith(DWELLING)})
    return True


def _is_head(row: R) -> bool:
    return row.values.get(RELATION) in HEADS_OF_FAMILIES or row.named.get(HEAD, "") in _IS_HEAD


def _settle(block: list[R], head: str) -> str:
    """Write its head's name beside every row of a home, as far as the rows tell it; the last head's name.

    Who is somebody's wife says nothing where no home is named, and a household that is named by itself needs no head.
    """
    first = head or next((_name(row) for row in block if _is_head(row) and _home(row)), "")
    for row in block:
        said = row.named.get(HEAD, "")
        if said in _IS_NO_HEAD:
            row.named[HEAD] = said = ""
        if row.named.get(HOUSEHOLD):
            continue
        if said in _IS_HEAD or (_is_head(row) and not said and _home(row)):
            head = row.named[HEAD] = _name(row)
        elif said:
            head = said
        elif head or first:
            row.named[HEAD] = head or first
    return head


_NORMS = {
    "building": building_name,
    "number": building_name,
    "unit_number": unit_name,
    "room_number": room_name,
    "dwelling": _whole,
}


def _name(row: R) -> str:
    return str(row.values.get("name") or "")

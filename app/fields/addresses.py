"""Names of places as the address norm has them: 1幢, 1单元, 第一网格, 枫桥街道, 西津桥社区, 无 for none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.fields.cells import clean, half_width, is_missing, without_spaces
from app.fields.numbers import read_numerals
from app.fields.refusal import Refused
from reports.document import chinese_number

NOTHING = "无"
"""The norm wants this character, never a blank, where a part of an address does not exist."""

PlaceKind = Literal["street", "community", "grid", "compound", "building", "unit", "room"]

_NUMERALS = "〇零一二三四五六七八九十百两"
_NUMBER = rf"(?:\d+|[{_NUMERALS}]+)"
_BUILDING_MARK = r"(?:号楼|幢楼|栋楼|幢|栋|座|#楼|#|号|楼)"
_BUILDING = re.compile(rf"^({_NUMBER}|[A-Za-z]|[甲乙丙丁戊])(?:-({_NUMBER}))?{_BUILDING_MARK}?$")
_LETTERED_BUILDING = re.compile(rf"^([A-Za-z]\d+|\d+[A-Za-z]|[A-Za-z]-?\d+){_BUILDING_MARK}?$")
_UNIT = re.compile(rf"^({_NUMBER}|[A-Za-z]|[甲乙丙丁戊])(?:单元|号门|门洞|门栋|门|梯|#)?$")
_ROOM = re.compile(r"^([A-Za-z]?\d+(?:-\d+)?[A-Za-z]?)(?:号房|房间|室|号|户|房)?$")
_GRID = re.compile(rf"^(?P<before>.*?)(?:第({_NUMBER})号?(?:基础)?网格|网格({_NUMBER})|({_NUMBER})号?(?:基础)?网格)$")
_COMMITTEE = re.compile(r"(?:居民委员会|居委会|村民委员会|村委会)$")
_MARKS_IN_NAME = re.compile(r"[·•・･.．\-—–_\s]")

_WHOLE = re.compile(
    rf"^(?P<compound>.*?)"
    rf"(?P<building>(?:[A-Za-z]?\d+|{_NUMBER}|[A-Za-z甲乙丙丁])(?:号楼|幢楼?|栋楼?|座|#楼?))"
    rf"(?:-?(?P<unit>(?:{_NUMBER}|[A-Za-z甲乙丙丁])(?:单元|门洞|号门|门|梯)))?"
    rf"-?(?P<room>[A-Za-z]?\d+[A-Za-z]?(?:室|号房|房|号|户)?)?$"
)
_HYPHENED = re.compile(
    r"^(?P<compound>.*?[^\d-])(?P<building>\d+)-(?:(?P<unit>\d{1,2})-)?(?P<room>\d{3,4}[A-Za-z]?)(?:室|号)?$"
)


@dataclass(frozen=True, slots=True)
class Home:
    """One home in the parts of the norm; a part that does not exist is 无."""

    compound: str
    building: str
    unit: str
    room: str

    def __str__(self) -> str:
        room = "" if self.room == NOTHING else f"{self.room}室"
        return "".join(part for part in (self.compound, self.building, self.unit) if part != NOTHING) + room


def _plain(text: str) -> str:
    return without_spaces(half_width(clean(text)))


def _figure(text: str) -> str:
    """A number in Arabic digits without zeros before it; letters in capitals."""
    if text.isdigit():
        return str(int(text))
    return str(read_numerals(text)) if text[0] in _NUMERALS else text.upper()


def building_name(text: str) -> str:
    """1栋, 1号楼, 1#, 一幢, 01 → 1幢; 1-10栋 → 1-10幢; A座 → A幢; 无 for nothing. What is no number stays as it is."""
    plain = _plain(text)
    if is_missing(plain):
        return NOTHING
    if found := _LETTERED_BUILDING.match(plain):
        return f"{found[1].upper()}幢"
    if found := _BUILDING.match(plain):
        last = f"-{_figure(found[2])}" if found[2] else ""
        return f"{_figure(found[1])}{last}幢"
    return plain


def unit_name(text: str) -> str:
    """1, 一单元, 01单元, 1号门 → 1单元; 无 for nothing."""
    plain = _plain(text)
    if is_missing(plain):
        return NOTHING
    found = _UNIT.match(plain)
    return f"{_figure(found[1])}单元" if found else plain


def room_name(text: str) -> str:
    """501室, 501号, 501 → 501; zeros before a room number belong to it; 无 for nothing."""
    plain = _plain(text)
    if is_missing(plain):
        return NOTHING
    found = _ROOM.match(plain)
    return found[1].upper() if found else plain


def grid_name(text: str) -> str:
    """5060802第二网格, 网格2, 2号网格, 第2网格 → 第二网格; a name without a number (商贸网格) stays as it is."""
    plain = _plain(text)
    found = _GRID.match(plain)
    if not found:
        return plain
    before = re.sub(r"\d+$", "", found["before"])
    number = int(_figure(next(group for group in found.groups()[1:] if group)))
    return f"{before}第{chinese_number(number)}网格" if 1 <= number <= 99 else f"{before}第{number}网格"


def street_name(text: str) -> str:
    """枫桥街道办事处, 枫桥街道办 → 枫桥街道."""
    return re.sub(r"(?<=街道)(?:办事处|办)$", "", _plain(text))


def community_name(text: str) -> str:
    """西津桥社区居委会, 西津桥居民委员会 → 西津桥社区; 东南村委会, 东南村民委员会 → 东南村.

    The word 社区 or 村 is kept, for a street may have both under one name.
    """
    plain = without_spaces(clean(text))
    found = _COMMITTEE.search(plain)
    if not found:
        return plain
    bare = plain[: found.start()]
    word = "村" if found[0].startswith("村") else "社区"
    return bare if bare.endswith(("社区", "村", "嘎查", "屯")) and bare else bare + word


def compound_name(text: str) -> str:
    """富康·新村, 富康-新村 → 富康新村: a 小区 is written without marks."""
    return _MARKS_IN_NAME.sub("", clean(text))


def read_home(text: str) -> Home:
    """富康新村3栋2单元501室, 富康新村3-2-501, 富康新村3幢501 → its parts.

    Raises Refused where no building can be told, so that a clerk fills the columns one by one.
    """
    plain = _plain(text)
    found = _WHOLE.match(plain) or _HYPHENED.match(plain)
    if not found:
        raise Refused("看不出是哪一幢、哪一室。请分别填写小区、楼栋、单元、房号，没有的写“无”。", code="home_unclear")
    return Home(
        compound=compound_name(found["compound"]) or NOTHING,
        building=building_name(found["building"]),
        unit=unit_name(found["unit"] or ""),
        room=room_name(found["room"] or ""),
    )


_NORMALISERS = {
    "street": street_name,
    "community": community_name,
    "grid": grid_name,
    "compound": compound_name,
    "building": building_name,
    "unit": unit_name,
    "room": room_name,
}
_SHAPES = {
    "street": re.compile(r"^[\u4e00-\u9fff]+(?:街道|镇|乡)$"),
    "community": re.compile(r"^[\u4e00-\u9fff（）()\d]+(?:社区|村|嘎查|屯|场|队)$"),
    "grid": re.compile(rf"^第(?:[{_NUMERALS}]+|\d{{3,}})网格$|^[\u4e00-\u9fff]+网格$"),
    "compound": re.compile(r"^[\u4e00-\u9fff]+$"),
    "building": re.compile(r"^(?:[A-Z]?\d+(?:-\d+)?|[A-Z甲乙丙丁戊]|\d+[A-Z]|[A-Z]-\d+)幢$|^无$"),
    "unit": re.compile(r"^(?:\d+|[A-Z甲乙丙丁戊])单元$|^无$"),
    "room": re.compile(r"^[A-Z]?\d+(?:-\d+)?[A-Z]?$|^无$"),
}
_EXAMPLES = {
    "street": "枫桥街道",
    "community": "西津桥社区",
    "grid": "第一网格",
    "compound": "富康新村（只用汉字）",
    "building": "1幢 或 1-10幢",
    "unit": "1单元",
    "room": "501",
}


def normalised(kind: PlaceKind, text: str) -> str:
    """`text` as the norm writes a name of this kind."""
    return _NORMALISERS[kind](text)


def lint(kind: PlaceKind, text: str) -> list[str]:
    """Sentences on what the norm would change in `text`, or cannot read; empty where nothing is wrong."""
    wanted = normalised(kind, text)
    if not _SHAPES[kind].match(wanted):
        return [f"写法不合规范，应写成 {_EXAMPLES[kind]} 这样；没有的写“无”。请核对。"]
    if wanted != text:
        return [f"按规范应写成“{wanted}”。"]
    return []

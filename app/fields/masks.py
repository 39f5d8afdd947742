"""What is shown of personal data to somebody who may not see all of it.

The rules are those of public notices: 张* · 张*丰 · 138****5678 · 0512-****12 · 320505********0011 · 富康新村3幢**.
Masking happens here, on the server, for every output: list, page, print, export, API, history, error file, log.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from app.fields.phones import MOBILE, SEPARATOR, is_public_service

Audience = Literal["working", "public"]
"""`working`: colleagues in lists of the office. `public`: notice boards, 公示."""

MaskKind = Literal["name", "phone", "id", "address", "account", "email", "credit"]

_PAIRS = (
    "欧阳司马上官诸葛皇甫尉迟公孙慕容长孙宇文令狐东方夏侯司徒司空独孤南宫闻人轩辕钟离端木澹台呼延万俟赫连申屠太叔濮阳"
    "淳于单于公冶宗政鲜于闾丘亓官拓跋百里东郭西门第五乐正公羊漆雕壤驷谷梁左丘梁丘纳兰完颜"
)
COMPOUND_SURNAMES = frozenset(_PAIRS[start : start + 2] for start in range(0, len(_PAIRS), 2))

_NAME_PARTS = re.compile(r"([·•・･.．\s]+)")
_NAMES = re.compile(r"([、，,；;/\n]+)")
_BUILDING = re.compile(r"^(.*?[0-9A-Za-z一二三四五六七八九十百]+\s*(?:幢|栋|号楼|座|#楼?|＃楼?))(.*)$", re.DOTALL)
_INSIDE = re.compile(
    r"(?:[0-9A-Za-z]+|[一二三四五六七八九十百]+)\s*(?:单元|室|层|户|房|门)|\d{3,}(?!\d*\s*(?:号|弄|幢|栋|座|#))"
)
"""A unit or a room, which must not show even where somebody writes it before the building."""

_HOUSE_NUMBER = re.compile(r"[0-9A-Za-z０-９]|[一二三四五六七八九十百]+(?=[号单室层楼户门弄组])")
_LANDLINE = re.compile(r"^(0\d{2,3})-?(\d{7,8})")
_PLACE_LENGTH = 6


def mask(kind: MaskKind, value: str | None, audience: Audience) -> str:
    """`value` with the parts hidden that `audience` may not see; an empty string for nothing.

    What does not look like the kind it claims to be is hidden whole. Raises KeyError for an unknown kind.
    """
    rule = _RULES[kind]
    return rule(value.strip(), audience) if value and value.strip() else ""


def _name(value: str, audience: Audience) -> str:
    names = _NAMES.split(value)
    return "".join(part if index % 2 else _one_name(part, audience) for index, part in enumerate(names))


def _one_name(name: str, audience: Audience) -> str:
    parts = _NAME_PARTS.split(name.strip())
    if len(parts) > 1:
        return "".join(part if index % 2 else _first_of(part) for index, part in enumerate(parts))
    if len(name) < 3 or audience == "working":
        return _first_of(name)
    if name[:2] in COMPOUND_SURNAMES:
        return name[0] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def _first_of(part: str) -> str:
    """张* for two characters, 张** for more: the list shows no more stars, so that lengths stay unknown."""
    if len(part) < 2:
        return "*" * len(part)
    return part[0] + ("*" if len(part) == 2 else "**")


def _phone(value: str, _: Audience) -> str:
    if value.isdigit():
        return _one_phone(value)
    return SEPARATOR.join(_one_phone(number.strip()) for number in re.split(r"[、,，;；/\s]+", value) if number.strip())


def _one_phone(number: str) -> str:
    if is_public_service(number):
        return number
    if MOBILE.match(number):
        return f"{number[:3]}****{number[-4:]}"
    if found := _LANDLINE.match(number):
        return f"{found[1]}-****{found[2][-2:]}"
    if number.isdigit() and 7 <= len(number) <= 8:
        return f"****{number[-2:]}"
    return "****"


def _id(value: str, audience: Audience) -> str:
    length = len(value)
    if length < 8:
        return "*" * length
    if audience == "public":
        return value[0] + "*" * (length - 2) + value[-1]
    if length == 18:
        return value[:6] + "*" * 8 + value[-4:]
    if length == 15:
        return value[:6] + "*" * 6 + value[-3:]
    return value[:2] + "*" * (length - 4) + value[-2:]


def _address(value: str, _: Audience) -> str:
    inside = _INSIDE.search(value)
    if (found := _BUILDING.match(value)) and (inside is None or found.end(1) <= inside.start()):
        return found[1] + "**"
    number = inside if found else _HOUSE_NUMBER.search(value)
    kept = value[: number.start()] if number else value[:_PLACE_LENGTH]
    return kept + "**"


def _account(value: str, _: Audience) -> str:
    digits = "".join(value.split())
    if len(digits) >= 12:
        return digits[:4] + "*" * (len(digits) - 8) + digits[-4:]
    return "*" * len(digits)


def _email(value: str, _: Audience) -> str:
    name, at, domain = value.rpartition("@")
    return f"{name[0]}***@{domain}" if at and name else "***"


def _credit(value: str, _: Audience) -> str:
    """A credit code stands on every licence that hangs on a wall: public by law, shown whole."""
    return value


_RULES: dict[MaskKind, Callable[[str, Audience], str]] = {
    "name": _name,
    "phone": _phone,
    "id": _id,
    "address": _address,
    "account": _account,
    "email": _email,
    "credit": _credit,
}
MASK_KINDS: tuple[MaskKind, ...] = tuple(_RULES)

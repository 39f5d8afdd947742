"""Reading areas from what people type: a code, a name, or a path such as 桂花社区/第一网格."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from app.areas.models import Area
from app.areas.rules import plain_name
from app.extensions import db
from app.fields.refusal import Refused

_STEPS = re.compile(r"[/／>＞\\]")


class AreaFinder:
    """Looks areas up among those the actor sees; loads them once, so that a file of many rows asks the database once.

    `within` is the area of rows that name none, and the one in which bare names are looked for first.
    """

    def __init__(self, within: str = "") -> None:
        self.within = within
        self._names: dict[str, list[str]] | None = None
        self._labels: dict[str, str] = {}
        self._codes: dict[str, bool] = {}
        self._read: dict[tuple[str, str], str] = {}

    def _load(self) -> dict[str, list[str]]:
        if self._names is None:
            self._names = {}
            rows = db.session.execute(select(Area.code, Area.name).where(Area.valid_to.is_(None))).all()
            for code, name in rows:
                self._labels[code] = name
                for key in {name, plain_name(name)}:
                    self._names.setdefault(key, []).append(code)
        return self._names

    def read(self, raw: Any) -> str | None:
        """The area code. Raises Refused naming what was not found or is not clear."""
        text = "" if raw is None else str(raw).strip()
        if not text:
            return self.within or None
        if text.isdigit():
            if self._is_area(text):
                return text
            raise Refused(f"没有编码为 {text} 的区域，或不在您负责的范围内。", code="area_unknown")
        known = self._read.get((self.within, text))
        if known is None:
            known = self._read[self.within, text] = self._walk(text)
        return known

    def _walk(self, path: str) -> str:
        """The area at the end of a path of names."""
        names = self._load()
        inside, code = self.within, ""
        for step in filter(None, (part.strip() for part in _STEPS.split(path))):
            code = inside = self._one(step, names, inside, path)
        return code

    def _is_area(self, code: str) -> bool:
        """A single code, as forms send it, does not load a whole district."""
        if self._names is not None:
            return code in self._labels
        if code not in self._codes:
            found = select(Area.code).where(Area.code == code, Area.valid_to.is_(None))
            self._codes[code] = db.session.execute(found).scalar() is not None
        return self._codes[code]

    def knows(self, text: str) -> bool:
        """Whether an area has this name; a bare figure is none."""
        names = self._load()
        return bool(text) and not text.isdigit() and (text in names or plain_name(text) in names)

    def named_in(self, text: str, within: str) -> str | None:
        """The area within another that a title or heading names, alone or among other words; None where it names none.

        Of several, each lies in the one before, and the lowest is meant (桂花社区第一网格).
        """
        names = self._load()
        whole = [code for code in names.get(text) or names.get(plain_name(text)) or () if code.startswith(within)]
        if len(whole) == 1:
            return whole[0]
        found = [
            code for code, name in self._labels.items()
            if len(name) > 2 and name in text and code.startswith(within) and code != within
        ]  # fmt: skip
        lowest = None
        while found:
            highest = min(map(len, found))
            first = [code for code in found if len(code) == highest]
            if len(first) > 1:  # 第一网格 is the name of one in every community
                return None
            lowest = first[0]
            found = [code for code in found if code != lowest and code.startswith(lowest)]
        return lowest

    def _run_together(self, text: str, inside: str) -> str | None:
        """桂花社区第一网格: names one behind the other, each within the one before, nothing left over."""
        ends = set()
        for code, name in self._labels.items():
            if not code.startswith(inside) or code == inside or len(name) >= len(text) or not text.startswith(name):
                continue
            rest = text[len(name) :]
            below = [lower for lower in self._load().get(rest, ()) if lower.startswith(code) and lower != code]
            deeper = self._run_together(rest, code) if not below else None
            ends.update(below if len(below) == 1 else [deeper] if deeper else [])
        return ends.pop() if len(ends) == 1 else None

    def _one(self, name: str, names: dict[str, list[str]], inside: str, whole: str) -> str:
        found = names.get(name) or names.get(plain_name(name)) or []
        near = [code for code in found if code.startswith(inside)] or found
        if len(near) == 1:
            return near[0]
        if not near and (joined := self._run_together(name, inside) or self._run_together(name, "")):
            return joined
        if not near:
            raise Refused(f"找不到“{whole}”，请核对名称；不在您负责范围内的区域不能填。", code="area_unknown")
        raise Refused(f"“{whole}”有 {len(near)} 处同名，请写成“社区/网格”。", code="area_ambiguous")

    def label(self, code: str) -> str:
        """The area's name."""
        self._load()
        return self._labels.get(code, code)

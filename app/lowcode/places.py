"""Reading areas from what people type: a code, a name, or a path such as 桂花社区/第一网格."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from app.areas.models import Area
from app.areas.rules import COMMUNITY_DIGITS, plain_name
from app.extensions import db
from app.fields.addresses import grid_name
from app.fields.refusal import Refused
from app.security.beyond import beyond_scope

_STEPS = re.compile(r"[/／>＞\\\s]+")


class _Names:
    """The areas of today by name, each also under its plain name (桂花 for 桂花社区)."""

    def __init__(self) -> None:
        self.labels: dict[str, str] = {}
        self.codes: dict[str, list[str]] = {}
        for code, name in db.session.execute(select(Area.code, Area.name).where(Area.valid_to.is_(None))).all():
            self.labels[code] = name
            for key in {name, plain_name(name)}:
                self.codes.setdefault(key, []).append(code)

    def of(self, name: str) -> list[str]:
        return self.codes.get(name) or self.codes.get(plain_name(name)) or self.codes.get(grid_name(name)) or []

    def named_in(self, text: str, within: str) -> str | None:
        """The area within another that a text names, alone or among other words; None where it names none.

        Of several, each lies in the one before, and the lowest is meant (桂花社区第一网格).
        """
        whole = [code for code in self.of(text) if code.startswith(within)]
        if len(whole) == 1:
            return whole[0]
        found = [
            code for code, name in self.labels.items()
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

    def run_together(self, text: str, inside: str) -> str | None:
        """桂花社区第一网格: names one behind the other, each within the one before, nothing left over."""
        ends = set()
        for code, name in self.labels.items():
            if not code.startswith(inside) or code == inside or len(name) >= len(text) or not text.startswith(name):
                continue
            rest = text[len(name) :]
            lowers = self.codes.get(rest) or self.codes.get(grid_name(rest)) or ()
            below = [lower for lower in lowers if lower.startswith(code) and lower != code]
            deeper = self.run_together(rest, code) if not below else None
            ends.update(below if len(below) == 1 else [deeper] if deeper else [])
        return ends.pop() if len(ends) == 1 else None


class AreaFinder:
    """Looks areas up among those the actor sees; loads them once, so that a file of many rows asks the database once.

    `within` is the area of rows that name none, and the one in which bare names are looked for first. Names of areas
    beyond the actor's are known only to say that they are.
    """

    def __init__(self, within: str = "") -> None:
        self.within = within
        self._own: _Names | None = None
        self._every: _Names | None = None
        self._codes: dict[str, bool] = {}
        self._read: dict[tuple[str, str], str] = {}

    def _names(self) -> _Names:
        if self._own is None:
            self._own = _Names()
        return self._own

    def _everywhere(self) -> _Names:
        if self._every is None:
            with beyond_scope():
                self._every = _Names()
        return self._every

    def read(self, raw: Any) -> str | None:
        """The area code. Raises Refused naming what was not found, is another's or is not clear."""
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
        """The area of a name, or at the end of a path of names."""
        if (found := self._near(path, self.within)) and len(found) == 1:
            return found[0]
        inside, code = self.within, ""
        for step in filter(None, _STEPS.split(path)):
            code = inside = self._one(step, inside, path)
        return code

    def _near(self, name: str, inside: str) -> list[str]:
        found = self._names().of(name)
        return [code for code in found if code.startswith(inside)] or found

    def _is_area(self, code: str) -> bool:
        """A single code, as forms send it, does not load a whole district."""
        if self._own is not None:
            return code in self._own.labels
        if code not in self._codes:
            found = select(Area.code).where(Area.code == code, Area.valid_to.is_(None))
            self._codes[code] = db.session.execute(found).scalar() is not None
        return self._codes[code]

    def knows(self, text: str) -> bool:
        """Whether an area has this name; a bare figure is none."""
        if not text or text.isdigit():
            return False
        names = self._names()
        return bool(names.of(text) or names.run_together(text, ""))

    def sees(self, code: str) -> bool:
        """Whether the actor sees an area; "" is none in particular."""
        return not code or code in self._names().labels

    def named_in(self, text: str, within: str) -> str | None:
        """The area within another that a title or heading names, alone or among other words; None: it names none."""
        return self._names().named_in(text, within)

    def elsewhere(self, text: str, within: str) -> str | None:
        """The area outside another that a title or a sheet's name names, even one the actor does not see.

        Only with its community's name: 第一网格 may be the grid of anybody.
        """
        names = self._everywhere()
        code = names.named_in(text, "")
        if code is None or len(code) < COMMUNITY_DIGITS or code.startswith(within):
            return None
        community = names.labels.get(code[:COMMUNITY_DIGITS], "")
        return code if community and (community in text or text == plain_name(community)) else None

    def _one(self, name: str, inside: str, whole: str) -> str:
        near = self._near(name, inside)
        if len(near) == 1:
            return near[0]
        names = self._names()
        if not near and (joined := names.run_together(name, inside) or names.run_together(name, "")):
            return joined
        if not near and self.elsewhere(whole, inside):
            raise Refused(f"“{whole}”不在您负责的范围内。", code="area_foreign")
        if not near:
            raise Refused(f"找不到“{whole}”，请核对名称；不在您负责范围内的区域不能填。", code="area_unknown")
        raise Refused(f"“{whole}”有 {len(near)} 处同名，请写成“社区/网格”。", code="area_ambiguous")

    def label(self, code: str) -> str:
        """The area's name, whoever it belongs to; below a community with the community's: 桂花社区 第一网格."""
        own = self._names().labels
        labels = own if code in own else self._everywhere().labels
        community = labels.get(code[:COMMUNITY_DIGITS]) if len(code) > COMMUNITY_DIGITS else None
        name = labels.get(code, code)
        return f"{community} {name}" if community else name

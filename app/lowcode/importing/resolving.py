"""Which row of a register the texts of some cells mean, register by register: 小区, then 楼栋, 房屋, 户.

Every register on the way is asked once for all texts of a chunk. A row that is not there gets a negative number, by
which others can hang on it before it is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.areas.rules import COMMUNITY_DIGITS
from app.fields.addresses import NOTHING
from app.fields.cells import is_missing
from app.fields.refusal import Refused
from app.lowcode.importing.named_rows import Candidate, best, fits, is_bare, rows_with, titled
from app.lowcode.naming import Naming
from app.lowcode.register import Register, register
from app.security.actor import Actor

Key = tuple[str, tuple[Any, ...]]
"""(register, values of the parts of its naming)."""


@dataclass(slots=True)
class Missing:
    """A row of another register that the file names and that is not there; `id` is the negative number it goes by."""

    id: int
    register: str
    values: dict[str, Any]
    """Part → value; a link to another missing row is its negative number."""
    area: str
    title: str
    count: int = 0
    """Records of the file that need it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Which row is meant: its id (negative where it is to be made) and area, or in words why there is none.

    Nothing was said where both are empty. `is_wrong`: the cells contradict one another or reach too far.
    """

    id: int | None = None
    area: str = ""
    title: str = ""
    why: str = ""
    is_lacking: bool = False
    """There is no such row, and it cannot be made from what the file says."""
    is_wrong: bool = False


_NOTHING_SAID = Answer()


@dataclass(frozen=True, slots=True)
class Ask:
    """Texts by path below a link ("" is the cell that names the row itself), and where the record lies."""

    texts: tuple[tuple[str, str], ...]
    area: str


@dataclass
class Target:
    """One register on the way, with the links among its parts."""

    reg: Register
    naming: Naming
    links: dict[str, Target | None] = field(default_factory=dict)
    """Part that is a link → the register it points to; None where that one is named by its title alone."""


def target_of(name: str) -> Target | None:
    """A register with the registers among its parts; None where several columns do not name its rows."""
    reg = register(name)
    if reg.naming is None:
        return None
    found = Target(reg, reg.naming)
    for part in reg.naming.parts:
        column = reg.column(part)
        if column.kind == "link":
            found.links[part] = target_of(column.target)
    return found


class Resolver:
    """Answers for the texts of one file; `missing` are rows that are not there, by their negative number."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.missing: dict[int, Missing] = {}
        self.made: dict[int, int] = {}
        """Negative number → id of rows that were made meanwhile."""
        self._pool: dict[Key, Missing] = {}

    def answers(self, target: Target, asks: Sequence[Ask]) -> list[Answer]:
        """One answer for each."""
        spread = [_spread(target.naming, dict(ask.texts)) for ask in asks]
        named = titled(target.reg, {texts[""] for texts in spread if texts.get("")}, self.by)
        values, said = self._values(target, asks, spread)
        found = self._candidates(target, values, asks)
        return [
            self._one(target, ask, texts, named.get(texts.get("", ""), ()), each, found, links)
            for ask, texts, each, links in zip(asks, spread, values, said, strict=True)
        ]

    def _values(
        self, target: Target, asks: Sequence[Ask], spread: Sequence[Mapping[str, str]]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Answer]]]:
        """Part → value for each ask; parts of which nothing is said are left out. And what the links among them are."""
        values: list[dict[str, Any]] = [{} for _ in asks]
        said: list[dict[str, Answer]] = [{} for _ in asks]
        for part in target.naming.parts:
            if part in target.links:
                asked = [Ask(below(part, texts), ask.area) for ask, texts in zip(asks, spread, strict=True)]
                for number, answer in enumerate(self._linked(target, part, asked)):
                    if answer is not _NOTHING_SAID:
                        said[number][part] = answer
                    if answer.id is not None:
                        values[number][part] = answer.id
                continue
            column = target.reg.column(part)
            for number, texts in enumerate(spread):
                if text := texts.get(part, ""):
                    text = column.norm(text) if column.norm is not None else "".join(text.split())
                    values[number][part] = None if text == NOTHING else text
        return values, said

    def _linked(self, target: Target, part: str, asks: Sequence[Ask]) -> list[Answer]:
        distinct = list(dict.fromkeys(ask for ask in asks if ask.texts))
        other = target.links[part]
        if other is not None:
            found = self.answers(other, distinct)
        else:
            reg = register(target.reg.column(part).target)
            titles = titled(reg, {dict(ask.texts)[""] for ask in distinct}, self.by)
            found = [self._named(reg, dict(ask.texts)[""], titles, ask.area) for ask in distinct]
        answers = dict(zip(distinct, found, strict=True))
        return [answers.get(ask, _NOTHING_SAID) for ask in asks]

    def _named(self, reg: Register, text: str, titles: Mapping[str, Sequence[Candidate]], area: str) -> Answer:
        """A row that is known by its title alone (小区)."""
        chosen = best(titles.get(text, ()), area)
        if len(chosen) == 1:
            return Answer(chosen[0].id, chosen[0].area, chosen[0].title)
        if chosen:
            return Answer(why=f"“{reg.title}”里有几条都叫“{text}”，分不清是哪一条。", is_lacking=True)
        return Answer(why=f"“{reg.title}”里没有“{text}”，请先登记。", is_lacking=True)

    def _one(
        self, target: Target, ask: Ask, texts: Mapping[str, str], titled: Sequence[Candidate],
        values: Mapping[str, Any], found: Mapping[Any, Sequence[Candidate]], said: Mapping[str, Answer],
    ) -> Answer:  # fmt: skip
        named = best(titled, ask.area)
        if len(named) == 1 and not any(path for path, _text in ask.texts):
            return Answer(named[0].id, named[0].area, named[0].title)
        by_parts = self._by_parts(target, ask, values, found, said)
        if by_parts.is_wrong:
            return by_parts
        if not named:
            if texts.get("") and by_parts is _NOTHING_SAID:
                return self._named(target.reg, texts[""], {}, ask.area)
            return by_parts
        hit = next((each for each in named if each.id == by_parts.id), None)
        if hit is None and len(named) == 1 and by_parts.id is None and not by_parts.is_lacking:
            hit = named[0]
        if hit is not None:
            return Answer(hit.id, hit.area, hit.title)
        if len(named) > 1 and by_parts.id is None:
            return self._named(target.reg, texts[""], {texts[""]: named}, ask.area)
        noun = target.reg.noun_text
        return Answer(why=f"“{texts['']}”与同一行分开写的各列说的不是同一个{noun}，请改成一致。", is_wrong=True)

    def _by_parts(
        self, target: Target, ask: Ask, values: Mapping[str, Any], found: Mapping[Any, Sequence[Candidate]],
        said: Mapping[str, Answer],
    ) -> Answer:  # fmt: skip
        unknown = next((answer for answer in said.values() if answer.id is None), None)
        if unknown is not None:
            return unknown
        if not values:
            return _NOTHING_SAID
        anchor = self._anchor(target, values)
        known = found.get((anchor, values[anchor]), ()) if anchor else ()
        fitting = [each for each in known if fits(target.naming, values, each)]
        chosen = best(fitting, ask.area)
        if len(chosen) > 1:
            chosen = [each for each in chosen if is_bare(target.naming, values, each)] or chosen
        if len(chosen) == 1:
            return Answer(chosen[0].id, chosen[0].area, chosen[0].title)
        lacking = [part for part in target.naming.made_from if values.get(part) is None]
        if chosen or lacking:
            labels = "、".join(target.reg.column(part).label for part in lacking)
            noun = target.reg.noun_text
            why = (
                f"没有写{labels}，看不出是哪个{noun}。"
                if lacking
                else f"{self._title(target, values, said)}有几条，分不清是哪一条。"
            )
            return Answer(why=why)
        return self._missing(target, ask, values, said)

    def _missing(
        self, target: Target, ask: Ask, values: Mapping[str, Any], said: Mapping[str, Answer]
    ) -> Answer:  # fmt: skip
        """A row that could be made, or why it cannot."""
        reg, naming = target.reg, target.naming
        title = self._title(target, values, said)
        if not naming.made_from:
            return Answer(why=f"“{reg.title}”里没有“{title}”，请先登记。", is_lacking=True)
        # A home lies where its building lies; buildings lie where the record says, for compounds span several grids.
        carried = next((said[part] for part in naming.parts if part in said), None)
        area = ask.area if carried is None or reg.is_place else carried.area
        if len(area) < COMMUNITY_DIGITS:
            return Answer(why=f"“{reg.title}”里没有“{title}”，表里也没有写在哪个社区。", is_lacking=True)
        if not self.by.covers(reg.name, "write", area):
            return Answer(why=f"“{reg.title}”里没有“{title}”，您的岗位不能在那里新建{reg.noun_text}。", is_lacking=True)
        key = (reg.name, tuple(values.get(part) for part in naming.parts))
        each = self._pool.get(key)
        if each is None:
            each = self._pool[key] = Missing(-len(self._pool) - 1, reg.name, dict(values), area, title)
            self.missing[each.id] = each
        return Answer(self.made.get(each.id, each.id), each.area, each.title)

    def _title(self, target: Target, values: Mapping[str, Any], said: Mapping[str, Answer]) -> str:
        """What a row that is not there is called in sentences."""
        words = [
            said[part].title if part in said else str(values[part])
            for part in target.naming.parts
            if part in said or values.get(part) is not None
        ]
        return target.naming.gap.join(words)

    def _anchor(self, target: Target, values: Mapping[str, Any]) -> str:
        """The first part by which rows are looked up; "" where they hang on one that is not there yet."""
        for part in target.naming.parts:
            value = values.get(part)
            if value is not None:
                return "" if isinstance(value, int) and value < 0 else part
        return ""

    def _candidates(
        self, target: Target, values: Sequence[Mapping[str, Any]], asks: Sequence[Ask]
    ) -> dict[Any, list[Candidate]]:
        """(part, value) → live rows with this value; where the first part is unknown only those of the asked areas."""
        wanted: dict[str, set[Any]] = {}
        for each in values:
            if anchor := self._anchor(target, each):
                wanted.setdefault(anchor, set()).add(each[anchor])
        found: dict[Any, list[Candidate]] = {}
        for part, some in wanted.items():
            areas = None if part == target.naming.parts[0] else {ask.area for ask in asks}
            at = target.naming.parts.index(part)
            for row in rows_with(target.reg, target.naming.parts, part, some, by=self.by, areas=areas):
                found.setdefault((part, row.values[at]), []).append(row)
        return found


def below(path: str, texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Of texts by path those of a link, by the path below it."""
    return tuple(
        (each[len(path) + 1 :], text)
        for each, text in texts.items()
        if text and (each == path or each.startswith(path + "."))
    )


def _spread(naming: Naming, texts: dict[str, str]) -> dict[str, str]:
    """The texts, with a cell that says several parts at once (3-2-501 under 房号) taken apart; what stands in cells of
    its own counts more."""
    if naming.split is None:
        return texts
    for path in ("", *naming.parts):
        text = texts.get(path, "")
        if not text or is_missing(text):
            continue
        try:
            parts = dict(naming.split(text))
        except Refused:
            continue
        others = {part for part in parts if part != path}
        if path and (path not in parts or not others or any(_is_said(part, texts) for part in others)):
            continue
        texts = texts | {part: said for part, said in parts.items() if path or not _is_said(part, texts)}
    return texts


def _is_said(part: str, texts: Mapping[str, str]) -> bool:
    return any(path == part or path.startswith(part + ".") for path in texts)

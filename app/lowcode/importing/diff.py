"""Comparing what came in with what is there, by the keys of the register: new, changed, same, conflict, missing.

Plain functions on plain values: whoever calls has looked the existing rows up and turned both sides into prints.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["new", "changed", "same", "conflict", "error", "missing"]
Print = tuple[Hashable, ...]
"""Values of one key as they are compared: fingerprints for sealed columns."""


@dataclass(slots=True)
class Incoming:
    """One record of the file: a print for each key of the register that is complete, by the key's number.

    `weak` is the name, which with the area identifies only where no key does. `where` is "第 7 行" for sentences.
    """

    where: str
    prints: dict[int, Print]
    weak: str = ""
    area: str = ""
    parts: Mapping[str, Hashable] = field(default_factory=dict)
    """Comparable value of each filled key column."""
    is_left: bool = False
    """The record says that the person has left."""


@dataclass(frozen=True, slots=True)
class Existing:
    """One live row of the register. `is_within` is false where the acting person may not change it."""

    id: int
    title: str
    parts: Mapping[str, Hashable]
    area: str = ""
    is_within: bool = True
    is_left: bool = False
    """One who has left holds no key any more; only a record that says so too means him."""


@dataclass(slots=True)
class Decision:
    """What a record is: new, or the row it belongs to; a conflict says why."""

    target: int | None = None
    conflict: str = ""
    conflict_column: str = ""


@dataclass(frozen=True)
class Index:
    """Existing rows by print, for each key by its number; and by name."""

    by_key: tuple[Mapping[Print, Existing], ...]
    weak: Mapping[str, Sequence[Existing]] = field(default_factory=dict)


def decide(
    rows: Sequence[Incoming], index: Index, keys: Sequence[tuple[str, ...]], labels: Mapping[str, str]
) -> list[Decision]:
    """One decision for each record, in order."""
    decisions = [against_register(row, index, keys, labels) for row in rows]
    repeats = Repeats()
    for number, (row, decision) in enumerate(zip(rows, decisions, strict=True)):
        repeats.note(number, row, decision)
    for number, (sentence, column) in repeats.conflicts(lambda at: rows[at].where, keys, labels).items():
        if not decisions[number].conflict:
            decisions[number].conflict, decisions[number].conflict_column = sentence, column
    return decisions


def against_register(
    row: Incoming, index: Index, keys: Sequence[tuple[str, ...]], labels: Mapping[str, str]
) -> Decision:
    """What one record is, whatever else stands in the file."""
    found: Existing | None = None
    by: tuple[str, ...] = ()
    for number, print_ in row.prints.items():
        hit = index.by_key[number].get(print_)
        if hit is None or (hit.is_left and not row.is_left):
            continue
        said = "、".join(labels[name] for name in keys[number])
        if not hit.is_within:
            return Decision(None, f"同样的{said}已在其他社区登记，请先联系街道核对。", keys[number][0])
        if found is not None and found.id != hit.id:
            first = "、".join(labels[name] for name in by)
            return Decision(
                None, f"按{first}是“{found.title}”，按{said}却是“{hit.title}”，是名册里的两条。请核对这一行。", by[0]
            )
        found, by = found or hit, by or keys[number]
    if found is None and not row.prints and row.weak:
        alike = [
            each
            for each in index.weak.get(row.weak, ())
            if each.area.startswith(row.area) and (row.is_left or not each.is_left)
        ]
        fitting = [each for each in alike if not _disagreement(row, each, keys)]
        if len(fitting) > 1:
            return Decision(None, f"名册里有 {len(fitting)} 条同名的，分不清是哪一条。请补上能区分的列再导入。")
        found = fitting[0] if fitting else None
        return Decision(found.id if found else None)
    if found is not None:
        other = _disagreement(row, found, keys)
        if other:
            label = labels[other]
            text = f"名册里的“{found.title}”{label}与这一行不同，不能确定是同一条。请核对{label}。"
            return Decision(None, text, other)
    return Decision(found.id if found else None)


def _disagreement(row: Incoming, existing: Existing, keys: Sequence[tuple[str, ...]]) -> str:
    """A column that alone is a key, filled on both sides, and different: two different things then."""
    for key in keys:
        if len(key) > 1:
            continue
        mine, theirs = row.parts.get(key[0]), existing.parts.get(key[0])
        if mine and theirs and mine != theirs:
            return key[0]
    return ""


class Repeats:
    """Records of one file that share a key, or the row they would change.

    Keeps a hash of 64 bits for each key instead of the key: of 100,000 records two different keys are taken for one
    with a chance below one in a thousand million.
    """

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._groups: dict[int, tuple[int | None, list[int]]] = {}

    def note(self, position: int, row: Incoming, decision: Decision) -> None:
        """Take a record into account; positions come in ascending order."""
        for number, print_ in row.prints.items():
            self._mark(hash((number, print_)), number, position)
        if not row.prints and row.weak:
            self._mark(hash((None, row.weak, row.area)), None, position)
        if decision.target is not None:
            self._mark(hash((None, decision.target)), None, position)

    def _mark(self, mark: int, number: int | None, position: int) -> None:
        first = self._first.setdefault(mark, position)
        if first == position:
            return
        positions = self._groups.setdefault(mark, (number, [first]))[1]
        if positions[-1] != position:
            positions.append(position)

    def conflicts(
        self, where: Callable[[int], str], keys: Sequence[tuple[str, ...]], labels: Mapping[str, str]
    ) -> dict[int, tuple[str, str]]:
        """Position → (sentence, column) of every record that is there more than once."""
        found: dict[int, tuple[str, str]] = {}
        for number, positions in sorted(self._groups.values(), key=lambda group: group[1][0]):
            key = keys[number] if number is not None else ()
            said = "、".join(labels[name] for name in key)
            for position in positions:
                others = "、".join(where(other) for other in positions[:4] if other != position)
                alike = f"与{others}的{said}相同" if said else f"与{others}是同一条"
                found.setdefault(position, (f"{alike}，表里重复了。请留下对的一行。", key[0] if key else ""))
        return found

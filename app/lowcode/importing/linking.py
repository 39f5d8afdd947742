"""Linking the records of a file to the rows that their cells name between them (小区, 楼栋, 单元, 房号, 户主).

What is not there is remembered, so that it can be made when the person importing wants it (`making`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.lowcode.importing.cells import Fault, ReadRow
from app.lowcode.importing.named_rows import CHUNK, read_all
from app.lowcode.importing.outcome import Unlinked
from app.lowcode.importing.resolving import Answer, Ask, Missing, Resolver, Target, below, target_of
from app.lowcode.parts import naming_of, root_of
from app.lowcode.register import Register, register
from app.security.actor import Actor

MOST_NAMED, MOST_REASONS = 200, 10


class Linker:
    """Links the records of one file. `missing` are the rows to be made, in the order in which they must be."""

    def __init__(self, reg: Register, by: Actor) -> None:
        self.reg, self.by = reg, by
        self._roots = {
            column.name: target
            for column in reg.declared_columns
            if naming_of(column) is not None and (target := target_of(column.target)) is not None
        }
        self._required = {column.name for column in reg.columns if column.is_required}
        self._resolver = Resolver(by)
        self._held: list[Any] = []
        self.unlinked: Counter[str] = Counter()
        """Sentence → records that stay without their link for this reason."""

    @property
    def missing(self) -> list[Missing]:
        """What some record needs and is not there."""
        return [each for each in self._resolver.missing.values() if each.count and each.id not in self._resolver.made]

    def link(self, reads: Sequence[tuple[ReadRow, str]]) -> None:
        """Put ids into `values`, or negative numbers into `awaited`; adds faults where cells cannot be meant so."""
        self._held.clear()
        if not any(read.named for read, _area in reads):
            return
        for root, target in self._roots.items():
            asks = [Ask(below(root, read.named), area) for read, area in reads]
            distinct = list(dict.fromkeys(ask for ask in asks if ask.texts))
            answers = dict(zip(distinct, self._resolver.answers(target, distinct), strict=True))
            for (read, _area), ask in zip(reads, asks, strict=True):
                if ask.texts:
                    self._take(read, root, answers[ask])
            self._hold(target, {answer.id for answer in answers.values() if answer.id and answer.id > 0})

    def report(self, rows: int) -> Unlinked:
        """What is not there, for the person; `rows` is how many records wait for it."""
        by_register: dict[str, list[Missing]] = {}
        for each in self.missing:
            by_register.setdefault(each.register, []).append(each)
        to_make = tuple(
            (name, len(some), tuple(f"{each.title}（{each.count} 行）" for each in some[:MOST_NAMED]))
            for name, some in by_register.items()
        )
        return Unlinked(rows, to_make, tuple(self.unlinked.most_common(MOST_REASONS)))

    def sentences(self, read: ReadRow) -> list[tuple[str, str]]:
        """(column, why the record was given back) for what its cells name and what is not there."""
        found = []
        for name, number in read.awaited.items():
            each = self._resolver.missing[number]
            title = register(each.register).title
            column = next(path for path in reversed(read.named) if root_of(path) == name)
            found.append((column, f"“{title}”里没有“{each.title}”，没有选新建，这一行退回。请先登记，或改成已有的。"))
        return found or [("", "这一行写的房屋、户在名册里没有，也没有办法新建。请先登记，或改成已有的。")]

    def made(self, ids: Mapping[int, int]) -> None:
        """Rows that were missing are there now: negative number → id."""
        self._resolver.made |= ids

    def _hold(self, target: Target, ids: set[int]) -> None:
        """Keep the rows in the session, so that the register's own steps do not ask for each by itself."""
        ordered = sorted(ids)
        for start in range(0, len(ordered), CHUNK):
            wanted = select(target.reg.model).where(target.reg.model.id.in_(ordered[start : start + CHUNK]))
            self._held += read_all(wanted).scalars().all()

    def _take(self, read: ReadRow, root: str, answer: Answer) -> None:
        column = next((path for path in read.named if path == root or path.startswith(root + ".")), root)
        if answer.id is not None and answer.id > 0:
            if not self.by.covers(self.reg.name, "write", answer.area):
                read.faults.append(Fault(column, "", f"“{answer.title}”不在您负责的范围内，这一行不能导入。"))
                return
            read.values[root] = answer.id
        elif answer.id is not None:
            read.awaited[root] = answer.id
            self._need(answer.id)
        elif answer.why and (answer.is_wrong or root in self._required or read.named.get(root)):
            read.faults.append(Fault(column, read.named.get(column, "")[:60], answer.why))
        elif answer.why:
            read.is_lacking = read.is_lacking or answer.is_lacking
            self.unlinked[answer.why] += 1

    def _need(self, number: int) -> None:
        """Count a record that needs a missing row, and with it the rows that one hangs on."""
        each = self._resolver.missing[number]
        each.count += 1
        for value in each.values.values():
            if isinstance(value, int) and value < 0:
                self._need(value)

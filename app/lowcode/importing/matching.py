"""Which of their columns is which of ours: as a person said, as last time, by words and groups, and by contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.lowcode.column import Column
from app.lowcode.importing import combined
from app.lowcode.importing.contents import IsArea, are_labels, column_by_content, is_contradicted, texts_of
from app.lowcode.importing.headings import is_serial_heading, plain_heading
from app.lowcode.importing.tables import HeaderCell, Table
from app.lowcode.importing.vocabulary import Vocabulary, importable, is_of_another, names_another

_NAMES = ("person_name", "text")
_OWN_GROUPS = ("书记", "主任", "负责人", "联系人", "承租人", "租客", "房客", "租住人")
"""Group heads that may be the record itself where nobody else is."""
_CONTACTS = frozenset({"联系人", "姓名", "负责人", "责任人", "人员"})
SURE, LIKELY, GUESS = 3, 2, 1
"""LIKELY ones are used and shown as unsure; a GUESS is only offered to the person."""


@dataclass(frozen=True)
class Match:
    """What one header is taken for: the column's name ("" for none) and how certain that is."""

    column: str
    certainty: int
    guess: str = ""
    """A column to offer where there is no match."""
    is_remembered: bool = False
    """上次这样对应: the same header was imported before, and this is what it was taken for."""
    also: str = ""
    """A second column that the same cells fill: 网格员及电话 holds a name and a telephone (`combined`)."""

    @property
    def is_sure(self) -> bool:
        """Whether nobody needs to look at it again."""
        return self.certainty >= SURE or not self.column


def match(
    table: Table, columns: Sequence[Column], *, samples: Mapping[int, Sequence[Any]] | None = None,
    chosen: Mapping[str, str] | None = None, remembered: Mapping[str, str] | None = None, row_title: str = "name",
    words: Vocabulary | None = None, is_area: IsArea | None = None,
) -> dict[int, Match]:  # fmt: skip
    """A match for every header of a table, by position. `chosen` are a person's own answers by header,
    `remembered` the answers of last time.

    A column is given to one header only, the best; a place may take several, which make a path. `samples` are values
    by position; `is_area` tells names of places.
    """
    words = words or Vocabulary(columns, row_title)
    return _Matching(table, words, samples or {}, is_area).result(_by_word(chosen), _by_word(remembered))


def _by_word(answers: Mapping[str, str] | None) -> dict[str, str]:
    return {plain_heading(header): name for header, name in (answers or {}).items()}


class _Matching:
    def __init__(
        self, table: Table, words: Vocabulary, samples: Mapping[int, Sequence[Any]], is_area: IsArea | None
    ) -> None:
        self.table, self.words, self.samples, self.is_area = table, words, samples, is_area
        self.names = {column.name: column for column in importable(words.columns)}
        self.found: dict[int, Match] = {}
        self._strange: set[int] = set()
        """Columns whose words are no entries of the list that their title asks for."""

    def result(self, chosen: Mapping[str, str], remembered: Mapping[str, str]) -> dict[int, Match]:
        for cell in self.table.columns:
            self.found[cell.index] = (
                self._answered(cell, chosen) or self._remembered(cell, remembered) or self._by_words(cell)
            )
        self._settle_groups()
        self._take_apart()
        self._drop_contradicted()
        self._give_each_once()
        self._by_content()
        self._keep_strange_codes()
        self._follow_labels()
        self._confirm()
        self._name_by_ending()
        return self.found

    def _answered(self, cell: HeaderCell, chosen: Mapping[str, str]) -> Match | None:
        for title in (cell.title, cell.last):
            word = plain_heading(title)
            if word in chosen:
                name = chosen[word]
                return Match(name if name in self.names else "", SURE + 1)
        return None

    def _remembered(self, cell: HeaderCell, last: Mapping[str, str]) -> Match | None:
        """What the header was taken for last time, unless that column is gone."""
        name = last.get(plain_heading(cell.title))
        if name is None or (name and name not in self.names):
            return None
        return Match(name, SURE, is_remembered=True)

    def _by_words(self, cell: HeaderCell) -> Match:
        if not cell.parts:
            return Match("", GUESS)
        whole = self.words.surely(cell.title) if len(cell.parts) > 1 else ""
        if whole:
            return Match(whole, SURE)
        for group in reversed(cell.parts[:-1]):
            if found := self.words.in_group(group, cell.last):
                return Match(found, SURE)
        found = self.words.surely(cell.last)
        if is_serial_heading(cell.last) and (
            not found or (self.table.serial == cell.index and not self._holds_text(cell))
        ):
            return Match("", SURE)
        if found and self._is_of_another(cell):
            return Match("", GUESS, guess=found)
        if found:
            return Match(found, SURE)
        word = plain_heading(cell.last)
        if (likely := self.words.probably(word)) and not self._is_of_another(cell):
            return Match(likely, LIKELY)
        return Match("", GUESS if word else SURE, guess=self.words.perhaps(word))

    def _holds_text(self, cell: HeaderCell) -> bool:
        """编号 may be a number of its own (ZY-001), or only count the rows."""
        texts = texts_of(self.samples.get(cell.index, ()))
        if not all(text.isdecimal() for text in texts):
            return bool(texts)
        # A count may begin anew under each heading.
        figures = [int(text) for text in texts]
        return any(here not in (1, before + 1) for before, here in pairwise([0, *figures]))

    def _is_of_another(self, cell: HeaderCell) -> bool:
        groups = cell.parts[:-1]
        return any(is_of_another(group) and not self.words.is_noun(group) for group in groups)

    def _settle_groups(self) -> None:
        """Where nobody else is named, the one group of a person (书记/姓名, 书记/电话) is the record itself."""
        title = self.words.row_title
        if not title or any(each.column == title for each in self.found.values()):
            return
        heads = [
            cell for cell in self.table.columns
            if self.found[cell.index].guess == title and len(cell.parts) > 1 and not names_another(cell.parts[-2])
        ]  # fmt: skip
        if len(heads) != 1 or not any(word in heads[0].parts[-2] for word in _OWN_GROUPS):
            return
        for cell in self.table.columns:
            each = self.found[cell.index]
            if cell.parts[:-1] == heads[0].parts[:-1] and not each.column and each.guess:
                self.found[cell.index] = Match(each.guess, LIKELY)

    def _take_apart(self) -> None:
        """网格员及电话 over cells of both: the name, and beside it the telephone, where nothing else is it."""
        taken = {each.column for each in self.found.values() if each.certainty >= SURE}
        for cell in self.table.columns:
            each, noun = self.found[cell.index], combined.whose(cell.last)
            is_told = each.certainty > SURE or each.is_remembered
            if not noun or not combined.are_combined(texts_of(self.samples.get(cell.index, ()))):
                continue
            name = each.column if is_told else self._named_by(cell, noun)
            phone = self.words.surely(f"{noun}电话") or ("phone" if name == self.words.row_title else "")
            if not name or not self._is_of(name, _NAMES) or (not is_told and name in taken):
                continue
            also = phone if self._is_of(phone, ("phone",)) and phone not in taken else ""
            self.found[cell.index] = Match(name, each.certainty if is_told else LIKELY, also=also,
                                           is_remembered=each.is_remembered)  # fmt: skip

    def _named_by(self, cell: HeaderCell, noun: str) -> str:
        """The column of a name: by its own word, else what a row is called where nobody else is meant."""
        found = self.words.surely(noun) or next(
            (name for group in cell.parts[:-1] if (name := self.words.in_group(group, noun))), ""
        )
        if found or self._is_of_another(cell) or names_another(noun):
            return found
        return self.words.row_title if noun in _CONTACTS and self._is_of(self.words.row_title, _NAMES) else ""

    def _is_of(self, name: str, types: tuple[str, ...]) -> bool:
        return name in self.names and self.names[name].type.key in types and self.names[name].kind == "stored"

    def _follow_labels(self) -> None:
        """岗位 over 专职 and 兼职 is 专/兼职 though 职务 knows these words too: there they are only other spellings."""
        taken = {name for each in self.found.values() for name in (each.column, each.also)}
        for index, each in self.found.items():
            column = self.names.get(each.column)
            if column is None or each.certainty != SURE or each.is_remembered or column.type.key != "code":
                continue
            texts = texts_of(self.samples.get(index, ()))
            if not texts or are_labels(texts, column):
                continue
            others = [name for name, other in self.names.items() if name not in taken and are_labels(texts, other)]
            if len(others) == 1:
                self.found[index] = Match(others[0], LIKELY, guess=each.column)
                taken.add(others[0])

    def _keep_strange_codes(self) -> None:
        """Words that are no entries of their column's list and belong to no other column: kept, and shown as unsure,
        so that somebody looks at them."""
        taken = {each.column for each in self.found.values()}
        for index, each in self.found.items():
            if not each.column and each.guess and each.guess not in taken and index in self._strange:
                self.found[index] = Match(each.guess, LIKELY)

    def _drop_contradicted(self) -> None:
        for index, each in self.found.items():
            is_told = each.certainty > SURE or each.is_remembered
            if (
                each.column
                and not each.also
                and not is_told
                and is_contradicted(self.samples.get(index, ()), self.names[each.column])
            ):
                self.found[index] = Match("", GUESS, guess=each.column)
                if self.names[each.column].type.key == "code" and each.certainty >= SURE:
                    self._strange.add(index)

    def _give_each_once(self) -> None:
        best: dict[str, int] = {}
        for cell in self.table.columns:
            name = self.found[cell.index].column
            if name and (name not in best or self._rank(cell.index) > self._rank(best[name])):
                best[name] = cell.index
        for cell in self.table.columns:
            each = self.found[cell.index]
            if each.column and best[each.column] != cell.index and self.names[each.column].kind != "place":
                self.found[cell.index] = Match("", GUESS, guess=each.column)

    def _rank(self, index: int) -> tuple[int, bool]:
        return self.found[index].certainty, bool(texts_of(self.samples.get(index, ())))

    def _by_content(self) -> None:
        """A column full of ID numbers is one, whatever its title says."""
        taken = {each.column for each in self.found.values()}
        for cell in self.table.columns:
            each = self.found[cell.index]
            if each.column or each.certainty > GUESS or each.is_remembered or self._is_of_another(cell):
                continue
            free = {name: column for name, column in self.names.items() if name not in taken}
            values = self.samples.get(cell.index, ())
            name = column_by_content(values, free, self.words.row_title, self.is_area)
            if name and not self._is_about_another(cell):
                self.found[cell.index] = Match(name, LIKELY)
                taken.add(name)

    def _confirm(self) -> None:
        """A word that likely means a column, over cells that can be nothing else, does mean it."""
        for index, each in self.found.items():
            if each.column and each.certainty == LIKELY:
                only = {each.column: self.names[each.column]}
                values = self.samples.get(index, ())
                if self.words.probably(self._word(index)) == each.column and column_by_content(
                    values, only, self.words.row_title, self.is_area
                ):
                    self.found[index] = Match(each.column, SURE)

    def _word(self, index: int) -> str:
        return next(plain_heading(cell.last) for cell in self.table.columns if cell.index == index)

    def _name_by_ending(self) -> None:
        """Where nothing names a record, the one header that ends like a name does: 物管会名称, 社工姓名."""
        title = self.words.row_title
        if title not in self.names or any(each.column == title for each in self.found.values()):
            return
        ending = "姓名" if self.names[title].type.key == "person_name" else "名称"
        ends = [
            cell.index for cell in self.table.columns
            if not self.found[cell.index].column and self.found[cell.index].certainty <= GUESS
            and plain_heading(cell.last).endswith(ending) and not self._is_of_another(cell)
            and not self._is_about_another(cell) and not names_another(plain_heading(cell.last))
        ]  # fmt: skip
        if len(ends) == 1:
            self.found[ends[0]] = Match(title, LIKELY)

    def _is_about_another(self, cell: HeaderCell) -> bool:
        return is_of_another(cell.last) if cell.parts else False

"""What a person says about a sheet where recognition is wrong, as plain values that JSON can keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_HEADER_ROWS = 3


@dataclass(frozen=True)
class SheetCorrection:
    """A person's word about one sheet. Rows count from 0, as in `Layout`.

    `header_rows` are one to three rows that follow one another; () says that the sheet has no header at all, so that
    its columns are called by their letters; None leaves it to recognition. `data_rows` hold records and `other_rows`
    hold none, whatever they look like. `area` is where rows lie that name no area.
    Raises ValueError in words where the header rows do not follow one another or are too many.
    """

    header_rows: tuple[int, ...] | None = None
    data_rows: frozenset[int] = frozenset()
    other_rows: frozenset[int] = frozenset()
    is_left_out: bool = False
    area: str = ""

    def __post_init__(self) -> None:
        rows = self.header_rows
        if rows and (len(rows) > MOST_HEADER_ROWS or list(rows) != list(range(rows[0], rows[0] + len(rows)))):
            raise ValueError("表头要选相连的一至三行。请重新选。")

    def as_json(self) -> dict[str, Any]:
        """Only what was said."""
        said: dict[str, Any] = {}
        if self.header_rows is not None:
            said["header_rows"] = list(self.header_rows)
        if self.data_rows:
            said["data_rows"] = sorted(self.data_rows)
        if self.other_rows:
            said["other_rows"] = sorted(self.other_rows)
        if self.is_left_out:
            said["is_left_out"] = True
        if self.area:
            said["area"] = self.area
        return said

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> SheetCorrection:
        """The inverse of `as_json`."""
        rows = said.get("header_rows")
        return cls(
            None if rows is None else tuple(int(row) for row in rows),
            frozenset(int(row) for row in said.get("data_rows", ())),
            frozenset(int(row) for row in said.get("other_rows", ())),
            bool(said.get("is_left_out")),
            str(said.get("area", "")),
        )


AS_RECOGNISED = SheetCorrection()


def to_json(corrections: Mapping[str, SheetCorrection]) -> dict[str, Any]:
    """Sheet name → what was said; sheets about which nothing was said are left out."""
    return {name: said for name, each in corrections.items() if (said := each.as_json())}


def from_json(kept: Mapping[str, Any] | None) -> dict[str, SheetCorrection]:
    """The inverse of `to_json`."""
    return {name: SheetCorrection.from_json(said) for name, said in (kept or {}).items()}

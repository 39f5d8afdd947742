"""What an import would do or did, as one plain value: the object that `import --json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Mode = Literal["all", "good"]
MissingLinks = Literal["make", "without", "back"]
"""What becomes of records that name rows of other registers which are not there (房屋, 户): these are made, the records
go in without them, or the records are given back."""
COUNTED = ("new", "changed", "same", "conflict", "missing")


@dataclass(frozen=True, slots=True)
class PublishWish:
    """What somebody decided at the preview.

    `leaving` are ids of missing rows that leave the register (迁出) on `left_on` (today where None); "all" is all of
    them. `confirmed` are ids of staged rows whose doubts were confirmed (确认保留): doubtful rows outside it are given
    back. None takes doubtful rows without being asked, as the command does. `missing_links`: see there.
    """

    mode: Mode = "good"
    leaving: frozenset[int] | Literal["all"] = frozenset()
    left_on: date | None = None
    confirmed: frozenset[int] | None = None
    missing_links: MissingLinks = "without"

    def as_json(self) -> dict[str, Any]:
        """For the payload of a job."""
        return {
            "mode": self.mode,
            "leaving": self.leaving if self.leaving == "all" else sorted(self.leaving),
            "left_on": self.left_on.isoformat() if self.left_on else None,
            "confirmed": None if self.confirmed is None else sorted(self.confirmed),
            "missing_links": self.missing_links,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> PublishWish:
        """The wish again."""
        return cls(
            mode=stored["mode"],
            leaving="all" if stored["leaving"] == "all" else frozenset(stored["leaving"]),
            left_on=date.fromisoformat(stored["left_on"]) if stored["left_on"] else None,
            confirmed=None if stored["confirmed"] is None else frozenset(stored["confirmed"]),
            missing_links=stored.get("missing_links", "without"),
        )


@dataclass(frozen=True, slots=True)
class Remark:
    """One error or warning. `row` and `sheet` are None where it concerns the whole file; `column` is ours, or "".

    `letter` and `header` say where it stands in their sheet, as far as that is known; they are for sentences only.
    """

    sheet: str | None
    row: int | None
    column: str
    value: str
    message: str
    letter: str = ""
    header: str = ""

    def as_json(self) -> dict[str, Any]:
        """The keys of the contract."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column or None,
            "value": self.value or None,
            "message": self.message,
        }


@dataclass(frozen=True)
class Unlinked:
    """Rows of other registers that a file names and that are not there. `rows` counts the records that name them."""

    rows: int = 0
    to_make: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    """(register, how many could be made, names of the first with the number of records that need each)."""
    whys: tuple[tuple[str, int], ...] = ()
    """(why records stay without a link, how many)."""

    def as_json(self) -> dict[str, Any]:
        """As `import --json` prints it and a batch keeps it."""
        return {
            "rows": self.rows,
            "to_make": [
                {"register": name, "count": count, "names": list(names)} for name, count, names in self.to_make
            ],
            "unlinked": [{"why": why, "rows": count} for why, count in self.whys],
        }


@dataclass(frozen=True)
class Outcome:
    """Counts, layout, errors and warnings of one file. `batch` names the written batch, None while nothing is written.

    `batch_id` is the staged batch, None where the file was refused. `error_rows` counts records with an error;
    `written` and `left` are records written and given back.
    """

    batch_id: int | None
    counts: dict[str, int]
    sheets: tuple[dict[str, Any], ...] = ()
    errors: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    error_rows: int = 0
    batch: int | None = None
    refusal: str = ""
    unlinked: Unlinked = field(default_factory=Unlinked)
    written: int = 0
    left: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    def is_good(self, mode: Mode) -> bool:
        """Whether everything (`good`: at least one row) was or would be written, or is there already."""
        if self.refusal:
            return False
        fit = self.counts.get("new", 0) + self.counts.get("changed", 0) + self.counts.get("same", 0)
        is_clean = not self.errors and not self.counts.get("conflict", 0)
        if self.unlinked.rows and self.more.get("missing_links") == "back":
            fit, is_clean = fit - self.unlinked.rows, False
        return fit > 0 and (mode == "good" or is_clean)

    def as_json(self) -> dict[str, Any]:
        """The object of ARCHITECTURE §8; `missing_links` besides, only where a file names rows that are not there."""
        more = {"missing_links": self.unlinked.as_json()} if self.unlinked.rows or self.unlinked.whys else {}
        return {
            "batch": self.batch,
            **{name: self.counts.get(name, 0) for name in COUNTED},
            "sheets": list(self.sheets),
            "errors": [remark.as_json() for remark in self.errors],
            "warnings": [remark.as_json() for remark in self.warnings],
            **more,
        }


def refused(message: str) -> Outcome:
    """The outcome of a file that was not read at all."""
    return Outcome(None, dict.fromkeys(COUNTED, 0), errors=(Remark(None, None, "", "", message),), refusal=message)

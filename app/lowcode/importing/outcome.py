"""What an import would do or did, as one plain value: the object that `import --json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Mode = Literal["all", "good"]
COUNTED = ("new", "changed", "same", "conflict", "missing")


@dataclass(frozen=True, slots=True)
class PublishWish:
    """What somebody decided at the preview.

    `leaving` are ids of missing rows that leave the register (迁出) on `left_on` (today where None); "all" is all of
    them. `confirmed` are ids of staged rows whose doubts were confirmed (确认保留): doubtful rows outside it are given
    back. None takes doubtful rows without being asked, as the command does.
    """

    mode: Mode = "good"
    leaving: frozenset[int] | Literal["all"] = frozenset()
    left_on: date | None = None
    confirmed: frozenset[int] | None = None

    def as_json(self) -> dict[str, Any]:
        """For the payload of a job."""
        return {
            "mode": self.mode,
            "leaving": self.leaving if self.leaving == "all" else sorted(self.leaving),
            "left_on": self.left_on.isoformat() if self.left_on else None,
            "confirmed": None if self.confirmed is None else sorted(self.confirmed),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> PublishWish:
        """The wish again."""
        return cls(
            mode=stored["mode"],
            leaving="all" if stored["leaving"] == "all" else frozenset(stored["leaving"]),
            left_on=date.fromisoformat(stored["left_on"]) if stored["left_on"] else None,
            confirmed=None if stored["confirmed"] is None else frozenset(stored["confirmed"]),
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
    written: int = 0
    left: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    def is_good(self, mode: Mode) -> bool:
        """Whether everything (`good`: at least one row) was or would be written, or is there already."""
        if self.refusal:
            return False
        fit = self.counts.get("new", 0) + self.counts.get("changed", 0) + self.counts.get("same", 0)
        is_clean = not self.errors and not self.counts.get("conflict", 0)
        return fit > 0 and (mode == "good" or is_clean)

    def as_json(self) -> dict[str, Any]:
        """The object of ARCHITECTURE §8."""
        return {
            "batch": self.batch,
            **{name: self.counts.get(name, 0) for name in COUNTED},
            "sheets": list(self.sheets),
            "errors": [remark.as_json() for remark in self.errors],
            "warnings": [remark.as_json() for remark in self.warnings],
        }


def refused(message: str) -> Outcome:
    """The outcome of a file that was not read at all."""
    return Outcome(None, dict.fromkeys(COUNTED, 0), errors=(Remark(None, None, "", "", message),), refusal=message)

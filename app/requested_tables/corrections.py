"""What a person says about a blank table that was not recognised rightly: header, lines to fill, whose column; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.lowcode.importing import corrections as of_sheets
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection

NO_COLUMN = -1


@dataclass(frozen=True)
class BlankCorrection:
    """Sheet name → what was said about its rows; table (`key_of`) → column of its sheet from 0 that names the community,
    NO_COLUMN for none. What nobody spoke about stays as it is recognised."""

    sheets: Mapping[str, SheetCorrection] = field(default_factory=dict)
    owners: Mapping[str, int] = field(default_factory=dict)

    def sheet(self, name: str) -> SheetCorrection:
        """What was said about one sheet."""
        return self.sheets.get(name, AS_RECOGNISED)

    def as_json(self) -> dict[str, Any]:
        """Only what was said."""
        return {"sheets": of_sheets.to_json(self.sheets), "owners": dict(self.owners)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> BlankCorrection:
        """The inverse of `as_json`; nothing for a blank that was kept before there were corrections."""
        said = kept or {}
        owners = {str(key): int(column) for key, column in (said.get("owners") or {}).items()}
        return cls(of_sheets.from_json(said.get("sheets")), owners)


NOTHING_SAID = BlankCorrection()


def key_of(sheet: str, number: int) -> str:
    """How the table of a sheet is called in `owners`; numbers from 0."""
    return f"{sheet}#{number}"

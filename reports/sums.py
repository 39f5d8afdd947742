"""How figures on a paper come from others on it: said once by the paper, a live formula in Excel.

A renderer writes the formula only where it gives the value that stands there, so that no format can say another figure.
Columns and facts are named by their labels, as the reader of the paper would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class RowSum:
    """Each cell of a column is the sum of the cells under `labels` in its own row."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """Each cell of a column is the one above it plus the cell under `label` in its own row; a total repeats the last.

    The first one begins at the fact called `opening`, or at a plain number where there is no such fact.
    """

    label: str
    opening: str = ""


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """A fact that is the sum of the cells under `label`: of all, of those above zero, or of those below it."""

    label: str
    part: Literal["all", "above_zero", "below_zero"] = "all"


@dataclass(frozen=True, slots=True)
class FactSum:
    """A fact that is the sum of the facts called `labels`."""

    labels: tuple[str, ...]

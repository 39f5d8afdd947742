"""Rules of numbers: a series and how its numbers are written (GB/T 9704-2012 §7.2.5: 〔〕, no leading zero, no 第)."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter


class SeriesIsWrong(ValueError):
    """A series whose pattern cannot be written, or that lacks what it needs."""


@dataclass(frozen=True, slots=True)
class Series:
    """One run of numbers of an office.

    `pattern` is written with {word} (机关代字), {year} and {number}: `{word}〔{year}〕{number}号`, `第{number}期`,
    `哨〔{year}〕{number}号`, `{year}-{number:04d}`. A yearly series starts again at 1 each year. Raises SeriesIsWrong.
    """

    name: str
    title: str
    pattern: str
    is_yearly: bool = True

    def __post_init__(self) -> None:
        try:
            fields = {field for _, field, _, _ in Formatter().parse(self.pattern) if field is not None}
            self.text(word="办", year=2026, number=1)
        except (ValueError, KeyError, IndexError) as problem:
            raise SeriesIsWrong(
                f"The pattern {self.pattern!r} of {self.name} cannot be written: {problem}"
            ) from problem
        if "number" not in fields or not fields <= {"word", "year", "number"}:
            raise SeriesIsWrong(
                f"The pattern {self.pattern!r} of {self.name} needs {{number}} and knows only word, year."
            )
        if "year" in fields and not self.is_yearly:
            raise SeriesIsWrong(f"{self.name} never starts again, so its numbers cannot show a year.")

    @property
    def needs_word(self) -> bool:
        """Whether its numbers carry a 机关代字."""
        return "{word" in self.pattern

    def text(self, *, word: str, year: int, number: int) -> str:
        """The number as it stands on paper."""
        return self.pattern.format(word=word, year=year, number=number)

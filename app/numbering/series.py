"""Which series there are: rooms register theirs by name."""

from __future__ import annotations

from app.numbering.rules import Series, SeriesIsWrong

_SERIES: dict[str, Series] = {}


def register_series(new: Series) -> Series:
    """Make a series known; the same again changes nothing. Raises SeriesIsWrong when the name means another one."""
    known = _SERIES.setdefault(new.name, new)
    if known != new:
        raise SeriesIsWrong(f"Two series are called {new.name!r}: {known} and {new}.")
    return known


def series(name: str) -> Series:
    """The series of that name. Raises KeyError."""
    return _SERIES[name]


def all_series() -> tuple[Series, ...]:
    """All series, by name."""
    return tuple(_SERIES[name] for name in sorted(_SERIES))


register_series(Series("official_letter", "发文字号", "{word}〔{year}〕{number}号"))
register_series(Series("serial", "流水号", "{year}-{number:04d}"))

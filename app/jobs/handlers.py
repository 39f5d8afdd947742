"""Which function does which kind of job: rooms register by name in their `install()` or at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from app.jobs.running import JobContext

Work = Callable[["JobContext"], dict[str, Any] | None]


Every = Literal["", "hour", "day", "month"]


@dataclass(frozen=True, slots=True)
class Handler:
    """A kind of job, its name on the page, what does it, and how often it is tried without getting any further.

    `every` hour, day or month the worker asks for it by itself (app.jobs.planning).
    """

    kind: str
    title: str
    work: Work
    tries: int
    every: Every = ""


_HANDLERS: dict[str, Handler] = {}


class UnknownJob(KeyError):
    """No room knows this kind of job."""


class JobRefused(Exception):
    """The job cannot be done, and trying again would not help; the message says why to the person who asked."""


def handler(kind: str, *, title: str = "", tries: int = 5, every: Every = "") -> Callable[[Work], Work]:
    """Decorate the function that does jobs of this kind; what it returns (JSON) becomes the job's result.

    It must start from `job.checkpoint`, since a crash starts it again. Raises ValueError when the kind is taken.
    """

    def decorate(work: Work) -> Work:
        register_handler(Handler(kind, title or kind, work, tries, every))
        return work

    return decorate


def register_handler(new: Handler) -> None:
    """Make a handler known; the same function again changes nothing. Raises ValueError when the kind is taken."""
    known = _HANDLERS.setdefault(new.kind, new)
    if known.work is not new.work:
        raise ValueError(f"Two functions do jobs of kind {new.kind!r}: {known.work} and {new.work}.")


def handler_of(kind: str) -> Handler:
    """The handler of a kind. Raises UnknownJob."""
    if kind not in _HANDLERS:
        raise UnknownJob(kind)
    return _HANDLERS[kind]


def handlers() -> tuple[Handler, ...]:
    """All handlers, by kind."""
    return tuple(_HANDLERS[kind] for kind in sorted(_HANDLERS))

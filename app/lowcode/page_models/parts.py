"""Small values that every page is put together from."""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["green", "amber", "red", "grey", "blue"]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, a check list or the column chooser."""

    value: str
    label: str
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere; with an empty url it is only a text."""

    label: str
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A short state. The colour never stands alone: the label says the same."""

    label: str
    tone: Tone = "grey"


@dataclass(frozen=True, slots=True)
class Note:
    """A message of one sentence or two; `red` ones are announced at once."""

    text: str
    tone: Tone = "blue"
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Something the user may do. With `method="post"` it becomes a form with the CSRF token.

    `confirm` names what is touched ("删除 3 名网格员，可在回收站恢复 30 天"); the template then asks before it posts.
    In bulk actions `{count}` in `label` and `confirm` is replaced by the number of ticked rows, which go as `id`;
    of `hidden` only the first pair is sent.
    """

    label: str
    url: str
    kind: Literal["primary", "plain", "danger"] = "plain"
    method: Literal["get", "post"] = "get"
    confirm: str = ""
    icon: str = ""
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """n of N. While `poll_url` is set, the page asks it every second for
    `{"done", "total", "text", "left_text", "is_finished", "next_url"}`; without scripts the page reloads itself.
    """

    done: int
    total: int
    text: str
    left_text: str = ""
    poll_url: str = ""
    cancel: Action | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A small photo, what it shows, and where the whole one is."""

    url: str
    alt: str
    whole_url: str


@dataclass(frozen=True, slots=True)
class PanelItem:
    """One entry of a side panel: another post, a related row, a file, a sentence of history with its photos."""

    label: str
    url: str = ""
    note: str = ""
    chip: Chip | None = None
    pictures: tuple[Picture, ...] = ()

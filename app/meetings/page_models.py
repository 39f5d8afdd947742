"""What the pages of meetings show, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, Tone
from app.lowcode.page_models.records import FactGroup, Panel


@dataclass(frozen=True, slots=True)
class QuorumView:
    """The rule of the kind in words, and how the meeting stands to it. The shares feed the count while ticking."""

    rule: str
    sentence: str
    tone: Tone
    majority: str = ""
    of: str = ""
    numerator: int = 0
    denominator: int = 1
    is_strict: bool = True
    people: str = ""


@dataclass(frozen=True, slots=True)
class NamesView:
    """出席, 请假 …: a label with names, those with a reason in brackets."""

    label: str
    names: tuple[str, ...]
    tone: Tone = "grey"


@dataclass(frozen=True, slots=True)
class VoteView:
    """One ballot as shown."""

    matter: str
    method: str
    in_favour: int
    against: int
    abstained: int
    result: Chip
    sentence: str


@dataclass(frozen=True, slots=True)
class OwnersVoteView:
    """One count of a 业主大会 as shown: owners and square metres that took part, in favour, against, abstained."""

    matter: str
    method: str
    kind: str
    counts: tuple[str, str, str, str]
    areas: tuple[str, str, str, str]
    result: Chip
    sentence: str
    rule: str


@dataclass(frozen=True, slots=True)
class ResolutionView:
    """One 议定事项 as shown."""

    text: str
    url: str
    duty: str
    due: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class TopicView:
    """One topic as shown; the actions are empty where nothing may be changed."""

    number: int
    title: str
    proposer: str
    points: str
    speeches: tuple[tuple[str, str], ...]
    votes: tuple[VoteView, ...]
    resolutions: tuple[ResolutionView, ...]
    actions: tuple[Action, ...] = ()
    owners_votes: tuple[OwnersVoteView, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperView:
    """One paper to print: its name, what it is good for now, and a link for each format."""

    title: str
    note: str
    links: tuple[Link, ...]
    is_next: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """One meeting. `upload_url` and `reopen_url` are empty where they may not be used."""

    title: str
    subtitle: str = ""
    chips: tuple[Chip, ...] = ()
    main_action: Action | None = None
    actions: tuple[Action, ...] = ()
    notes: tuple[Note, ...] = ()
    steps: tuple[str, ...] = ()
    step: int = 0
    advice: str = ""
    facts: FactGroup | None = None
    quorum: QuorumView | None = None
    turnout: str = ""
    names: tuple[NamesView, ...] = ()
    attendance_action: Action | None = None
    difference: Note | None = None
    refresh_url: str = ""
    topics: tuple[TopicView, ...] = ()
    loose: tuple[ResolutionView, ...] = ()
    add_topic: Action | None = None
    from_lists: Action | None = None
    obstacles: tuple[str, ...] = ()
    papers: tuple[PaperView, ...] = ()
    upload_url: str = ""
    upload_kinds: tuple[Option, ...] = ()
    file_note: str = ""
    reopen_url: str = ""
    panels: tuple[Panel, ...] = ()


@dataclass(frozen=True, slots=True)
class AttendeeView:
    """One line of the attendance form."""

    id: int
    number: int
    name: str
    office: str
    has_vote: bool
    status: str
    reason: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class GuestView:
    """One who sits in, with the address that takes him off the list."""

    name: str
    office: str
    remove_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendancePage:
    """Ticking attendance from the printed sheet."""

    title: str
    subtitle: str
    submit_url: str
    cancel_url: str
    version: int
    quorum: QuorumView
    statuses: tuple[tuple[str, str], ...]
    people: tuple[AttendeeView, ...]
    guests: tuple[GuestView, ...]
    guest_url: str
    reasons: tuple[str, ...]
    has_votes: bool
    errors: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    guest_name: str = ""
    guest_office: str = ""
    refresh_url: str = ""
    sheet_url: str = ""


@dataclass(frozen=True, slots=True)
class LinesView:
    """A table of lines to fill in: `name-<n>-<field>` are the names of its fields, `name-<n>-id` its identity."""

    name: str
    title: str
    help: str
    add_label: str
    lines: tuple[tuple[str, tuple[FieldView, ...]], ...]
    """(id, fields) of each line; id is '' for a new one."""
    blank: tuple[FieldView, ...]
    is_refused: str = ""
    """Why nothing can be entered here, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    """Adding or changing one topic."""

    title: str
    subtitle: str
    submit_url: str
    cancel_url: str
    fields: tuple[FieldView, ...]
    sections: tuple[LinesView, ...]
    quorum: QuorumView
    errors: tuple[str, ...] = ()
    error_count: int = 0
    groups: tuple[()] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionPage:
    """One 议定事项 with its receipt, or the form to tick it off."""

    title: str
    subtitle: str
    chips: tuple[Chip, ...] = ()
    main_action: Action | None = None
    actions: tuple[Action, ...] = ()
    notes: tuple[Note, ...] = ()
    facts: FactGroup
    finish_url: str = ""
    fields: tuple[FieldView, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    upload_url: str = ""
    panels: tuple[Panel, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One kind in one branch."""

    text: str
    tone: Tone | None
    url: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One branch."""

    name: str
    url: str
    cells: tuple[MatrixCell, ...]
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPage:
    """A year of branches × kinds."""

    title: str
    aside: str
    lead: str
    heads: tuple[tuple[str, str], ...]
    """Name of the kind, and how often it is due by now."""
    lines: tuple[MatrixLine, ...]
    years: tuple[Link, ...]
    actions: tuple[Action, ...] = ()
    prev_url: str = ""
    next_url: str = ""
    pager_text: str = ""
    empty_text: str = ""

"""Plain values of the three lists' own pages: matching a need, and a project's desk."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.lists import HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Chip, Note, PanelItem
from app.lowcode.page_models.records import FactView, Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPage:
    """Choose resources for a need and turn it into a project (three_lists/match.html)."""

    title: str
    subtitle: str
    chips: tuple[Chip, ...]
    facts: tuple[FactView, ...]
    search_url: str
    search_value: str
    heads: tuple[HeadColumn, ...]
    rows: tuple[RowView, ...]
    empty_text: str
    fields: tuple[FieldView, ...]
    submit_url: str
    submit_label: str
    cancel_url: str
    resources_title: str
    project_title: str
    ticked: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    error_count: int = 0
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Joint:
    """One thing joined to a project, with the way to take it out again."""

    item: PanelItem
    remove: Action | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Needs, resources or supporting units of a project; `field` chooses one more, None where one may not."""

    key: str
    title: str
    joints: tuple[Joint, ...]
    empty_text: str
    submit_url: str = ""
    field: FieldView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskForm:
    """A form on a project's desk (报月进展)."""

    title: str
    fields: tuple[FieldView, ...]
    url: str
    submit_label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """One milestone, with the way to say that it was reached."""

    item: PanelItem
    reach: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView:
    """What each month brought (每月进展): its lines, the months without one in words, and the form to tell one."""

    lines: tuple[PanelItem, ...]
    missed: str = ""
    form: DeskForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """A project with how it stands in its flow and what is joined to it (three_lists/desk.html)."""

    title: str
    subtitle: str
    chips: tuple[Chip, ...]
    facts: tuple[FactView, ...]
    sections: tuple[Section, ...]
    files: tuple[PanelItem, ...]
    upload_url: str = ""
    standing: Panel | None = None
    """How far it is in its flow, and what one may do."""
    milestones: tuple[MilestoneView, ...] = ()
    progress: ProgressView | None = None
    actions: tuple[Action, ...] = ()
    errors: tuple[str, ...] = ()
    error_count: int = 0
    notes: tuple[Note, ...] = ()

"""Plain values of the pages of supervision beyond its registers."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.lists import EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Chip, Note, PanelItem


@dataclass(frozen=True, slots=True)
class Proposal:
    """Matters that could go out in one letter: posts `id` per ticked matter."""

    title: str
    hint: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalsPage:
    """What the program proposes to supervise, by unit and level (supervision/proposals.html)."""

    title: str
    subtitle: str
    lead_text: str
    heads: tuple[HeadColumn, ...]
    proposals: tuple[Proposal, ...]
    draft_url: str
    draft_label: str
    """'' for whoever may not draft."""
    drafts: tuple[PanelItem, ...] = ()
    """Batches that are drafted and not signed."""
    actions: tuple[Action, ...] = ()
    notes: tuple[Note, ...] = ()
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True)
class SignForm:
    """One way to sign a batch; with `fields` it is recorded from the sheet the leader signed."""

    title: str
    help: str
    url: str
    label: str
    fields: tuple[FieldView, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """A batch with its letter (supervision/batch.html)."""

    title: str
    subtitle: str
    chips: tuple[Chip, ...]
    actions: tuple[Action, ...]
    preview_url: str
    forms: tuple[SignForm, ...]
    heads: tuple[HeadColumn, ...]
    rows: tuple[RowView, ...]
    errors: tuple[str, ...] = ()
    waits_for: str = ""

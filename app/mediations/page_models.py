"""Plain values of the dossier page."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, Note


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of an item, with the way to take it out."""

    title: str
    url: str
    note: str = ""
    remove: Action | None = None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One of the thirteen: how it stands and why it must be there, its files, its form to print."""

    number: int
    name: str
    chip: Chip
    why: str
    files: tuple[FileLine, ...] = ()
    form: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierPage:
    """The file of one case (mediations/dossier.html)."""

    title: str
    subtitle: str
    items: tuple[ItemLine, ...]
    actions: tuple[Action, ...] = ()
    chips: tuple[Chip, ...] = ()
    notes: tuple[Note, ...] = ()
    upload_url: str = ""
    fields: tuple[FieldView, ...] = ()
    errors: tuple[str, ...] = ()
    error_count: int = 0

"""Plain values of the page where a letter is checked and signed."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, PanelItem


@dataclass(frozen=True, slots=True)
class ReasonForm:
    """A step that needs its reason."""

    title: str
    help: str
    url: str
    label: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """One letter (letters/desk.html). `fields` sign it; `reasons` are the forms that ask why (退回修改, 作废)."""

    title: str
    subtitle: str
    chips: tuple[Chip, ...]
    actions: tuple[Action, ...]
    preview_url: str
    lacking: tuple[str, ...]
    remarks: tuple[PanelItem, ...]
    fields: tuple[FieldView, ...]
    issue_url: str
    reasons: tuple[ReasonForm, ...]
    versions: tuple[PanelItem, ...]
    waits_for: str
    errors: tuple[str, ...] = ()

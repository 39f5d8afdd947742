"""One step of the wizard as plain values, and the fields that several steps share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.area_tree.pages import at_url
from app.areas.queries import AreaRow
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Note, Option


@dataclass(frozen=True, slots=True)
class SourceView:
    """One area that may be chosen."""

    code: str
    name: str
    note: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class DealtRow:
    """One child or building to be dealt out, with the parts it may go to."""

    field: str
    label: str
    note: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class BecomesRow:
    """One line of the preview: what closes and what it becomes."""

    old_name: str
    old_code: str
    new_name: str
    new_code: str
    new_path: str


@dataclass(frozen=True, slots=True)
class HandedRow:
    """One building of the preview: where it lies, and where it will lie."""

    name: str
    old_place: str
    new_place: str


@dataclass(frozen=True, kw_only=True)
class WizardPage:
    """One step. `hidden` carries what earlier steps chose."""

    title: str
    step: int
    at: str
    cancel_url: str
    level_name: str
    kinds: tuple[Option, ...] = ()
    sources: tuple[SourceView, ...] = ()
    fields: tuple[FieldView, ...] = ()
    dealt_title: str = ""
    dealt: tuple[DealtRow, ...] = ()
    becomes: tuple[BecomesRow, ...] = ()
    items: tuple[SourceView, ...] = ()
    """Buildings to tick."""
    handed: tuple[HandedRow, ...] = ()
    moving: tuple[tuple[str, str], ...] = ()
    moving_help: str = ""
    summary: str = ""
    confirm_label: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    notes: tuple[Note, ...] = ()


def text_field(
    form: MultiDict[str, str], name: str, label: str, *, is_required: bool = False, example: str = ""
) -> FieldView:
    return FieldView(
        name=name, label=label, value=form.get(name, ""), is_required=is_required, max_length=80, placeholder=example
    )


def paper_fields(form: MultiDict[str, str], today: date) -> tuple[FieldView, FieldView]:
    """The day from which it counts, and the paper that ordered it."""
    on = form.get("on", today.isoformat())
    return (
        FieldView(name="on", label=_("生效日期"), widget="date", is_required=True, value=on),
        text_field(form, "document", _("依据文件"), is_required=True, example=_("例如：清街发〔2026〕5号")),
    )


def page_at(at: AreaRow, step: int, *, level_name: str = "", **values: Any) -> WizardPage:
    """The page of a step about an area."""
    return WizardPage(
        title=_("%(name)s：合并、拆分、划转", name=at.name),
        step=step,
        at=at.code,
        cancel_url=at_url(at.code),
        level_name=level_name,
        **values,
    )

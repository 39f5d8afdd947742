"""The pages of templates as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option
from app.office_templates.pictures import Picture


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One template in the list."""

    name: str
    url: str
    area: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Names to choose from, under a heading."""

    title: str
    names: tuple[tuple[str, str, str], ...]
    """(placeholder, technical form, what it says)."""
    url: str = ""
    """Where the names are, for a heading that does not show them here."""
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatesPage:
    """/templates/."""

    title: str
    aside: str
    lines: tuple[TemplateLine, ...]
    upload_url: str = ""
    area: str = ""
    trace_url: str
    names: tuple[NameGroup, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One print of a template."""

    code: str
    url: str
    text: str
    chip: Chip


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePage:
    """/templates/<id>."""

    title: str
    aside: str
    actions: tuple[Action, ...]
    notes: tuple[Note, ...]
    page_url: str
    areas: tuple[Option, ...]
    periods: tuple[Option, ...]
    values: tuple[tuple[str, str], ...]
    preview: tuple[Picture, ...]
    print_url: str
    print_all_url: str
    containers: tuple[Option, ...]
    """How all of them are handed over, where there is a choice."""
    print_all_hint: str
    print_hidden: tuple[tuple[str, str], ...]
    template: tuple[Picture, ...]
    name_url: str
    name_title: str
    name_hint: str
    names: tuple[NameGroup, ...]
    versions: tuple[tuple[str, str, str], ...]
    """(label, note, url)."""
    prints: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPage:
    """/templates/prints/<uid>."""

    title: str
    chip: Chip
    code: str
    facts: tuple[tuple[str, str], ...]
    actions: tuple[Action, ...]
    notes: tuple[Note, ...]
    changes: tuple[tuple[str, str, str], ...]
    scan_url: str
    preview: tuple[Picture, ...]
    back: Link

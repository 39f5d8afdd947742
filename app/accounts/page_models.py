"""What the pages of accounts, roles and audit show beyond the page types of registers."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.parts import Action, Link, Note


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPage:
    """A password shown once (accounts/password.html)."""

    title: str
    name: str
    username: str
    password: str
    done_url: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One resource; `cells` run parallel to the roles: permissions in words, '' for none."""

    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """Resources of one group of the menu."""

    title: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPage:
    """Roles × permissions (accounts/matrix.html). A role's link leads to its form where the viewer may change it."""

    title: str
    lead_text: str
    roles: tuple[Link, ...]
    groups: tuple[MatrixGroup, ...]
    key: tuple[tuple[str, str], ...]
    """Short sign → permission."""
    notes: tuple[Note, ...] = ()
    actions: tuple[Action, ...] = ()

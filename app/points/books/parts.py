"""A part of a draft that has its own form: what stands in it, what is said beside its fields, what saving it does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage, LineView
from app.lowcode.page_models.parts import Option
from app.points.books.called import CALLED
from app.points.books.checking import findings
from app.points.books.findings import Finding
from app.points.books.models import PointsBook
from app.points.books.rows import book_of
from app.points.books.rules import Book

Edit = Callable[[Book], Book]
Lines = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: texts by field, lines by table."""

    texts: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, Lines] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences by the field they are about; those about no field of the form stand above it."""

    errors: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    is_refused: bool = False
    """Nothing was saved (else: the draft is saved, and this is what the checker says of it)."""

    @classmethod
    def of(cls, found: Iterable[Finding]) -> Said:
        """What the checker says."""
        errors: dict[str, str] = {}
        advice: dict[str, str] = {}
        for each in found:
            into = errors if each.is_fault else advice
            into[each.field] = into.get(each.field, "") + each.sentence
        return cls(errors, advice)


class Part(ABC):
    """One part of a draft; `route` is the name of its view's function."""

    route: str
    lines: Mapping[str, tuple[str, ...]] = {}
    """Tables of the form with their columns."""

    @abstractmethod
    def arguments(self) -> dict[str, Any]:
        """Which one it is, for its address."""

    @abstractmethod
    def title(self) -> str:
        """Heading of the form."""

    @abstractmethod
    def stored(self, book: Book) -> Typed:
        """What stands in the form at first."""

    @abstractmethod
    def read(self, form: Any, book: Book) -> tuple[Edit, Part]:
        """What saving does, and the part as it is called afterwards. Raises BookRefused naming the field."""

    @abstractmethod
    def concerns(self, found: Finding) -> bool:
        """Whether a finding is about this part."""

    @abstractmethod
    def groups(self, fields: Fields, book: Book) -> tuple[FieldGroup, ...]:
        """The fields."""

    def findings(self, book: Book) -> list[Finding]:
        """What the checker says about this part."""
        return [each for each in findings(book) if self.concerns(each)]

    def address(self, row: PointsBook) -> str:
        """The page of its form."""
        return url_for(f"RuleBookPartView.{self.route}", book_id=row.id, **self.arguments())

    def form(self, row: PointsBook, typed: Typed, said: Said) -> FormPage:
        """The form with what was typed and what is said about it."""
        groups = self.groups(Fields(typed, said), book_of(row))
        names = {each.name for group in groups for each in group.fields}
        names |= {part.name for group in groups for each in group.fields for line in each.lines for part in line.fields}
        loose = [text for name, text in said.errors.items() if name not in names]
        loose += [_("请看：%(text)s", text=text) for name, text in said.advice.items() if name not in names]
        return FormPage(
            title=self.title(), submit_url=self.address(row), cancel_url=url_for("RuleBookView.show", book_id=row.id),
            groups=groups, hidden=(("version", str(row.version)),), errors=tuple(loose),
            error_count=len(said.errors) if said.is_refused else 0, may_continue=False,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fields:
    """Makes fields that carry what was typed and what is said beside them."""

    typed: Typed
    said: Said

    def text(self, name: str, label: str = "", **more: Any) -> FieldView:
        """One line of text, or what `widget` says."""
        return FieldView(
            name=name, label=label or _(CALLED[name]), value=self.typed.texts.get(name, ""),
            error=self.said.errors.get(name, ""), advice=self.said.advice.get(name, ""), **more,
        )  # fmt: skip

    def number(self, name: str, label: str = "", **more: Any) -> FieldView:
        """A number."""
        return self.text(name, label, widget="number", width="short", **more)

    def choice(self, name: str, known: Mapping[Any, str], label: str = "", **more: Any) -> FieldView:
        """One of some codes."""
        chosen = self.typed.texts.get(name, "")
        options = tuple(Option(str(code), _(text), str(code) == chosen) for code, text in known.items())
        return self.text(name, label, widget="choice", options=options, **more)

    def table(self, name: str, label: str, columns: Mapping[str, str], **more: Any) -> FieldView:
        """Lines of a table; `columns` are its parts with their labels."""
        lines = tuple(
            LineView(tuple(self._cell(name, str(number), part, text, line) for part, text in columns.items()))
            for number, line in enumerate(self.typed.lines.get(name, ()))
        )
        blank = LineView(tuple(self._cell(name, "__n__", part, text, {}) for part, text in columns.items()))
        return self.text(name, label, widget="lines", width="full", lines=lines, blank_line=blank, **more)

    def _cell(self, name: str, number: str, part: str, label: str, line: Mapping[str, str]) -> FieldView:
        full = f"{name}-{number}-{part}"
        error = self.said.errors.get(full, "")
        return FieldView(name=full, label=label, value=line.get(part, ""), error=error, width="short")


def plain(value: Decimal | None) -> str:
    """20, −2.5 as they are typed; '' for none."""
    return "" if value is None else f"{value.normalize():f}"


def drop_field(fields: Fields, label: str) -> FieldGroup:
    """A tick that takes the part out of the book."""
    return FieldGroup(_("不要了"), (fields.text("drop", label, widget="flag"),), is_closed=True)

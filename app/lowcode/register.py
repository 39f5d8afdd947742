"""The Register: one declaration that becomes pages, API, files, papers and permissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy import Index, and_

from app.lowcode.column import Column, SealedAttribute, columns_of
from app.lowcode.naming import Follow, Naming
from app.security.roles import Resource, declare_resource

Check = Callable[[dict[str, Any], date], Iterable[tuple[str, str]]]
"""A rule over parsed values: yields (column name, sentence). Pure; lives in the feature's rules."""

Prepare = Callable[[Any], None]
"""Fills what follows from other rows (the area of a home is that of its building) before a row is written."""

Saved = Callable[[Any, date], None]
"""What a saved row brings about, in its transaction; may raise `SaveRefused`, which undoes the save."""

Reason = Callable[[Any], str]
"""Why a row, as it stands, is not edited or not deleted any more; '' where it is. Pages show it in place of the button,
and a step of `on_saved` refuses with the same words."""

S = TypeVar("S", bound=Callable[..., Any])


def concerns(*attributes: str) -> Callable[[S], S]:
    """Mark a step of `on_saved` as having business only with rows in which one of these attributes is filled or was
    changed, one of `on_changed` only with rows in which it was changed: an import then need not load all of its rows.
    """

    def mark(step: S) -> S:
        step.concerns = attributes  # type: ignore[attr-defined]
        return step

    return mark


def steps_of(module: str) -> Callable[..., Callable[..., None]]:
    """Steps of a module that itself needs the classes of a register, found when they are called:
    `_later = steps_of("app.events.steps")`, then `_later("note_repeat", "place_key")` with the attributes it concerns.
    """

    def later(name: str, *concerned: str) -> Callable[..., None]:
        def step(*arguments: Any) -> None:
            getattr(import_module(module), name)(*arguments)

        return concerns(*concerned)(step) if concerned else step

    return later


Leave = Callable[[Any, date], None]
"""(row, day): what leaving means where more happens than a date being filled in (a movement is written down)."""

ExtraColumns = Callable[[str], tuple[Column, ...]]


@dataclass(frozen=True)
class RowAction:
    """Something one may do with ticked rows beyond deleting: key, label, sentence to confirm, and what it does."""

    key: str
    label: str
    confirm: str
    run: Callable[[Any, Any], None]
    """(row, actor) within `writing()`."""


TitleSource = Callable[[], str]
"""What a district calls a register; '' where the settings say nothing (or are out of reach, as during imports)."""


class _Title:
    """The title of a register: the district's word where its settings have one, else that of the declaration."""

    def __get__(self, reg: Register | None, owner: type | None = None) -> str:
        if reg is None:
            raise AttributeError("title")
        source = reg.title_source
        return (source() if source is not None else "") or reg.declared_title

    def __set__(self, reg: Register, title: str) -> None:
        reg.__dict__["declared_title"] = title


@dataclass(frozen=True)
class Register:
    """A roster declared once. `name` is route, permission and API resource; `keys` identify a row on import."""

    model: Any
    name: str
    title: str
    keys: tuple[tuple[str, ...], ...]
    group: str
    """Menu group and group of permissions: party grid residents property lists meetings points."""
    row_title: str = "name"
    """Column whose value names a row."""
    noun: str = ""
    """What one row is called in sentences; default: the title without 名册/台账."""
    icon: str = "list"
    line: str | None = None
    is_sensitive: bool = False
    """Needs a post in its very line; never in general search, and in exports only when asked for by name."""
    is_place: bool = False
    """Rows that others lie in (小区, 楼栋)."""
    checks: tuple[Check, ...] = ()
    prepare: tuple[Prepare, ...] = ()
    on_saved: tuple[Saved, ...] = ()
    on_changed: tuple[Saved, ...] = ()
    """As `on_saved`, for rows that were there before only: on a new one nothing hangs yet, and imports stay quick."""
    left_column: str = ""
    """A date column; a row where it is filled has left and no longer holds its keys, so that who moves from one
    community to another can be registered there."""
    leave: Leave | None = None
    """How a row leaves (迁出, 转出); None fills `left_column`."""
    why_fixed: Reason | None = None
    """Why a row is not edited any more (a letter that is signed)."""
    why_kept: Reason | None = None
    """Why a row is not deleted any more (a matter under supervision)."""
    actions: tuple[RowAction, ...] = ()
    naming: Naming | None = None
    """How files of registers that link here name a row of this one by several columns."""
    follow: Follow[Any] | None = None
    """What a row of a file leaves unsaid because the rows around it say it (the household of a family)."""
    asked_on_import: tuple[tuple[str, str], ...] = ()
    """Columns of codes that a person says for a whole file (来源), each with what is proposed; a cell of the file wins."""
    about: str = ""
    """What belongs here, for the empty list."""
    permissions: tuple[str, ...] = ("read", "write", "export", "import")
    is_in_menu: bool = True
    person_columns: tuple[str, ...] = field(default=())
    title_source: TitleSource | None = None
    """Asked for the title at every use, for lists a district names itself (三张清单)."""

    def __post_init__(self) -> None:
        if self.name != self.model.__tablename__:
            raise ValueError(f"Register {self.name!r} and table {self.model.__tablename__!r} must share one name.")
        declare_resource(
            Resource(self.name, self.declared_title, self.group, self.line, self.is_sensitive, self.permissions)
        )
        self._index_keys()
        _REGISTERS[self.name] = self

    def _index_keys(self) -> None:
        table = self.model.__table__
        for key in self.keys:
            parts = [table.c[self.key_attribute(name)] for name in key]
            alive = and_(table.c.deleted_at.is_(None), *(part.is_not(None) for part in parts))
            if self.left_column:
                alive = and_(alive, table.c[self.left_column].is_(None))
            name = f"uq_{self.name}_{'_'.join(key)}"
            if name not in {index.name for index in table.indexes}:
                Index(name, *parts, unique=True, sqlite_where=alive, postgresql_where=alive)

    def key_attribute(self, name: str) -> str:
        """The mapped attribute by which a column of a key is compared."""
        declared = vars(self.model).get(name)
        if isinstance(declared, SealedAttribute):
            return name + "_hash"
        column = next(column for column in self.declared_columns if column.name == name)
        return {"link": name + "_id", "place": "area_code"}.get(column.kind, name)

    @property
    def declared_title(self) -> str:
        """The title of the declaration, whatever the district calls it."""
        return str(self.__dict__["declared_title"])

    @cached_property
    def declared_columns(self) -> tuple[Column, ...]:
        """Columns of the class body."""
        return columns_of(self.model)

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of today: the declared ones, then those added in the browser."""
        return self.declared_columns + _extra_columns(self.name)

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def listed(self) -> tuple[Column, ...]:
        """Columns of the list page by default."""
        return tuple(column for column in self.columns if column.is_listed)

    @property
    def noun_text(self) -> str:
        """What one row is called: 网格员."""
        return self.noun or self.title.removesuffix("名册").removesuffix("台账").removesuffix("清单")

    @property
    def can_be_left(self) -> bool:
        """Whether its rows leave by a date instead of being deleted."""
        return bool(self.left_column)

    def group_of(self, column: Column) -> str:
        """Heading a column stands under: its own; columns after the first group that name none close the page."""
        if column.group:
            return column.group
        if column.kind == "extra":
            return OTHER_GROUP
        columns = self.declared_columns
        first_grouped = next((number for number, other in enumerate(columns) if other.group), len(columns))
        return FIRST_GROUP if columns.index(column) < first_grouped else OTHER_GROUP

    def title_of(self, row: Any, today: date) -> str:
        """A row's name in links and sentences."""
        column = self.column(self.row_title)
        return column.type.show(column.get(row, today=today)) or f"{self.noun_text} {row.id}"


FIRST_GROUP, OTHER_GROUP = "基本信息", "其他信息"

# Put here and not into the class body, where a dataclass would take it for the default of the field.
Register.title = _Title()  # type: ignore[assignment]

_REGISTERS: dict[str, Register] = {}
_extra_source: list[ExtraColumns] = []


def _extra_columns(name: str) -> tuple[Column, ...]:
    return _extra_source[0](name) if _extra_source else ()


def set_extra_columns(source: ExtraColumns) -> None:
    """Say where columns made in the browser come from (app.lowcode.extra)."""
    _extra_source[:] = [source]


def register(name: str) -> Register:
    """The register of that name (key or Chinese title). Raises KeyError."""
    if name in _REGISTERS:
        return _REGISTERS[name]
    for known in _REGISTERS.values():
        if name in (known.title, known.noun_text):
            return known
    raise KeyError(name)


def registers() -> tuple[Register, ...]:
    """All registers in menu order (the order of their import)."""
    return tuple(_REGISTERS.values())

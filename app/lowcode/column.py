"""Columns: what a register knows about each of its values, and how a model class declares them.

The engine speaks `Column`, never SQLAlchemy attributes, so that a column added in the browser (kind `extra`) is one
more Column and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import MappedColumn, mapped_column

from app.fields import sealing
from app.fields.types import FieldType, IdNumber, LongText, Text, as_field_type
from app.security.keys import keyring

Kind = Literal["stored", "sealed", "place", "link", "computed", "lines", "extra", "part"]
"""`part`: no value of the row itself, but a part of what names a row it links to (app.lowcode.parts)."""
MaskKind = Literal["", "name", "phone", "id", "address", "account", "email"]
Compute = Callable[[Any, date], Any]


@dataclass(frozen=True)
class Column:
    """One column of a register, whatever it is stored in."""

    name: str
    label: str
    type: FieldType[Any]
    kind: Kind = "stored"
    group: str = ""
    help: str = ""
    synonyms: tuple[str, ...] = ()
    mask: MaskKind = ""
    target: str = ""
    """Register (or 'areas') that a link points to; of a part that of the link it begins with."""
    child: Any = None
    """Model class of the child rows of a `lines` column."""
    compute: Compute | None = dataclass_field(default=None, compare=False)
    tones: Mapping[str, str] = dataclass_field(default_factory=dict, compare=False)
    """Code or text → green amber red grey blue: such values are shown as chips; the label says the same."""
    is_listed: bool = False
    is_searched: bool = False
    is_filtered: bool = False
    is_required: bool = False
    has_pinyin: bool = False
    span: tuple[str, ...] = ()
    """The columns that take both ends where a cell of this one holds a span (合同期限 2024.1.1-2026.12.31)."""
    is_exported: bool = True
    """False keeps a column out of exports and prints unless it is asked for by name."""

    norm: Callable[[str], str] | None = dataclass_field(default=None, compare=False)
    """How the norm writes such a name (3栋 → 3幢); texts that name rows are compared so."""
    split: Callable[[str], Mapping[str, str]] | None = dataclass_field(default=None, compare=False)
    """Of a part that is the name of a row: how it falls into the parts of that row."""
    has_parts_exported: bool = False
    """Of a link: whether exports and templates print the columns that name the row it points to."""

    @property
    def is_editable(self) -> bool:
        """Computed columns show what follows from others, parts what follows from a link."""
        return self.kind not in ("computed", "part")

    @property
    def is_sortable(self) -> bool:
        """What the database can order by."""
        return self.kind in ("stored", "extra", "place")

    def get(self, row: Any, *, today: date) -> Any:
        """The value as stored: code, date, number, id of a link, area code. A sealed value stays sealed: None or a
        `Sealed` handle."""
        if self.kind == "computed":
            assert self.compute is not None
            return self.compute(row, today)
        if self.kind == "extra":
            return self._read_extra(row)
        if self.kind == "place":
            return row.area_code
        if self.kind == "link":
            return getattr(row, self.name + "_id")
        if self.kind == "lines":
            return None
        return getattr(row, self.name)

    def _read_extra(self, row: Any) -> Any:
        stored = (row.extra or {}).get(self.name)
        return None if stored is None else self.type.parse(stored)

    def set(self, row: Any, value: Any) -> None:
        """Put a parsed value into the row."""
        if self.kind == "extra":
            # A new dict, since SQLAlchemy does not see changes inside one.
            kept = {key: old for key, old in (row.extra or {}).items() if key != self.name}
            row.extra = kept if value is None else {**kept, self.name: self.type.json(value)}
        elif self.kind == "place":
            row.area_code = value
        elif self.kind == "link":
            setattr(row, self.name + "_id", value)
        elif self.kind in ("stored", "sealed"):
            setattr(row, self.name, value)
        else:
            raise TypeError(f"{self.name} of kind {self.kind} is not set by value")

    def plain(self, row: Any, *, today: date) -> Any:
        """The value in clear, sealed ones opened. Whoever calls this has asked `Viewer` first."""
        value = self.get(row, today=today)
        return value.open() if isinstance(value, Sealed) else value

    def sql(self, model: Any) -> ColumnElement[Any]:
        """An expression to order and compare by; names order by their pinyin."""
        if self.has_pinyin:
            return model.pinyin  # type: ignore[no-any-return]
        if self.kind == "extra":
            return model.extra[self.name].as_string()  # type: ignore[no-any-return]
        if self.kind == "place":
            return model.area_code  # type: ignore[no-any-return]
        return getattr(model, self.name)  # type: ignore[no-any-return]


class Sealed:
    """A handle on one sealed value of one row: it can say that there is a value, and open it, and nothing by itself."""

    __slots__ = ("_box", "_context")

    def __init__(self, box: bytes, context: bytes) -> None:
        self._box, self._context = box, context

    def open(self) -> str:
        """The value in clear."""
        return keyring().open_box(self._box, context=self._context)

    def __str__(self) -> str:
        return "（已加密）"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other._box == self._box

    def __hash__(self) -> int:
        return hash(self._box)


@dataclass
class Declared:
    """What a class body says about a column; `Register` turns it into a Column."""

    label: str
    type: FieldType[Any]
    kind: Kind = "stored"
    options: dict[str, Any] = dataclass_field(default_factory=dict)


def _options(
    listed: bool, searched: bool, filtered: bool, required: bool, pinyin: bool, more: dict[str, Any]
) -> dict[str, Any]:
    flags = {
        "is_listed": listed,
        "is_searched": searched,
        "is_filtered": filtered,
        "is_required": required,
        "has_pinyin": pinyin,
    }
    return flags | {key: value for key, value in more.items() if value is not None}


def field(
    label: str, kind: FieldType[Any] | type[FieldType[Any]], *, listed: bool = False, searched: bool = False,
    filtered: bool = False, required: bool = False, pinyin: bool = False, synonyms: tuple[str, ...] = (),
    mask: MaskKind = "", group: str = "", help: str = "", index: bool = False, exported: bool = True,  # noqa: A002
    default: Any = None, span: tuple[str, ...] = (), norm: Callable[[str], str] | None = None,
) -> MappedColumn[Any]:  # fmt: skip
    """A stored column: `name: Mapped[str] = field("姓名", Text(40), listed=True, searched=True, pinyin=True)`."""
    type_ = as_field_type(kind)
    options = _options(
        listed, searched, filtered, required, pinyin,
        {"synonyms": synonyms, "mask": mask, "group": group, "help": help, "is_exported": exported,
         "span": span, "norm": norm},
    )  # fmt: skip
    return mapped_column(
        type_.sql_type(), nullable=not required, index=index, default=default,
        info={"declared": Declared(label, type_, "stored", options)},
    )  # fmt: skip


class Attribute:
    """A class attribute that declares a column which is not one mapped attribute of the same name."""

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name


class SealedAttribute(Attribute):
    """`id_number = sealed("身份证号", IdNumber, mask="id")` maps `id_number_box` and `id_number_hash`."""

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        setattr(owner, name + "_box", mapped_column(LargeBinary, nullable=True))
        setattr(owner, name + "_hash", mapped_column(String(64), nullable=True, index=True))

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        box = getattr(row, self.name + "_box")
        return None if box is None else Sealed(bytes(box), sealing.place(type(row).__tablename__, self.name, row.uid))

    def __set__(self, row: Any, value: str | None) -> None:
        if value is None:
            setattr(row, self.name + "_box", None)
            setattr(row, self.name + "_hash", None)
            return
        text = self.declared.type.show(value)
        print_ = fingerprint(self.declared.type, text)
        if print_ == getattr(row, self.name + "_hash"):
            return  # sealing anew would look like a change in the history
        context = sealing.place(type(row).__tablename__, self.name, row.uid)
        setattr(row, self.name + "_box", keyring().seal(text, context=context))
        setattr(row, self.name + "_hash", print_)


def fingerprint(type_: FieldType[Any], text: str) -> str:
    """Keyed hash to find a sealed value by; equal values of one kind have equal prints in every register."""
    return keyring().fingerprint(text, purpose=type_.key)


def sealed(
    label: str, kind: FieldType[Any] | type[FieldType[Any]] = IdNumber, *, mask: MaskKind = "id", listed: bool = False,
    required: bool = False, synonyms: tuple[str, ...] = (), group: str = "", help: str = "", exported: bool = True,  # noqa: A002
) -> Any:  # fmt: skip
    """A value kept encrypted, found by its keyed hash, shown masked."""
    options = _options(
        listed, True, False, required, False,
        {"synonyms": synonyms, "mask": mask, "group": group, "help": help, "is_exported": exported},
    )  # fmt: skip
    return SealedAttribute(Declared(label, as_field_type(kind), "sealed", options))


def place(
    label: str, *, listed: bool = True, synonyms: tuple[str, ...] = (), group: str = "", help: str = "",  # noqa: A002
) -> Any:  # fmt: skip
    """Where the row lies: its area_code, chosen from the tree."""
    options = _options(listed, False, True, True, False, {"synonyms": synonyms, "group": group, "help": help})
    return Attribute(Declared(label, Text(80), "place", options | {"target": "areas"}))


class LinkAttribute(Attribute):
    """`compound = link("所属小区", "residential_compounds")` maps `compound_id`, a foreign key."""

    def __set_name__(self, owner: type, name: str) -> None:
        super().__set_name__(owner, name)
        target = self.declared.options["target"]
        setattr(
            owner, name + "_id",
            mapped_column(Integer, ForeignKey(f"{target}.id", use_alter=False), nullable=True, index=True),
        )  # fmt: skip


def link(
    label: str, target: str, *, listed: bool = False, filtered: bool = False, required: bool = False,
    synonyms: tuple[str, ...] = (), group: str = "", help: str = "", parts_exported: bool = False,  # noqa: A002
) -> Any:  # fmt: skip
    """A row of another register, shown by that row's title."""
    options = _options(
        listed, False, filtered, required, False,
        {"synonyms": synonyms, "group": group, "help": help, "target": target, "has_parts_exported": parts_exported},
    )  # fmt: skip
    return LinkAttribute(Declared(label, Text(80), "link", options))


def computed(
    label: str, compute: Compute, kind: FieldType[Any] | type[FieldType[Any]] = Text, *, listed: bool = False,
    group: str = "", help: str = "", tones: Mapping[str, str] | None = None,  # noqa: A002
) -> Any:  # fmt: skip
    """A value that follows from others on a given day: `computed("党龄", lambda row, today: ..., Integer)`."""
    more = {"group": group, "help": help, "compute": compute, "tones": tones}
    options = _options(listed, False, False, False, False, more)
    return Attribute(Declared(label, as_field_type(kind), "computed", options))


def lines(label: str, child: Any, *, group: str = "", help: str = "") -> Any:  # noqa: A002
    """Rows of a child table (委员 of a 业委会), edited in the form of their parent."""
    options = _options(False, False, False, False, False, {"group": group, "help": help, "child": child})
    return Attribute(Declared(label, LongText(), "lines", options))


def columns_of(model: type) -> tuple[Column, ...]:
    """The declared columns of a class, in the order of its body."""
    found = []
    table = model.__table__  # type: ignore[attr-defined]
    for name, attribute in vars(model).items():
        declared = attribute.declared if isinstance(attribute, Attribute) else None
        if declared is None and name in table.c:
            declared = table.c[name].info.get("declared")
        if declared is not None:
            found.append(Column(name, declared.label, declared.type, declared.kind, **declared.options))
    return tuple(found)

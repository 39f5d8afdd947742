"""A Document as canonical JSON and back: equal papers give equal bytes, and every value keeps its type.

Fields that stand at their default are left out. So a field added to the vocabulary later changes neither the bytes nor
the hash of papers that were frozen before; in return the default of a field must never change its meaning.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from reports.document import (
    BLOCK_TYPES,
    Cell,
    Document,
    FootLine,
    Imprint,
    OfficialHead,
    Page,
    Run,
    Series,
    TableColumn,
)
from reports.sums import ColumnSum, FactSum, RowSum, Running

Writer = Callable[[Any], str]
VERSION = 1
"""Raised when old bytes can no longer be read as they stand; such a change needs a decision record."""

_TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *BLOCK_TYPES,
        Cell,
        Document,
        FootLine,
        Imprint,
        OfficialHead,
        Page,
        Run,
        Series,
        TableColumn,
        ColumnSum,
        FactSum,
        RowSum,
        Running,
    )
}


class NotADocument(ValueError):
    """The bytes are no canonical document, or the document holds a value that has no canonical form."""


def to_bytes(document: Document) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; raises NotADocument for NaN, unknown types or broken text."""
    try:
        return f'{{"document":{_written(document)},"version":{VERSION}}}'.encode()
    except NotADocument:
        raise
    except ValueError as wrong:
        raise NotADocument(f"文件内容无法保存：{wrong}") from wrong


def from_bytes(data: bytes) -> Document:
    """The Document that `to_bytes` wrote; raises NotADocument for anything else."""
    try:
        tree = json.loads(data.decode("utf-8"))
        if not isinstance(tree, dict) or tree.get("version") != VERSION:
            raise NotADocument("不是本系统存下的文件，或版本不认识")
        document = _decode(tree["document"])
    except NotADocument:
        raise
    except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError) as wrong:
        raise NotADocument(f"文件内容读不出来：{wrong}") from wrong
    if not isinstance(document, Document):
        raise NotADocument("存下的内容不是一份文件")
    return document


def sha256(document: Document) -> str:
    """Hexadecimal digest of the canonical bytes: the identity of what a paper says."""
    return hashlib.sha256(to_bytes(document)).hexdigest()


def _written(value: Any) -> str:
    return _WRITERS.get(type(value), _kin)(value)


def _kin(value: Any) -> str:
    """A value of a type that stands below one of ours (an enum's text)."""
    for kind in (str, int, float, Decimal, datetime, date, bytes, tuple, list):  # datetime is below date
        if isinstance(value, kind):
            return _WRITERS[kind](value)
    raise NotADocument(f"文件里不能有这种内容：{type(value).__name__}")


def _items(values: Sequence[Any]) -> str:
    return "[" + ",".join([_WRITERS.get(type(value), _kin)(value) for value in values]) + "]"


def _float(value: float) -> str:
    if not isfinite(value):
        raise NotADocument(f"不是一个数：{value}")
    return float.__repr__(value)


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise NotADocument(f"不是一个数：{value}")
    return f'{{"decimal":"{value}"}}'


def _record_writer(kind: type) -> Writer:
    """Writes a record of that type: its name and the fields that do not stand at their default, by name."""
    parts = sorted([("is", MISSING), *((item.name, _default(item)) for item in fields(kind))])

    def write(record: Any) -> str:
        found = []
        for name, default in parts:
            if name == "is":
                found.append(f'"is":"{kind.__name__}"')
                continue
            value = getattr(record, name)
            # 1, True and Decimal(1) are equal in Python but print differently, hence the type is compared too.
            if default is MISSING or type(value) is not type(default) or value != default:
                found.append(f'"{name}":{_WRITERS.get(type(value), _kin)(value)}')
        return "{" + ",".join(found) + "}"

    return write


def _decode(tree: Any) -> Any:
    if isinstance(tree, list):
        return tuple(_decode(item) for item in tree)
    if not isinstance(tree, dict):
        return tree
    if "is" in tree:
        kind = _TYPES.get(tree["is"])
        if kind is None:
            raise NotADocument(f"不认识的内容：{tree['is']}")
        return kind(**{name: _decode(item) for name, item in tree.items() if name != "is"})
    if len(tree) != 1:
        raise NotADocument("内容残缺")
    return _decode_scalar(*next(iter(tree.items())))


def _decode_scalar(tag: str, text: Any) -> Any:
    if tag == "decimal":
        return Decimal(text)
    if tag == "moment":
        return datetime.fromisoformat(text)
    if tag == "day":
        return date.fromisoformat(text)
    if tag == "bytes":
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error as wrong:
            raise NotADocument("图片数据残缺") from wrong
    raise NotADocument(f"不认识的内容：{tag}")


def _default(item: Field[Any]) -> Any:
    return item.default_factory() if item.default_factory is not MISSING else item.default


_WRITERS: dict[type, Writer] = {
    str: json.encoder.encode_basestring,
    int: int.__repr__,
    float: _float,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _nothing: "null",
    Decimal: _decimal,
    datetime: lambda value: f'{{"moment":"{value.isoformat()}"}}',
    date: lambda value: f'{{"day":"{value.isoformat()}"}}',
    bytes: lambda value: f'{{"bytes":"{base64.b64encode(value).decode("ascii")}"}}',
    tuple: _items,
    list: _items,
    **{kind: _record_writer(kind) for kind in _TYPES.values()},
}
"""How a value of exactly that type is written: 定稿 writes hundreds of thousands of cells, each by one look-up."""

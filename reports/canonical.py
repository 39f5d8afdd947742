"""A Document as canonical JSON and back: equal papers give equal bytes, and every value keeps its type.

Fields that stand at their default are left out. So a field added to the vocabulary later changes neither the bytes nor
the hash of papers that were frozen before; in return the default of a field must never change its meaning.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
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
    tree = {"document": _encode(document), "version": VERSION}
    try:
        text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8")
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


_AS_THEY_ARE = frozenset({type(None), bool, str, int, float})


def sha256(document: Document) -> str:
    """Hexadecimal digest of the canonical bytes: the identity of what a paper says."""
    return hashlib.sha256(to_bytes(document)).hexdigest()


def _encode(value: Any) -> Any:
    # Cells of long tables are nearly all of these two kinds, and a 定稿 writes hundreds of thousands of them.
    if type(value) in _AS_THEY_ARE:
        return value
    if type(value) is tuple:
        return [item if type(item) in _AS_THEY_ARE else _encode(item) for item in value]
    return _encode_other(value)


def _encode_other(value: Any) -> Any:
    # datetime before date: one is a subclass of the other.
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise NotADocument(f"不是一个数：{value}")
        return {"decimal": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, tuple | list):
        return [_encode(item) for item in value]
    if is_dataclass(value) and _TYPES.get(type(value).__name__) is type(value):
        return _encode_record(value)
    raise NotADocument(f"文件里不能有这种内容：{type(value).__name__}")


def _encode_record(record: Any) -> dict[str, Any]:
    tree: dict[str, Any] = {"is": type(record).__name__}
    for name, default in _DEFAULTS[tree["is"]].items():
        value = getattr(record, name)
        # 1, True and Decimal(1) are equal in Python but print differently, hence the type is compared too.
        if default is MISSING or type(value) is not type(default) or value != default:
            tree[name] = _encode(value)
    return tree


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


_DEFAULTS: dict[str, dict[str, Any]] = {
    name: {item.name: _default(item) for item in fields(kind)} for name, kind in _TYPES.items()
}
"""Each field of each type with its default, MISSING where it has none."""

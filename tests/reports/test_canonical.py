"""Canonical JSON: whatever a paper holds comes back equal and of the same type; equal papers give equal bytes."""

from __future__ import annotations

import base64
import dataclasses
import json
import string
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import canonical
from reports.document import (
    BLOCK_TYPES,
    AttachmentHead,
    Attachments,
    Cell,
    Chart,
    Document,
    Facts,
    FootLine,
    Heading,
    Imprint,
    OfficialHead,
    Page,
    PageBreak,
    Paragraph,
    Picture,
    Roll,
    Run,
    Series,
    Signature,
    SignatureLines,
    Space,
    Speech,
    Table,
    TableColumn,
)
from reports.sums import ColumnSum, FactSum, RowSum, Running

TEXT = st.text(max_size=12)
NUMBER = st.decimals(allow_nan=False, allow_infinity=False)
SCALAR = st.one_of(
    TEXT,
    st.integers(),
    NUMBER,
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
    st.booleans(),
    st.none(),
)
KIND = st.sampled_from(["text", "integer", "decimal", "percent", "date", "month", "id"])
LABELS = st.lists(TEXT, max_size=2).map(tuple)
FACT_SUM = st.one_of(st.none(), st.builds(ColumnSum, TEXT), st.builds(FactSum, LABELS))
COLUMN_SUM = st.one_of(st.none(), st.builds(RowSum, LABELS), st.builds(Running, TEXT, TEXT))
VALUE = st.one_of(SCALAR, st.builds(Cell, SCALAR, KIND, st.integers(0, 6), FACT_SUM))
WIDTH = st.floats(0.1, 40, allow_nan=False)
COLUMN = st.builds(TableColumn, TEXT, WIDTH, KIND, st.sampled_from([None, "left", "right"]), TEXT, st.booleans(),
                   st.integers(0, 6), COLUMN_SUM)  # fmt: skip
ROWS = st.lists(st.lists(VALUE, max_size=3).map(tuple), max_size=3).map(tuple)
NAMES = st.lists(TEXT, max_size=3).map(tuple)
STRATEGIES = {
    Heading: st.builds(Heading, TEXT, st.integers(1, 4), st.booleans()),
    Paragraph: st.builds(
        Paragraph,
        st.one_of(TEXT, st.lists(st.builds(Run, TEXT, st.sampled_from(["body", "hei"])), max_size=3).map(tuple)),
        st.integers(0, 4),
    ),
    Facts: st.builds(Facts, st.lists(st.tuples(TEXT, VALUE), max_size=3).map(tuple), st.integers(1, 3)),
    Table: st.builds(
        Table,
        st.lists(COLUMN, max_size=3).map(tuple),
        ROWS,
        TEXT,
        st.one_of(st.none(), st.lists(VALUE, max_size=3).map(tuple)),
        TEXT,
        st.one_of(st.none(), WIDTH),
    ),
    Chart: st.builds(
        Chart,
        TEXT,
        NAMES,
        st.lists(
            st.builds(Series, TEXT, st.lists(st.one_of(st.integers(), NUMBER, st.none()), max_size=3).map(tuple)),
            max_size=2,
        ).map(tuple),
    ),
    Roll: st.builds(Roll, TEXT, NAMES),
    Speech: st.builds(Speech, TEXT, TEXT),
    SignatureLines: st.builds(SignatureLines, NAMES, st.integers(1, 3)),
    Attachments: st.builds(Attachments, NAMES),
    AttachmentHead: st.builds(AttachmentHead, TEXT, st.integers(0, 9)),
    Signature: st.builds(Signature, TEXT, st.dates(), st.booleans()),
    Picture: st.builds(Picture, st.binary(max_size=40), WIDTH, TEXT),
    Space: st.builds(Space, WIDTH),
    PageBreak: st.builds(PageBreak, st.sampled_from([None, "portrait", "landscape"])),
}
DOCUMENT = st.builds(
    Document,
    title=TEXT,
    blocks=st.lists(st.one_of(*STRATEGIES.values()), max_size=5).map(tuple),
    style=st.sampled_from(["official", "table"]),
    page=st.builds(Page, st.sampled_from(["A4", "A3"]), st.sampled_from(["portrait", "landscape"])),
    head=st.one_of(st.none(), st.builds(OfficialHead, st.sampled_from(["文件", "函", "纪要"]), TEXT)),
    imprint=st.one_of(st.none(), st.builds(Imprint, NAMES, TEXT, st.one_of(st.none(), st.dates()))),
    foot_line=st.one_of(st.none(), st.builds(FootLine, st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple))),
    is_draft=st.booleans(),
    created_at=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
)


def kinds(value: object) -> object:
    """The value with each leaf replaced by its type, since 1 == True == Decimal(1)."""
    if dataclasses.is_dataclass(value):
        parts = [(item.name, kinds(getattr(value, item.name))) for item in dataclasses.fields(value)]
        return (type(value).__name__, parts)
    if isinstance(value, tuple):
        return [kinds(item) for item in value]
    return type(value).__name__ if not isinstance(value, Decimal) else f"Decimal {value}"


def test_every_block_type_has_a_strategy() -> None:
    assert set(STRATEGIES) == set(BLOCK_TYPES)


@settings(max_examples=300, deadline=None)
@given(DOCUMENT)
def test_a_document_comes_back_equal_with_every_type(document: Document) -> None:
    data = canonical.to_bytes(document)
    again = canonical.from_bytes(data)
    assert again == document
    assert kinds(again) == kinds(document)
    assert canonical.to_bytes(again) == data
    assert canonical.sha256(again) == canonical.sha256(document)


@pytest.mark.parametrize("block_type", BLOCK_TYPES, ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_block_type_round_trips(block_type: type, data: st.DataObject) -> None:
    document = Document("题", (data.draw(STRATEGIES[block_type]),))
    assert canonical.from_bytes(canonical.to_bytes(document)) == document


def plainly(value: object) -> object:
    """The same as a tree for `json`, as canonical bytes were written first: what stands in databases since."""
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"moment" if isinstance(value, datetime) else "day": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, tuple):
        return [plainly(item) for item in value]
    tree: dict[str, object] = {"is": type(value).__name__}
    for item in dataclasses.fields(value):  # type: ignore[arg-type]
        held = getattr(value, item.name)
        default = item.default_factory() if callable(item.default_factory) else item.default
        if type(held) is not type(default) or held != default:
            tree[item.name] = plainly(held)
    return tree


def plain_bytes(document: Document) -> bytes:
    tree = {"document": plainly(document), "version": 1}
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


@settings(max_examples=300, deadline=None)
@given(DOCUMENT)
def test_the_bytes_are_those_of_a_sorted_tree_written_by_json(document: Document) -> None:
    assert canonical.to_bytes(document) == plain_bytes(document)


@pytest.mark.parametrize("block_type", BLOCK_TYPES, ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_block_type_is_written_as_json_would(block_type: type, data: st.DataObject) -> None:
    document = Document("题", (data.draw(STRATEGIES[block_type]),))
    assert canonical.to_bytes(document) == plain_bytes(document)


def test_kin_of_known_types_are_written_as_what_they_are() -> None:
    class Word(StrEnum):
        DONE = '办结\n"x"'

    class Day(date):
        pass

    document = Document("题", (Facts((("状态", Word.DONE), ("日期", Day(2026, 11, 1)), ("数", 1e22))),))  # type: ignore[arg-type]
    assert canonical.to_bytes(document) == plain_bytes(document)


def test_equal_numbers_of_different_types_have_different_hashes() -> None:
    hashes = {
        canonical.sha256(Document("题", (Facts((("数", value),)),)))
        for value in (1, True, Decimal(1), Decimal("1.0"), "1", Cell(1))
    }
    assert len(hashes) == 6


def test_fields_at_their_default_are_left_out_so_that_new_fields_change_no_hash() -> None:
    data = canonical.to_bytes(Document("题", (Heading("总体情况"),)))
    expected = '{"document":{"blocks":[{"is":"Heading","text":"总体情况"}],"is":"Document","title":"题"},"version":1}'
    assert data.decode() == expected


def test_the_hash_of_a_known_paper_never_changes() -> None:
    document = Document(
        "枫叶社区月报",
        (Table((TableColumn("件数", kind="integer", is_summed=True),), ((3,), (Decimal("4.50"),)), totals=(7,)),),
        created_at=datetime(2026, 11, 1, 8, 0, tzinfo=UTC),
        imprint=Imprint(("区委办",), "枫叶街道办事处", date(2026, 11, 1)),
    )
    assert canonical.sha256(document) == "a7ea3ddb1d00f31cd4919b5cc0d0aefae0ae442b84607bdb31439b009a9c1c24"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version":2,"document":{}}',
        b'{"version":1}',
        b'{"version":1,"document":{"is":"Heading","text":"x"}}',
        b'{"version":1,"document":{"is":"Popen","args":"x"}}',
        b'{"version":1,"document":{"is":"Document","title":"x","blocks":[{"decimal":"abc"}]}}',
        b'{"version":1,"document":{"is":"Document","title":"x","blocks":[],"nonsense":1}}',
        b'{"version":1,"document":{"is":"Document","title":"x","blocks":[{"bytes":"@@"}]}}',
        b"[" * 100_000,
    ],
    ids=lambda data: repr(data[:20]),
)
def test_foreign_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(canonical.NotADocument) as refused:
        canonical.from_bytes(data)
    assert any(letter not in string.printable for letter in str(refused.value))


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), float("nan"), {"a": 1}, object(), "\ud800"])
def test_values_without_a_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(canonical.NotADocument):
        canonical.to_bytes(Document("题", (Facts((("数", value),)),)))  # type: ignore[arg-type]

"""Attachments: kept once by content, reached through their record only."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.areas.models import Area
from app.database.transactions import writing
from app.extensions import db
from app.files import queries, records, store
from app.files.kinds import FileRefused
from app.files.models import Attachment, StoredFile
from app.files.queries import attachments_of, open_attachment
from app.files.records import RecordKind, behind_the_wall, record_kind, record_kinds, register_record_kind
from app.files.service import attach, remove, sweep
from app.security.actor import SYSTEM, NotPermitted, acting_as
from tests.files.contents import PDF, picture
from tests.world import GRID, HOME, NEXT_DOOR, add_user, as_user, build_areas


@pytest.fixture(autouse=True)
def _street(context: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_KINDS", {})
    build_areas()
    register_record_kind(behind_the_wall(Area))
    add_user("office", "street_office", HOME)
    add_user("leader", "street_leader", HOME)
    add_user("next", "street_office", NEXT_DOOR)


def _grid() -> str:
    with acting_as(SYSTEM):
        return db.session.execute(select(Area.uid).where(Area.code == GRID)).scalar_one()


def _attach(name: str = "会议记录.pdf", data: bytes = PDF) -> Attachment:
    return attach("areas", _grid(), GRID, name, data)


def _count(model: type) -> int:
    with acting_as(SYSTEM):
        return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_an_attachment_is_read_by_those_who_read_its_record() -> None:
    with as_user("office"):
        made = _attach()
    for reader in ("office", "leader"):
        with as_user(reader):
            (item,) = attachments_of("areas", _grid())
            assert (item.title, item.media_type, item.size) == ("会议记录.pdf", "application/pdf", len(PDF))
            assert item.note.startswith(f"{len(PDF)} 字节 · office同志 · 20")
            opened = open_attachment(made.id)
            assert opened is not None
            assert opened.path.read_bytes() == PDF
    with as_user("next"):
        assert attachments_of("areas", _grid()) == []
        assert open_attachment(made.id) is None
        assert db.session.execute(select(Attachment)).all() == []


def test_only_those_who_may_write_the_record_attach_and_remove() -> None:
    with as_user("office"):
        made = _attach()
    for stranger in ("leader", "next"):
        with as_user(stranger):
            with pytest.raises(NotPermitted):
                _attach()
            with pytest.raises(NotPermitted):
                remove(made.id)
    with as_user("office"):
        remove(made.id)
        assert attachments_of("areas", _grid()) == []
        assert open_attachment(made.id) is None
        with pytest.raises(NotPermitted):
            remove(made.id)
    assert _count(StoredFile) == 1


def test_a_kind_of_record_nobody_registered_is_closed() -> None:
    with acting_as(SYSTEM):
        with pytest.raises(KeyError):
            attach("nothing", "a" * 32, HOME, "a.pdf", PDF)
        assert attachments_of("nothing", "a" * 32) == []
    assert record_kind("nothing") is None
    register_record_kind(RecordKind("nothing", lambda actor, uid: False, lambda actor, uid: True))
    with as_user("office"):
        made = attach("nothing", "a" * 32, HOME, "a.pdf", PDF)
        assert attachments_of("nothing", "a" * 32) == []
        assert open_attachment(made.id) is None
    assert [kind.name for kind in record_kinds()] == ["areas", "nothing"]


def test_the_same_content_is_kept_once() -> None:
    with as_user("office"):
        one, two = _attach("一.pdf"), _attach("二.pdf")
    assert one.digest == two.digest
    assert (_count(StoredFile), _count(Attachment)) == (1, 2)
    assert [path.read_bytes() for path in store.folder().rglob("*") if path.is_file()] == [PDF]
    path = store.path_of(one.digest)
    assert path == Path(store.folder(), one.digest[:2], one.digest[2:])


def test_a_refused_file_leaves_nothing(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2048
    with as_user("office"):
        with pytest.raises(FileRefused, match="超过了 2 KB 的上限"):
            _attach(data=PDF + b"\0" * 4096)
        with pytest.raises(FileRefused, match="认不出"):
            _attach("程序.exe", b"MZ\x90\0\0\0\0")
    assert (_count(StoredFile), _count(Attachment)) == (0, 0)
    assert not store.folder().exists()


def test_a_failed_transaction_leaves_a_file_that_is_swept_later() -> None:
    with as_user("office"):
        with pytest.raises(ZeroDivisionError):
            _attach_and_fail()
        kept = _attach(data=picture("PNG"))
    orphan = store.path_of(store.digest_of(PDF))
    assert orphan.exists()
    half = orphan.parent / ".part-x"
    half.write_bytes(b"half")
    assert sweep() == 0
    old = time.time() - 25 * 3600
    for path in (orphan, half, store.path_of(kept.digest)):
        os.utime(path, (old, old))
    assert sweep() == 2
    assert not orphan.exists()
    assert not half.exists()
    assert store.path_of(kept.digest).exists()
    assert queries.faults() == []


def _attach_and_fail() -> None:
    with writing():
        _attach()
        _ = 1 / 0


def test_a_missing_or_changed_file_is_found() -> None:
    with as_user("office"):
        one, two = _attach(data=PDF), _attach(data=PDF.replace(b"1.4", b"1.5"))
    store.path_of(one.digest).unlink()
    store.path_of(two.digest).write_bytes(b"changed")
    assert sorted(fault.split("：")[1] for fault in queries.faults()) == [
        "内容被改动或损坏，请从备份恢复", "文件不见了，请从备份恢复",
    ]  # fmt: skip


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "a" * 63])
def test_only_a_digest_names_a_path(digest: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path_of(digest)

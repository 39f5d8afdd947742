"""`verify` and `doctor` find what somebody changed behind the program's back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.commands.conftest import Commands, Refuses


def _behind_its_back(folder: Path, *statements: str) -> None:
    """Run statements on the database file itself, its triggers gone."""
    database = sqlite3.connect(folder / "gridledger.db")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        assert database.execute(statement).rowcount > 0, statement
    database.commit()
    database.close()


def test_a_sound_street(demo: Commands) -> None:
    result = demo("verify")
    assert (result.code, result.complaint) == (0, "")
    assert result.out.count("完好") == 5
    result = demo("doctor")
    assert (result.code, result.complaint) == (0, "")
    for word in ("数据目录", "SQLite", "清溪街道", "字体：齐全"):
        assert word in result.out


@pytest.mark.parametrize(
    ("title", "statement"),
    [
        ("积分台账", "UPDATE points_entries SET points = points + 5 WHERE id = (SELECT min(id) FROM points_entries)"),
        ("积分台账", "DELETE FROM points_entries WHERE id = (SELECT min(id) FROM points_entries)"),
        ("审计链", "UPDATE audit_entries SET note = '无' WHERE id = (SELECT min(id) FROM audit_entries)"),
        ("审计链", "DELETE FROM audit_entries WHERE id = (SELECT min(id) + 1 FROM audit_entries)"),
        ("审计链", "UPDATE changes SET after = '{}' WHERE id = (SELECT max(id) FROM changes)"),
    ],
)
def test_verify_finds_a_row_changed_from_outside(demo: Commands, refused: Refuses, title: str, statement: str) -> None:
    _behind_its_back(demo.folder, statement)
    result = demo("verify")
    refused(result)
    (line,) = [line for line in result.out.splitlines() if line.startswith(title)]
    assert "处不符" in line


def test_doctor_misses_a_search_index_and_mends_it(demo: Commands, refused: Refuses) -> None:
    with sqlite3.connect(demo.folder / "gridledger.db") as database:
        kind = database.execute("SELECT sql FROM sqlite_master WHERE name = 'grid_workers_search'").fetchone()
        assert kind is not None
        database.execute(
            "DELETE FROM grid_workers_search WHERE rowid IN (SELECT rowid FROM grid_workers_search LIMIT 3)"
        )
    database.close()
    said = refused(demo("doctor"))
    assert "网格员名册" in said
    assert "doctor --mend" in said
    assert demo("doctor", "--mend").code == 0
    assert demo("doctor").code == 0


def test_doctor_says_what_to_do_before_init(empty: Commands) -> None:
    result = empty("doctor")
    assert result.code == 0
    assert "python run.py init" in result.out


@pytest.mark.parametrize(
    "command", ["doctor", "verify", "init --profile demo", "import --check nowhere.xlsx residents"]
)
def test_tables_of_a_newer_program_are_named_and_left_alone(bare: Commands, refused: Refuses, command: str) -> None:
    _behind_its_back(bare.folder, "UPDATE alembic_version SET version_num = '9999'")
    before = (bare.folder / "gridledger.db").read_bytes()
    told = refused(bare(*command.split()))
    assert "更新的程序" in told
    assert "9999" in told
    assert (bare.folder / "gridledger.db").read_bytes() == before


def test_tables_of_an_older_program_are_brought_up_to_date_before_anything_else(
    bare: Commands, refused: Refuses
) -> None:
    _behind_its_back(bare.folder, "UPDATE alembic_version SET version_num = '0001'")
    assert "先备份" in refused(bare("verify"))

"""`init`: twice the same, another profile refused, passwords in a file of one's own, `--demo` twice adds nothing."""

from __future__ import annotations

import json
import re
import sqlite3
import stat
from pathlib import Path

import pytest
from flask import Flask

from app.commands.setup import prepare
from app.database.transactions import writing
from app.factory import create_app
from app.lowcode.flow.versions import ATTACHED
from app.profiles import service
from app.security.actor import SYSTEM, acting_as
from app.security.roles import ROLES
from app.settings.profile import ProfileRefused
from app.settings.queries import profile, setting
from app.settings.service import save_setting
from tests.commands.conftest import Commands, Refuses
from tests.street import COMMUNITY, LOADED, Street, passwords_in

GROWING = ("audit_entries", "audit_heads")
"""What notes that a command ran."""


def _counts(folder: Path) -> dict[str, int]:
    with sqlite3.connect(folder / "gridledger.db") as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    database.close()
    return {name: number for name, number in found.items() if name not in GROWING}


def test_init_makes_areas_permissions_and_one_account(empty: Commands) -> None:
    result = empty("init", "--profile", "demo")
    assert (result.code, result.complaint) == (0, "")
    assert "街道 1、社区 6、网格 27" in result.out
    assert "first-sign-in.txt" in result.out
    assert set(passwords_in(empty.folder)) == {"admin"}
    counts = _counts(empty.folder)
    assert (counts["areas"], counts["accounts"], counts["posts"]) == (34, 1, 1)
    assert counts["ab_role"] >= len(ROLES)
    assert counts["grid_workers"] == 0


def test_again_changes_nothing_and_another_profile_is_refused(bare: Commands, refused: Refuses) -> None:
    before, file = _counts(bare.folder), (bare.folder / "first-sign-in.txt").read_bytes()
    assert "新建 0 个，原有 34 个" in bare("init", "--profile", "demo").out
    assert "已经有别的积分细则" in refused(bare("init", "--profile", "demo", "--book", "points_hecun"))
    said = refused(bare("init", "--profile", "hongqiao"))
    assert "清溪街道" in said
    assert "DATA_DIR" in said
    assert _counts(bare.folder) == before
    assert (bare.folder / "first-sign-in.txt").read_bytes() == file


@pytest.mark.parametrize("name", ["nonsense", "../demo", "", "DEMO"])
def test_an_unknown_profile_writes_nothing(empty: Commands, refused: Refuses, name: str) -> None:
    assert "demo" in refused(empty("init", "--profile", name))
    assert not (empty.folder / "gridledger.db").exists()


@pytest.mark.parametrize("day", ["2026-13-01", "gestern", "22.11.2026"])
def test_a_day_that_cannot_be_read_is_refused(empty: Commands, refused: Refuses, day: str) -> None:
    assert day in refused(empty("init", "--profile", "demo", "--today", day))
    assert not (empty.folder / "gridledger.db").exists()


def test_passwords_are_for_the_owner_only(demo_street: Street) -> None:
    file = demo_street.folder / "first-sign-in.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    passwords = demo_street.passwords
    assert set(passwords) == {"admin", *ROLES} - {"system_admin"}
    assert len(set(passwords.values())) == len(passwords)
    assert all(len(password) >= 12 for password in passwords.values())
    for path in (demo_street.folder / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_the_passwords_open_the_door(demo: Commands, demo_street: Street) -> None:
    demo("registers")
    app: Flask = demo.apps[-1]
    app.config["WTF_CSRF_ENABLED"] = False
    for name, password in demo_street.passwords.items():
        answer = app.test_client().post("/login/", data={"username": name, "password": password})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/"), name


def test_demo_twice_adds_nothing(demo: Commands) -> None:
    before, passwords = _counts(demo.folder), passwords_in(demo.folder)
    assert before["residents"] > 100
    result = demo("init", "--profile", "demo", "--demo", "--today", LOADED)
    assert result.code == 0
    assert _counts(demo.folder) == before
    assert passwords_in(demo.folder) == passwords


def test_history_ends_on_the_day_named(demo_street: Street) -> None:
    """No row of the demonstration lies after `--today`, and the last month is not empty."""
    with sqlite3.connect(demo_street.folder / "gridledger.db") as database:
        last = database.execute("SELECT max(happened_on), min(happened_on) FROM points_entries").fetchone()
        held = database.execute("SELECT count(*) FROM meetings WHERE held_on BETWEEN '2026-11-01' AND ?", (LOADED,))
        assert held.fetchone()[0] > 0
    database.close()
    assert last[0] <= LOADED
    assert last[0] >= "2026-11-01"


def test_the_demonstration_shows_applications_gates_and_photos(demo_street: Street) -> None:
    with sqlite3.connect(demo_street.folder / "gridledger.db") as database:
        states = {state for (state,) in database.execute("SELECT state FROM event_exclusions")}
        taken = database.execute(
            "SELECT c.register, s.action, s.files FROM flow_steps s JOIN flow_cases c ON c.id = s.case_id"
        ).fetchall()
        told = database.execute("SELECT count(*), max(told_on) FROM project_progress").fetchone()
    database.close()
    assert states == {"approved", "refused", "submitted", "draft"}
    shown = {(name, key, photo[0]) for name, key, files in taken for photo in json.loads(files)}
    assert {
        ("proxy_orders", "seal", "当面封口"), ("proxy_orders", "open", "开封前"), ("proxy_orders", "reseal", "重新封口"),
        ("events", "handle", "处置前"), ("events", "handle", "处置后"),
    } <= shown  # fmt: skip
    assert told[0] > 0
    assert told[1] <= LOADED


def test_user_add_shows_a_random_password_once(bare: Commands) -> None:
    said = bare("user", "add", "shuji", "--role", "社区书记", "--area", COMMUNITY).out
    found = re.search(r"密码：(\S+)", said)
    assert found is not None
    assert len(found[1]) >= 12
    for path in bare.folder.rglob("*"):
        if path.is_file() and path.suffix != ".key":
            assert found[1].encode() not in path.read_bytes(), path


def test_a_newer_version_brings_its_flows_when_it_is_started(
    bare: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an old installation has it: no flow for projects, another one of the office's own for needs."""
    app = create_app({"DATA_DIR": str(bare.folder), "DATABASE_URL": "", "KEY_DIR": "", "TODAY": LOADED})
    bare.apps.append(app)
    with app.app_context():
        with acting_as(SYSTEM), writing():
            chosen = {name: key for name, key in setting(ATTACHED, {}).items() if name != "projects"}
            save_setting(ATTACHED, chosen | {"needs": "wish_four_steps"}, area_code=profile().top_code)
        assert prepare(app) is False
        assert setting(ATTACHED, {})["projects"] == "project_to_closing"
        assert setting(ATTACHED, {})["needs"] == "wish_four_steps", "what the office chose stays"
        before = _counts(bare.folder)
        prepare(app)
        assert _counts(bare.folder) == before
        monkeypatch.setattr(service, "read_file", _not_shipped)
        capsys.readouterr()
        assert prepare(app) is False, "it starts all the same"
        assert "没有装上：没有这个配置。" in capsys.readouterr().out


def _not_shipped(_key: str) -> None:
    raise ProfileRefused("没有这个配置。")

"""Several processes at once on an empty database; the server's own addresses; stopping when told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import _admin, _databases, _postgres_url
from tests.street import ROOT, TODAY

TWICE = {
    "ab_permission": "name",
    "ab_view_menu": "name",
    "ab_role": "name",
    "ab_permission_view": "permission_id, view_menu_id",
    "ab_permission_view_role": "permission_view_id, role_id",
    "areas": "code",
    "ab_user": "username",
}
"""Table → what may stand in it once only."""


def _start(folder: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATA_DIR": str(folder), "KEY_DIR": "", "DATABASE_URL": "", "TODAY": TODAY, **more}
    return subprocess.Popen(
        [sys.executable, "run.py", *arguments], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.mark.parametrize(
    "kind", [pytest.param(name, marks=pytest.mark.postgres if name == "postgres" else ()) for name in _databases()]
)
def test_four_start_on_an_empty_database_at_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """All four come up; permissions, areas and the first account are made once."""
    folder = tmp_path / "data"
    url = ""
    if kind == "postgres":
        server = request.getfixturevalue("postgres_server")
        name = f"four_{os.getpid()}"
        _admin(server, f"CREATE DATABASE {name}")
        url = _postgres_url(server, name)
    four = [_start(folder, "init", "--profile", "demo", DATABASE_URL=url) for _number in range(4)]
    ends = [(process.communicate(timeout=300)[1], process.returncode) for process in four]
    assert ends == [("", 0)] * 4
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://") or f"sqlite:///{folder}/gridledger.db")
    with engine.connect() as connection:
        for table, columns in TWICE.items():
            doubled = f"SELECT {columns}, count(*) FROM {table} GROUP BY {columns} HAVING count(*) > 1"
            assert connection.execute(text(doubled)).all() == [], table
        assert connection.execute(text("SELECT count(*) FROM ab_permission_view_role")).scalar_one() > 100
        assert connection.execute(text("SELECT count(*) FROM accounts")).scalar_one() == 1
    engine.dispose()
    if kind == "postgres":
        _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def serving(bare_folder: Path, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str], Path]]:
    """A server on a street without data: its address, its process, its folder."""
    folder, port = tmp_path / "data", _free_port()
    shutil.copytree(bare_folder, folder)
    process = _start(folder, PORT=port)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                _get(address + "/healthz")
                break
            except OSError:
                time.sleep(0.25)
        yield address, process, folder
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=20)


def _get(address: str) -> tuple[int, str, Any]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers["Content-Type"], refusal.read()


def test_the_addresses_programs_rely_on(serving: tuple[str, subprocess.Popen[str], Path]) -> None:
    address, process, folder = serving
    for path in ("/healthz", "/readyz"):
        assert _get(address + path)[0] == 200, path
    status, kind, body = _get(address + "/api/v1/_openapi")
    described = json.loads(body)
    assert (status, kind.split(";")[0]) == (200, "application/json")
    assert described["openapi"].startswith("3.")
    for path in ("/api/v1/grid_workers/", "/api/v1/grid_workers/{id}"):
        assert path in described["paths"], sorted(described["paths"])[:20]
    status, kind, body = _get(address + "/api/v1/grid_workers/")
    assert (status, kind.split(";")[0]) == (401, "application/json")
    assert set(json.loads(body)) == {"message"}
    status, kind, body = _get(address + "/nowhere")
    assert status == 404
    assert b"Werkzeug" not in body
    second = _start(folder, PORT=address.rpartition(":")[2])
    said = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "已被占用" in said[1]
    process.send_signal(signal.SIGTERM)
    out, complaint = process.communicate(timeout=30)
    assert (process.returncode, complaint) == (0, "")
    assert "网格台账已启动：" + address in out
    assert "first-sign-in.txt" in out


def test_a_worker_stops_when_told(bare_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(bare_folder, tmp_path / "data")
    process = _start(tmp_path / "data", "worker")
    assert process.stdout is not None
    assert "后台任务已启动" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _out, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (0, "")


@pytest.mark.parametrize("arguments", [("registers", "--json"), ("reports", "--json")])
def test_output_is_utf8_whatever_the_machine_says(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A script may run in a bare locale; the object is still readable."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "LC_ALL": "C", "LANG": "C"}
    made = subprocess.run(
        [sys.executable, "run.py", *arguments], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    assert json.loads(made.stdout.decode("utf-8"))

"""The command line as people and scripts use it: arguments in; exit code, output and complaint out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.commands import entry
from app.extensions import db
from app.security.queries import forget_access
from tests.street import ROOT, TODAY, Street

INSIDE = ("Traceback", "sqlalchemy", "sqlite3", "psycopg", "SELECT ", "INSERT ", 'File "', "argument ", "usage:")
"""What must never stand on a console."""


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    complaint: str

    def json(self) -> Any:
        """The object it printed."""
        return json.loads(self.out)


@dataclass
class Commands:
    """Runs commands on one data folder through the entry function of run.py, each with an application of its own."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    apps: list[Flask] = field(default_factory=list)

    def __call__(self, *arguments: str | Path) -> Result:
        """Run one command; whatever it says must be free of what shows the inside."""
        forget_access()
        self.capture.readouterr()
        try:
            code = entry.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(str(end.code))
        said = self.capture.readouterr()
        for word in INSIDE:
            assert word not in said.out + said.err, said.out + said.err
        if code:
            assert said.err.strip(), "a refusal says why"
        return Result(code, said.out, said.err)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Commands]:
    """Commands on a folder in which nothing is yet."""
    folder = tmp_path / "data"
    for name, value in {"DATA_DIR": str(folder), "TODAY": TODAY, "KEY_DIR": "", "DATABASE_URL": ""}.items():
        monkeypatch.setenv(name, value)
    commands = Commands(folder, capsys)
    make = entry.create_app

    def noted() -> Flask:
        commands.apps.append(make())
        return commands.apps[-1]

    monkeypatch.setattr(entry, "create_app", noted)
    yield commands
    for app in commands.apps:
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
    forget_access()


@pytest.fixture
def demo(empty: Commands, demo_street: Street) -> Commands:
    """Commands on the demonstration street."""
    shutil.copytree(demo_street.folder, empty.folder)
    return empty


@pytest.fixture(scope="session")
def bare_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A street after `init` without demonstration data, made by run.py itself."""
    folder = tmp_path_factory.mktemp("bare") / "data"
    environment = {**os.environ, "DATA_DIR": str(folder), "TODAY": TODAY}
    subprocess.run(
        [sys.executable, "run.py", "init", "--profile", "demo"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def bare(empty: Commands, bare_folder: Path) -> Commands:
    """Commands on a street after `init` without demonstration data."""
    shutil.copytree(bare_folder, empty.folder)
    return empty


Refuses = Callable[..., str]


@pytest.fixture
def refused() -> Refuses:
    """`refused(result, code=1)` → the complaint, one short Chinese text."""

    def check(result: Result, *, code: int = 1) -> str:
        assert result.code == code, result
        assert any("一" <= letter <= "鿿" for letter in result.complaint), result.complaint
        return result.complaint

    return check

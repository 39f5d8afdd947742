"""`books check` names what must be mended and what to look at, and needs no database."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands.entry import main
from app.points.books.shipped import FOLDER

WRONG = """
key: mine
name: 某街道细则
valid_from: 2026-01-01
groups:
  - name: 走访
    rules:
      - {code: A1, name: 每日登录系统, value: 1}
"""


def test_a_shipped_book_passes_with_its_warnings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert main(["books", "check", str(FOLDER / "points_liujiao.yaml")]) == 0
    assert "60–69 分（到 69.9 分）没有等次" in capsys.readouterr().out


def test_a_book_that_scores_logins_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    (tmp_path / "mine.yaml").write_text(WRONG, encoding="utf-8")
    assert main(["books", "check", str(tmp_path / "mine.yaml")]) == 1
    printed = capsys.readouterr().out
    assert "要改　规则 A1：不能按登录次数记分" in printed
    assert "要改 1 处，请看 1 处" in printed
    (tmp_path / "broken.yaml").write_bytes(b"\xff\xfe\x00")
    assert main(["books", "check", str(tmp_path / "broken.yaml")]) == 1
    assert "不是 UTF-8" in capsys.readouterr().err

"""`flows check` names what must be mended and what to look at, and needs no database."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands.entry import main
from app.lowcode.flow.shipped import FOLDER
from tests.lowcode.flow.cases import small_text


def test_a_shipped_flow_passes_and_a_broken_one_is_told_what_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert main(["flows", "check", str(FOLDER / "visit_need_transfer.yaml")]) == 0
    assert "《需求转项目》12 个状态，18 个动作，要改 0 处" in capsys.readouterr().out
    wrong = tmp_path / "mine.yaml"
    wrong.write_text(small_text("name: 小流程", "name: 小流程\nregister: needs\nmirrors: colour"), encoding="utf-8")
    assert main(["flows", "check", str(wrong)]) == 1
    assert "要改　跟随状态的列“colour”在名册里没有" in capsys.readouterr().out
    wrong.write_text(small_text("limit: 2工作日", "limit: 2"), encoding="utf-8")
    assert main(["flows", "check", str(wrong)]) == 1
    assert "期限“2”要写数字和单位" in capsys.readouterr().err
    wrong.write_bytes(b"\xff\xfe\x00")
    assert main(["flows", "check", str(wrong)]) == 1
    assert "不是 UTF-8" in capsys.readouterr().err

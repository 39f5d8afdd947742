"""`erase`: tells first, does it with the name typed, and every refusal in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.commands.conftest import Commands
from tests.points.world import build, worker
from tests.world import GRID, TODAY


def test_erase_tells_first_and_does_it_when_confirmed(
    sqlite_app: Flask, empty: Commands, tmp_path: Path, key_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_app.app_context():
        build()
        leaver = str(worker("欧阳知秋", GRID, left_on="2026-11-20", state="left").id)
    for name, value in {"DATA_DIR": str(tmp_path), "KEY_DIR": str(key_dir), "TODAY": TODAY.isoformat()}.items():
        monkeypatch.setenv(name, value)
    sheet = tmp_path / "申请.txt"
    sheet.write_text("申请单", encoding="utf-8")
    told = empty("erase", leaver, "--as", "jiedao")
    assert (told.code, "现在什么也没有改" in told.out, "名册里的姓名" in told.out) == (0, True, True)
    asked = ("erase", leaver, "--reason", "本人申请", "--document", "3 号", "--sheet", sheet, "--confirm")
    assert "请加上：--as 账号" in empty(*asked, "欧阳知秋").complaint
    assert "一字不差" in empty(*asked, "欧阳", "--as", "jiedao").complaint
    assert "由街道办办理" in empty(*asked, "欧阳知秋", "--as", "shuji").complaint
    assert empty(*asked, "欧阳知秋", "--as", "jiedao").code == 0
    assert "已经清除过" in empty("erase", leaver).complaint
    assert "没有编号 99" in empty("erase", "99").complaint
    assert empty("verify").code == 0

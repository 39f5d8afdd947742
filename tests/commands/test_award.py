"""`award`: an entry from the command line, once however often it is asked for, and every refusal in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from app.points import proof
from tests.commands.conftest import Commands
from tests.points.test_refusals import ON, REFUSALS, a_ledger_with_every_reason
from tests.points.world import worker
from tests.world import HOME, TODAY


@pytest.fixture
def ledger(
    sqlite_app: Flask, empty: Commands, tmp_path: Path, key_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Commands:
    """Commands on a ledger in which every reason to refuse stands."""
    with sqlite_app.app_context():
        a_ledger_with_every_reason()
        worker("王小禾", HOME + "002", phone="13812345678")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KEY_DIR", str(key_dir))
    monkeypatch.setenv("TODAY", TODAY.isoformat())
    return empty


def test_award_records_once_and_names_the_rule_that_refuses(
    ledger: Commands, sqlite_app: Flask, tmp_path: Path
) -> None:
    assert "有几名" in ledger("award", "王小禾", "R1", "--on", ON, "--matter", "事", "--as", "shuji").complaint
    for case in REFUSALS:
        who = {"王小禾": "1", "老赵": "老赵"}[case.who]
        # The same file that another entry has makes the request another one.
        more = ["--measured", case.measured] if case.measured else []
        if case.matter == "记过的事":
            (tmp_path / "照片.txt").write_text("交接", encoding="utf-8")
            more = ["--evidence", str(tmp_path / "照片.txt")]
        result = ledger("award", who, case.code, "--on", str(case.on), "--matter", case.matter, "--as", case.by, *more)
        assert (result.code, case.words in result.complaint) == (1, True), (case, result)
    same = (
        "award",
        "1",
        "R4",
        "--on",
        "2026年10月9日",
        "--matter",
        "修好水管",
        "--evidence",
        str(tmp_path / "照片.txt"),
    )
    first = ledger(*same, "--as", "shuji")
    assert (first.code, first.out) == (0, "已记：王小禾 +2.0 分，第 2 号。\n")
    again = ledger(*same, "--as", "jiedao", "--json")
    assert (again.code, again.json()["is_new"], again.json()["result"]["number"]) == (0, False, 2)
    wrong = (
        (("award", "没有他", "R1", "--on", ON, "--matter", "事"), "没有“没有他”"),
        (("award", "1", "没有", "--on", ON, "--matter", "事"), "没有编号为“没有”的规则"),
        (("award", "1", "R1", "--on", "昨天", "--matter", "事"), "这不是一个日期"),
        (("award", "1", "R1", "--on", ON, "--record", "needs"), "台账:编号"),
        (("award", "1", "R1", "--on", ON, "--record", "needs:77"), "没有编号为 77 的记录"),
        (("award", "1", "R1", "--on", ON, "--record", "accounts:1"), "不能记分"),
        (("award", "1", "R1", "--on", ON, "--matter", "事", "--evidence", "没有这个文件"), "找不到文件"),
    )
    for arguments, words in wrong:
        result = ledger(*map(str, arguments), "--as", "shuji")
        assert (result.code, words in result.complaint) == (1, True), (arguments, result)
    assert "请加上：--as 账号" in ledger("award", "1", "R1", "--on", str(ON), "--matter", "事").complaint
    assert ledger("award", "1", "R1", "--on", str(ON), "--as", "shuji").code == 2
    with sqlite_app.app_context():
        assert proof.faults() == []
    assert json.dumps(again.json(), ensure_ascii=False).count("修好水管") == 1

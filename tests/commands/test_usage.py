"""Wrong usage, settings that cannot be used, and commands before `init`: one sentence each, and the right exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands import entry
from app.commands.logbook import LOG_FILE
from app.commands.parser import complaint
from tests.commands.conftest import Commands, Refuses

NEED_INIT = (
    ("user", "add", "x", "--role", "网格员", "--area", "1"),
    ("user", "disable", "x"),
    ("import", "grid_workers", "x.xlsx"),
    ("undo", "1"),
    ("refill", "1", "out.xlsx"),
    ("template", "grid_workers", "x.xlsx"),
    ("export", "grid_workers", "x.xlsx"),
    ("report", "digest", "--period", "2026-10", "--out", "x"),
    ("verify",),
    ("worker",),
)


@pytest.mark.parametrize("arguments", NEED_INIT, ids=lambda words: " ".join(words[:2]))
def test_before_init_a_command_names_it(empty: Commands, refused: Refuses, arguments: tuple[str, ...]) -> None:
    assert "python run.py init" in refused(empty(*arguments))


@pytest.mark.parametrize("arguments", [("registers",), ("reports",), ("doctor",), ("registers", "--json")])
def test_before_init_some_commands_answer(empty: Commands, arguments: tuple[str, ...]) -> None:
    result = empty(*arguments)
    assert (result.code, result.complaint) == (0, "")
    assert result.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dance",), "没有“dance”，可用的有：serve、worker、init"),
        (("import", "grid_workers"), "还缺少：文件"),
        (("report", "digest"), "还缺少：--period、--out"),
        (("report", "digest", "--period"), "--period 后面要写上内容"),
        (("undo", "第三批"), "批次应是数字，不能是“第三批”"),
        (("registers", "--yaml"), "不认识“--yaml”"),
        (("import", "grid_workers", "x", "--mode", "some"), "没有“some”，可用的有：all、good"),
        (("import", "grid_workers", "x", "--whole", "--additions"), "--additions 和 --whole 只能用一个"),
        (("user", "promote", "x"), "没有“promote”，可用的有：add、disable、reset"),
        (("verify", "--js"), "不认识“--js”"),
    ],
)
def test_wrong_usage_exits_2_in_chinese(
    empty: Commands, refused: Refuses, arguments: tuple[str, ...], words: str
) -> None:
    said = refused(empty(*arguments), code=2)
    assert said.startswith("用法不对：")
    assert words in said
    assert "用法：" in said
    assert not empty.folder.exists()


def test_a_complaint_nobody_knows_is_still_chinese() -> None:
    assert complaint("something new in Python 3.20") == "写法看不懂，请对照下面这一行。"


def test_help_is_chinese_and_names_every_command(empty: Commands) -> None:
    said = empty("--help").out
    for name in ("init", "user", "registers", "import", "undo", "refill", "template", "export", "report", "reports", "verify",
                 "doctor", "worker", "serve"):  # fmt: skip
        assert name in said
    for english in ("options:", "positional", "show this help"):
        assert english not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"), ("PORT", "0"), ("PORT", "99999"), ("UPLOAD_LIMIT_MB", "-1"), ("TRUSTED_PROXIES", "²"),
        ("HTTPS_ONLY", "yes"), ("TODAY", "20261122"), ("TODAY", "gestern"), ("DATABASE_URL", "mysql://x/y"),
        ("DATABASE_URL", "nonsense"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(
    empty: Commands, refused: Refuses, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert name in refused(empty("registers"))


def test_a_database_that_does_not_answer_is_told(
    empty: Commands, refused: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:nothing@127.0.0.1:1/nowhere?connect_timeout=2")
    said = refused(empty("verify"))
    assert "DATABASE_URL" in said
    assert "nothing" not in said


def test_a_file_that_is_no_database_is_told(empty: Commands, refused: Refuses) -> None:
    empty.folder.mkdir()
    (empty.folder / "gridledger.db").write_bytes(b"this was a database once" * 99)
    refused(empty("verify"))
    refused(empty("init", "--profile", "demo"))


def test_a_damaged_master_key_stops_everything(bare: Commands, refused: Refuses) -> None:
    (bare.folder / "keys" / "master.key").write_bytes(b"short")
    assert "密钥文件已损坏" in refused(bare("verify"))


def test_a_fault_of_ours_goes_to_the_log_only(
    bare: Commands, refused: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The console says that something went wrong and where to read more."""

    def stumble(*_arguments: object) -> int:
        raise KeyError("SELECT phone FROM people")

    monkeypatch.setattr(entry, "_run", stumble)
    assert LOG_FILE in refused(bare("verify"))
    log = (bare.folder / LOG_FILE).read_text("utf-8")
    assert "Traceback" in log
    assert "SELECT phone" in log


@pytest.mark.parametrize("user", ["nobody", ""])
def test_as_somebody_unknown_is_refused(bare: Commands, refused: Refuses, tmp_path: Path, user: str) -> None:
    out = tmp_path / "x.xlsx"
    result = bare("export", "grid_workers", out, "--as", user or "停用的人")
    assert "没有账号" in refused(result)
    assert not out.exists()


def test_as_a_closed_account_is_refused(bare: Commands, refused: Refuses, tmp_path: Path) -> None:
    bare("user", "add", "neiqin", "--role", "社区内勤", "--area", "990101001001")
    assert bare("template", "grid_workers", tmp_path / "x.xlsx", "--as", "neiqin").code == 0
    bare("user", "disable", "neiqin")
    assert "neiqin" in refused(bare("template", "grid_workers", tmp_path / "y.xlsx", "--as", "neiqin"))

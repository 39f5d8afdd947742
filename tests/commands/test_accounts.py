"""`user add|disable|reset`, proved by signing in."""

from __future__ import annotations

import io
import re

import pytest

from tests.commands.conftest import Commands, Refuses
from tests.street import COMMUNITY

GOOD = "Guihua-2026-ok"


def _signs_in(commands: Commands, name: str, password: str) -> str:
    """Where signing in leads to, '' where it is refused."""
    commands("registers")
    app = commands.apps[-1]
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post("/login/", data={"username": name, "password": password})
    if answer.status_code != 302:
        return ""
    first = client.get("/")
    return str(first.headers.get("Location", "/"))


def _password(said: str) -> str:
    found = re.search(r"密码：(\S+)", said)
    assert found is not None, said
    return found[1]


@pytest.mark.parametrize("role", ["community_secretary", "社区书记"])
def test_an_account_by_key_or_chinese_role(bare: Commands, role: str) -> None:
    result = bare("user", "add", "shuji", "--role", role, "--area", COMMUNITY, "--title", "王书记")
    assert result.code == 0
    # The first thing asked of its owner is a password of his own.
    assert "password" in _signs_in(bare, "shuji", _password(result.out))


def test_a_password_from_standard_input_is_not_shown(bare: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(GOOD + "\n"))
    said = bare("user", "add", "neiqin", "--role", "社区内勤", "--area", COMMUNITY, "--password-stdin").out
    assert GOOD not in said
    assert _signs_in(bare, "neiqin", GOOD)


def test_disable_and_reset(bare: Commands) -> None:
    old = _password(bare("user", "add", "neiqin", "--role", "社区内勤", "--area", COMMUNITY).out)
    new = _password(bare("user", "reset", "neiqin").out)
    assert not _signs_in(bare, "neiqin", old)
    assert "password" in _signs_in(bare, "neiqin", new)
    assert "已停用" in bare("user", "disable", "neiqin").out
    assert not _signs_in(bare, "neiqin", new)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "x", "--area", COMMUNITY), "可用的角色：系统管理员"),
        (("add", "x", "--role", "皇帝", "--area", COMMUNITY), "没有角色“皇帝”"),
        (("add", "x", "--role", "网格员"), "--area"),
        (("add", "x", "--role", "网格员", "--area", "123"), "没有编码为 123 的区域"),
        (("add", "x", "--role", "部门", "--area", COMMUNITY, "--line", "航天"), "党建"),
        (("add", "admin", "--role", "网格员", "--area", COMMUNITY), "admin 已经有了"),
        (("disable", "nobody"), "没有账号 nobody"),
        (("reset", "nobody"), "没有账号 nobody"),
        (("add", "x", "--role", "网格员", "--area", COMMUNITY, "--as", "nobody"), "没有账号 nobody"),
    ],
)
def test_what_cannot_be_done_is_said(bare: Commands, refused: Refuses, arguments: tuple[str, ...], words: str) -> None:
    assert words in refused(bare("user", *arguments))


def test_a_weak_password_is_refused_with_reasons(
    bare: Commands, refused: Refuses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("123\n"))
    said = refused(bare("user", "add", "x", "--role", "网格员", "--area", COMMUNITY, "--password-stdin"))
    assert said.startswith("密码")
    assert "没有账号 x" in refused(bare("user", "disable", "x"))


def test_who_may_not_open_accounts_cannot_do_it_by_command(bare: Commands, refused: Refuses) -> None:
    bare("user", "add", "wanggeyuan", "--role", "网格员", "--area", COMMUNITY + "001")
    refused(bare("user", "add", "x", "--role", "社区书记", "--area", COMMUNITY, "--as", "wanggeyuan"))
    assert "没有账号 x" in refused(bare("user", "disable", "x"))

"""`report`: which files, under which names, for which areas; a month without data gives a paper that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Commands, Refuses
from tests.street import COMMUNITY, TOP


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_folder_gets_one_file_per_format(demo: Commands, tmp_path: Path) -> None:
    result = demo("report", "digest", "--period", "2026-10", "--out", tmp_path / "papers")
    assert result.code == 0
    expected = {f"digest_{TOP}_2026-10.{suffix}" for suffix in ("pdf", "xlsx", "docx", "html")}
    assert _names(tmp_path / "papers") == expected
    assert {Path(line).name for line in result.out.splitlines()} == expected


def test_a_suffix_makes_it_one_file(demo: Commands, tmp_path: Path) -> None:
    out = tmp_path / "十月" / "月报.pdf"
    assert demo("report", "digest", "--period", "2026-10", "--area", COMMUNITY, "--out", out).code == 0
    assert _names(tmp_path / "十月") == {"月报.pdf"}
    assert out.read_bytes().startswith(b"%PDF")


def test_formats_and_each(demo: Commands, tmp_path: Path) -> None:
    demo(
        "report",
        "resource_list",
        "--period",
        "2026-10",
        "--each",
        "社区",
        "--format",
        "html",
        "--out",
        tmp_path / "papers",
    )
    assert _names(tmp_path / "papers") == {f"resource_list_{TOP}00{number}_2026-10.html" for number in range(1, 7)}


def test_each_subject_has_its_file(demo: Commands, tmp_path: Path) -> None:
    """Without --id every worker of the period; with it that one."""
    demo(
        "report",
        "网格员积分台账",
        "--period",
        "2026-10",
        "--area",
        COMMUNITY,
        "--format",
        "html",
        "--out",
        tmp_path / "all",
    )
    every = _names(tmp_path / "all")
    assert len(every) > 3
    prefix = f"points_ledger_{COMMUNITY}_2026-10_"
    assert all(name.startswith(prefix) and name.endswith(".html") for name in every)
    one = min(every).removeprefix(prefix).removesuffix(".html")
    demo("report", "points_ledger", "--period", "2026-10", "--area", COMMUNITY, "--id", one, "--format", "html",
         "--out", tmp_path / "one")  # fmt: skip
    assert _names(tmp_path / "one") == {f"{prefix}{one}.html"}
    none = demo("report", "points_ledger", "--period", "2026-10", "--area", COMMUNITY, "--id", "13", "--format", "html",
                "--out", tmp_path / "none")  # fmt: skip
    assert none.code == 1
    assert "没有编号 13。有的是：" in none.complaint
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("period", ["2026-10", "2026-Q3", "2026-H1", "2026"])
def test_periods(demo: Commands, tmp_path: Path, period: str) -> None:
    assert (
        demo("report", "points_summary", "--period", period, "--format", "html", "--out", tmp_path / "papers").code == 0
    )
    assert _names(tmp_path / "papers") == {f"points_summary_{TOP}_{period}.html"}


def test_every_paper_prints_for_a_period_without_data(bare: Commands, tmp_path: Path) -> None:
    for each in bare("reports", "--json").json()["reports"]:
        period = {"month": "2019-03", "quarter": "2019-Q1", "half": "2019-H1", "year": "2019", "week": "2019-W10"}
        out = tmp_path / each["name"]
        result = bare("report", each["name"], "--period", period[each["periods"][0]], "--format", "html", "--out", out)
        assert result.code == 0, each["name"]
        if each["subject"] is None:
            assert _names(out), each["name"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("horoscope", "--period", "2026-10"), "没有“horoscope”这种报表"),
        (("digest", "--period", "2026-13"), "没有第 13 个月"),
        (("digest", "--period", "Oktober"), "看不懂期间“Oktober”"),
        (("digest", "--period", "0000-01"), ""),
        (("digest", "--period", "2026-10", "--format", "pdf,odt"), "没有 odt 格式"),
        (("digest", "--period", "2026-10", "--area", "123"), "没有编码为 123 的区域"),
        (("digest", "--period", "2026-10", "--each", "星球"), "没有“星球”这一级"),
    ],
)
def test_what_cannot_be_printed_is_said(
    bare: Commands, refused: Refuses, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert words in refused(bare("report", *arguments, "--out", tmp_path / "papers"))
    assert _names(tmp_path / "papers") == set()


def test_as_somebody_one_prints_what_he_may(demo: Commands, refused: Refuses, tmp_path: Path) -> None:
    arguments = ("report", "digest", "--period", "2026-10", "--format", "html", "--out", tmp_path / "papers")
    assert demo(*arguments, "--area", COMMUNITY, "--as", "community_secretary").code == 0
    refused(demo(*arguments, "--area", "990101001002", "--as", "community_secretary"))
    refused(demo(*arguments, "--as", "community_secretary"))
    assert _names(tmp_path / "papers") == {f"digest_{COMMUNITY}_2026-10.html"}

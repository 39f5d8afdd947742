"""report and reports: papers from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.areas.models import Area
from app.clock import today
from app.commands.places import known_area
from app.commands.refusal import CommandRefused
from app.extensions import db
from app.lowcode.papers import Format, Paper, PaperRequest, Subject, paper, papers
from app.periods.rules import Period, parse
from app.report_center.counting import counted_together
from app.report_center.documents import printables, rendered
from app.security.actor import current_actor
from app.settings.queries import profile
from config import ROOT

MOST_NAMED = 5


def add(commands: Any) -> None:
    """The two commands."""
    one = commands.add_parser("report", help="打印报表")
    one.add_argument("name", metavar="报表")
    one.add_argument("--period", required=True, metavar="2026-10")
    one.add_argument("--area", metavar="编码")
    one.add_argument("--id", metavar="编号")
    one.add_argument("--each", metavar="级别", help="这一级的每个区域各打一份")
    one.add_argument("--out", required=True, metavar="文件或文件夹")
    one.add_argument("--format", metavar="pdf,xlsx,docx,html")
    one.set_defaults(run=report)
    every = commands.add_parser("reports", help="有哪些报表")
    every.add_argument("--json", action="store_true")
    every.set_defaults(run=reports)


def reports(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """List the papers."""
    if options.json:
        listed = [
            {"name": p.name, "title": p.title, "periods": list(p.periods), "formats": list(p.formats),
             "subject": p.subject or None}
            for p in papers()
        ]  # fmt: skip
        sys.stdout.write(json.dumps({"reports": listed}, ensure_ascii=False, indent=1) + "\n")
        return 0
    for p in papers():
        sys.stdout.write(f"{p.name}\t{p.title}\t{'、'.join(p.periods)}\t{'、'.join(p.formats)}\n")
    return 0


def report(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Print one paper for one area, or for each area of a level."""
    try:
        wanted = paper(options.name)
    except KeyError:
        raise CommandRefused(f"没有“{options.name}”这种报表。用 python run.py reports 看有哪些。") from None
    period = _period(wanted, options.period)
    if not current_actor().covers(wanted.resource, "export", known_area(options.area)):
        raise CommandRefused(f"账号 {options.as_user} 不能在这个区域打印“{wanted.title}”。")
    formats = _formats(wanted, options)
    out = Path(options.out)
    is_file = out.suffix.lstrip(".") in wanted.formats
    written: list[Path] = []
    with counted_together(options.area or profile().top_code):
        for area in _areas(options):
            written += write(wanted, area, period, formats, out, is_file=is_file, subject=options.id or "")
    for path in written:
        sys.stdout.write(f"{path}\n")
    return 0


def _period(wanted: Paper, text: str) -> Period:
    period = parse(text)
    if period.kind not in wanted.periods:
        raise CommandRefused(f"“{wanted.title}”不按这种统计期打印，可用的有：{'、'.join(wanted.periods)}。")
    return period


def _formats(wanted: Paper, options: argparse.Namespace) -> tuple[Format, ...]:
    suffix = Path(options.out).suffix.lstrip(".")
    asked = (
        options.format.split(",") if options.format else [suffix] if suffix in wanted.formats else list(wanted.formats)
    )
    strange = [name for name in asked if name not in wanted.formats]
    if strange:
        raise CommandRefused(f"“{wanted.title}”没有 {'、'.join(strange)} 格式，可用的有：{'、'.join(wanted.formats)}。")
    return tuple(asked)  # type: ignore[arg-type]


def _areas(options: argparse.Namespace) -> list[str]:
    top = known_area(options.area)
    if not options.each:
        return [top]
    keys = {level.key: level.key for level in profile().levels} | {level.name: level.key for level in profile().levels}
    if options.each not in keys:
        raise CommandRefused(
            f"没有“{options.each}”这一级，可用的有：{'、'.join(level.name for level in profile().levels)}。"
        )
    return list(
        db.session.execute(
            select(Area.code)
            .where(Area.level == keys[options.each], Area.code.startswith(top), Area.valid_to.is_(None))
            .order_by(Area.code)
        ).scalars()
    )


def write(
    wanted: Paper,
    area: str,
    period: Period,
    formats: tuple[Format, ...],
    out: Path,
    *,
    is_file: bool,
    subject: str = "",
) -> list[Path]:
    """Render a paper (each subject of it, when it has subjects and none is named) into files; their paths."""
    request = PaperRequest(area, period, today(), current_actor(), subject)
    subjects = [Subject(subject, "", area)]
    if wanted.subjects is not None:
        known = [replace(each, area_code=area) for each in wanted.subjects(replace(request, subject=""))]
        subjects = [each for each in known if subject in ("", each.id)]
        if subject and not subjects:
            raise CommandRefused(_unknown(wanted, subject, known))
    written = []
    for each, made in zip(subjects, printables(wanted, request, subjects), strict=True):
        for format_ in formats:
            tail = f"_{each.id}" if each.id else ""
            path = out / f"{wanted.name}_{area}_{period.key}{tail}.{format_}"
            if is_file:
                path = out if len(subjects) == 1 else out.with_name(f"{out.stem}{tail}{out.suffix}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(rendered(made, format_))
            written.append(path)
    return written


def _unknown(wanted: Paper, subject: str, known: Sequence[Subject]) -> str:
    some = "、".join(f"{each.id}（{each.title}）" for each in known[:MOST_NAMED])
    return f"“{wanted.title}”在这个区域、这个统计期没有编号 {subject}。" + (f"有的是：{some}。" if some else "")


def print_last_month(app: Flask) -> Path:  # noqa: ARG001
    """Last month's papers of the top area into out/: what `make run` shows first."""
    folder = ROOT / "out"
    month = parse(f"{today():%Y-%m}").previous()
    for each in papers():
        if each.is_submitted and "month" in each.periods:
            write(each, profile().top_code, month, each.formats, folder, is_file=False)
    return folder

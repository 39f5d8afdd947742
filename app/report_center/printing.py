"""全部打印: all communities × chosen papers as one PDF with bookmarks or one ZIP, as a job that may be called off."""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf
from flask import current_app

from app.areas.queries import below, name_of
from app.clock import today
from app.jobs.handlers import JobRefused, handler
from app.jobs.models import Job
from app.jobs.running import JobContext
from app.jobs.service import enqueue
from app.lowcode.papers import Paper, PaperRequest, Subject, paper
from app.periods.rules import Period, parse
from app.report_center.documents import Printable, may_print, printables, rendered, title_of
from app.report_center.kept_prints import coded, record_print
from app.report_center.protecting import protected, watermark_of
from app.report_center.queries import is_asked_of, submission_level
from app.report_center.rules import SubmissionRefused
from app.security.actor import Actor
from reports.rendering import FORMATS, Format

KIND = "report_center.print_all"
_BUNDLES = {KIND}
KEEP_SECONDS = 7 * 24 * 3600.0
"""A result that nobody fetched for a week is deleted; printing it again gives the same papers."""
MOST_PIECES = 5_000
PLAN = "plan.json"
READ_AT_ONCE = 100
"""Papers of one kind and community that are read together: their figures are of one moment, and they fit in memory."""


def register_bundle(kind: str) -> str:
    """A job of an upper room whose result is a file fetched under /reports/jobs/; its payload has area and period."""
    _BUNDLES.add(kind)
    return kind


def is_bundle(job: Job) -> bool:
    """Whether a job makes a file to be fetched."""
    return job.kind in _BUNDLES


@dataclass(frozen=True, slots=True)
class Piece:
    """One paper of the bundle: where, which paper, about what; names for bookmark and file."""

    area_code: str
    area: str
    paper: str
    subject: str
    label: str


def order(
    papers: Sequence[Paper], area_code: str, period: Period, *, container: str, formats: Sequence[str], by: Actor,
    is_marked: bool = False,
) -> Job:  # fmt: skip
    """Ask for the bundle. Raises SubmissionRefused where nothing was chosen, UnknownJob, NotPermitted."""
    if not papers:
        raise SubmissionRefused("请先勾选要打印的报表。")
    wanted = [format_ for format_ in FORMATS if format_ in formats] or ["pdf"]
    payload = {
        "area": area_code,
        "papers": [each.name for each in papers],
        "period": period.key,
        "container": "zip" if container == "zip" else "pdf",
        "formats": wanted if container == "zip" else ["pdf"],
        "watermark": watermark_of(by, name_of(area_code), today()) if is_marked else "",
    }
    title = f"打印{name_of(area_code)}{period.title}报表"
    return enqueue(KIND, payload, by=by, area_code=area_code, title=title)


def plan(payload: Mapping[str, Any], request: PaperRequest) -> list[Piece]:
    """Every piece the actor may take away, by community, then paper, then subject."""
    actor, period = request.actor, request.period
    found: list[Piece] = []
    for code, name in communities(request):
        for each in (paper(key) for key in payload["papers"]):
            if period.kind in each.periods and may_print(actor, each, code, permission="export"):
                found += _pieces(each, code, name, PaperRequest(code, period, request.today, actor))
    return found


def communities(request: PaperRequest) -> list[tuple[str, str]]:
    """(code, name) of the area itself where it hands papers in, else of those below that do, as of the period's end."""
    if is_asked_of(request.area_code):
        return [(request.area_code, name_of(request.area_code))]
    rows = below(request.area_code, submission_level().key, today=min(request.period.last, request.today))
    return [(row.code, row.name) for row in rows]


def _pieces(each: Paper, code: str, name: str, request: PaperRequest) -> Iterable[Piece]:
    if each.subjects is None:
        return [Piece(code, name, each.name, "", title_of(each))]
    return [Piece(code, name, each.name, item.id, f"{title_of(each)}　{item.title}") for item in each.subjects(request)]


@handler(KIND, title="全部打印")
def print_all(job: JobContext) -> dict[str, Any]:
    """One piece a chunk: rendered into a part file, then recorded; at the end the parts become one file."""
    sweep()
    payload, period, actor = job.payload, parse(job.payload["period"]), job.actor()
    request = PaperRequest(payload["area"], period, job.today, actor)
    folder = folder_of(job.id)
    kept = _kept_plan(folder)
    pieces = kept or plan(payload, request)
    if not pieces:
        raise JobRefused(f"{period.title}没有可以打印的报表。请换一个统计期，或检查勾选的报表。")
    if len(pieces) > MOST_PIECES:
        raise JobRefused(f"一次要打印 {len(pieces)} 份，超过 {MOST_PIECES} 份。请少选几种，或按街道分开打印。")
    if not kept:
        _keep_plan(folder, pieces)
    begin = int(job.checkpoint.get("next", 0)) if kept else 0
    if not all(_part(folder, number).exists() for number in range(begin)):
        begin = 0
    for number, (piece, made) in enumerate(_made(pieces[begin:], request), begin):
        job.stop_here()
        job.progress(number, len(pieces), f"正在打印{piece.area}　{piece.label}")
        _print_piece(job, piece, made, number, len(pieces))
    job.progress(len(pieces), len(pieces), "正在合成一个文件")
    name, pages = _bundle(folder, pieces, payload, period)
    return {"url": f"/reports/jobs/{job.id}", "file": name, "count": len(pieces), "pages": pages}


def _made(pieces: Sequence[Piece], request: PaperRequest) -> Iterator[tuple[Piece, Printable]]:
    """Every piece with its paper; workers of one community are read together, so many at a time."""
    for (area_code, name), group in groupby(pieces, key=lambda piece: (piece.area_code, piece.paper)):
        asked, all_of_them = replace(request, area_code=area_code), list(group)
        for begin in range(0, len(all_of_them), READ_AT_ONCE):
            some = all_of_them[begin : begin + READ_AT_ONCE]
            subjects = [Subject(piece.subject, piece.label, area_code) for piece in some]
            yield from zip(some, printables(paper(name), asked, subjects), strict=True)


def _print_piece(job: JobContext, piece: Piece, drawn: Printable, number: int, total: int) -> None:
    period, of = parse(job.payload["period"]), paper(piece.paper)
    request = PaperRequest(piece.area_code, period, job.today, job.actor(), piece.subject)
    made, code = coded(of, drawn)
    formats: list[Format] = [each for each in job.payload["formats"] if each in of.formats]
    parts = _part(folder_of(job.id), number)
    parts.mkdir(exist_ok=True)
    for format_ in formats:
        data = rendered(made, format_)
        if format_ == "pdf":
            data = protected(data, watermark=job.payload.get("watermark", ""))
        (parts / f"paper.{format_}").write_bytes(data)
    with job.chunk({"next": number + 1}, done=number + 1, total=total):
        record_print(of, request, made, formats=tuple(formats), short_code=code, job_id=job.id)


def _keep_plan(folder: Path, pieces: Sequence[Piece]) -> None:
    """Beside the parts, once: in every checkpoint a thousand ledgers would write their names a thousand times."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [[item.area_code, item.area, item.paper, item.subject, item.label] for item in pieces]
    begun = folder / "plan.new"
    begun.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    begun.replace(folder / PLAN)


def _kept_plan(folder: Path) -> list[Piece]:
    """What was to be printed when the job began; [] where it begins now, or its folder was lost."""
    path = folder / PLAN
    return [Piece(*row) for row in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []


def _part(folder: Path, number: int) -> Path:
    return folder / f"{number:05d}"


def _bundle(folder: Path, pieces: Sequence[Piece], payload: Mapping[str, Any], period: Period) -> tuple[str, int]:
    """The one file; its name and, of a PDF, how many pages it has."""
    name = f"{plain_name(name_of(payload['area']))}{period.title}报表.{payload['container']}"
    target, pages = folder / f"result.{payload['container']}", 0
    if payload["container"] == "pdf":
        pages = merge([(piece, _part(folder, n) / "paper.pdf") for n, piece in enumerate(pieces)], target)
    else:
        pack([(piece, _part(folder, n)) for n, piece in enumerate(pieces)], target, period)
    for number in range(len(pieces)):
        shutil.rmtree(_part(folder, number), ignore_errors=True)
    (folder / PLAN).unlink(missing_ok=True)
    return name, pages


def merge(parts: Sequence[tuple[Piece, Path]], target: Path) -> int:
    """All parts as one PDF, a bookmark for each community and below it one for each paper; how many pages."""
    with pikepdf.new() as whole:
        with whole.open_outline() as outline:
            chapter, area = None, None
            for piece, path in parts:
                if not path.exists():  # a paper that has no PDF
                    continue
                first = len(whole.pages)
                with pikepdf.open(path) as part:
                    whole.pages.extend(part.pages)
                if chapter is None or area != piece.area_code:
                    chapter, area = pikepdf.OutlineItem(piece.area, first), piece.area_code
                    outline.root.append(chapter)
                chapter.children.append(pikepdf.OutlineItem(piece.label, first))
        if not len(whole.pages):
            raise JobRefused("勾选的报表都没有 PDF 格式，请改选压缩包。")
        whole.Root.PageMode = pikepdf.Name.UseOutlines
        whole.save(target, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return len(whole.pages)


def pack(parts: Sequence[tuple[Piece, Path]], target: Path, period: Period) -> None:
    """All parts in one ZIP: a folder for each community, files named after paper and period."""
    taken: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for piece, folder in parts:
            for file in sorted(folder.glob("paper.*")):
                stem = f"{plain_name(piece.area)}/{plain_name(piece.label)}_{period.key}"
                name, number = f"{stem}{file.suffix}", 2
                while name in taken:
                    name, number = f"{stem}_{number}{file.suffix}", number + 1
                taken.add(name)
                archive.write(file, name)


def plain_name(text: str) -> str:
    """A name that every file system takes."""
    return (
        "".join("_" if char in '<>:"/\\|?*　' or ord(char) < 32 else char for char in text).strip(" .")[:80] or "报表"
    )


def folder_of(job_id: int) -> Path:
    """DATA_DIR/jobs/<id>: parts while it works, then the result."""
    return Path(current_app.config["DATA_DIR"]) / "jobs" / str(int(job_id))


def result_of(job: Job) -> Path | None:
    """The finished file; None before, and after it was swept."""
    name = str(job.result.get("file", "")) if is_bundle(job) else ""
    path = folder_of(job.id) / f"result.{name.rpartition('.')[2]}" if name else None
    return path if path is not None and path.is_file() else None


def sweep(*, seconds: float = KEEP_SECONDS) -> int:
    """Delete folders of jobs that lay untouched for so long; how many."""
    root, count, before = Path(current_app.config["DATA_DIR"]) / "jobs", 0, time.time() - seconds
    for folder in root.glob("[0-9]*") if root.is_dir() else ():
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
    return count

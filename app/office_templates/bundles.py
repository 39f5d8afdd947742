"""全部打印 from a template: every community below an area in one ZIP or one Word file, as a job that may be called off."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.areas.queries import name_of
from app.files import store
from app.jobs.handlers import JobRefused, handler
from app.jobs.models import Job
from app.jobs.running import JobContext
from app.jobs.service import enqueue
from app.lowcode.papers import PaperRequest
from app.office_templates import queries
from app.office_templates.docx_joining import joined
from app.office_templates.models import OfficeTemplate
from app.office_templates.rules import TemplateRefused
from app.office_templates.service import print_from
from app.periods.rules import Period, parse
from app.report_center.models import RESOURCE
from app.report_center.printing import communities, folder_of, plain_name, register_bundle, sweep
from app.security.actor import Actor, NotPermitted

KIND = register_bundle("office_templates.print_all")
ZIP, ONE_FILE = "zip", "one"


def order(row: OfficeTemplate, area_code: str, period: Period, *, by: Actor, container: str = ZIP) -> Job:
    """Ask for the bundle; `container` is ZIP or, for a Word template, ONE_FILE. Raises NotPermitted, UnknownJob."""
    if not by.covers(RESOURCE, "export", area_code):
        raise NotPermitted("您的岗位不能打印这个单位的报表。")
    payload = {"area": area_code, "period": period.key, "template": row.id, "container": container}
    title = f"打印{name_of(area_code)}各单位{period.title}{row.name}"
    return enqueue(KIND, payload, by=by, area_code=area_code, title=title)


@handler(KIND, title="全部打印自有模板")
def print_all(job: JobContext) -> dict[str, Any]:
    """One community a chunk: its print is kept and recorded with the checkpoint, so that a crash prints nothing twice."""
    sweep()
    row = queries.template(int(job.payload["template"]))
    if row is None or row.is_retired:
        raise JobRefused("这个模板已停用，请换一个。")
    period = parse(job.payload["period"])
    request = PaperRequest(job.payload["area"], period, job.today, job.actor())
    places = [
        (code, name)
        for code, name in communities(request)
        if code.startswith(row.area_code) and request.actor.covers(RESOURCE, "export", code)
    ]
    if not places:
        raise JobRefused("这个区域里没有能用这个模板的单位。请换一个区域。")
    made: list[list[str]] = list(job.checkpoint.get("made", ()))
    for number, (code, name) in enumerate(places[len(made) :], len(made) + 1):
        job.stop_here()
        job.progress(number - 1, len(places), f"正在打印{name}")
        checkpoint = {"made": made}
        with job.chunk(checkpoint, done=number, total=len(places)):
            try:
                printed = print_from(row, replace(request, area_code=code))
            except TemplateRefused as refusal:
                raise JobRefused(f"{name}：{refusal}") from None
            made = [*made, [name, printed.short_code, printed.file]]
            checkpoint["made"] = made
    title = plain_name(f"{name_of(request.area_code)}{period.title}{row.name}")
    folder = folder_of(job.id)
    folder.mkdir(parents=True, exist_ok=True)
    if row.kind == "docx" and job.payload.get("container") == ONE_FILE:
        return {"url": f"/reports/jobs/{job.id}", "file": f"{title}.docx", "count": _join(folder, made)}
    _pack(folder, [(f"{plain_name(name)}_{code}.{row.kind}", digest) for name, code, digest in made])
    return {"url": f"/reports/jobs/{job.id}", "file": f"{title}.zip", "count": len(made)}


def _join(folder: Path, made: list[list[str]]) -> int:
    """One file of all prints, each as it was kept; how many."""
    try:
        whole = joined([store.read(digest) for _name, _code, digest in made])
    except TemplateRefused as refusal:
        raise JobRefused(f"各单位的都已打印，可以在模板页的“印过的”里逐份下载。{refusal}") from None
    (folder / "result.docx").write_bytes(whole)
    return len(made)


def _pack(folder: Path, files: list[tuple[str, str]]) -> None:
    with zipfile.ZipFile(folder / "result.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, digest in files:
            archive.writestr(name, store.read(digest))

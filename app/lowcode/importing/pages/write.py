"""写入: how far the worker is, what was written, the files to take along, and taking the batch back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.clock import local, utc_now
from app.jobs.models import DONE, FAILED, Job
from app.jobs.queries import progress_of
from app.language import gettext as _
from app.lowcode.importing.models import PUBLISHED, UNDONE, ImportBatch
from app.lowcode.importing.pages.addresses import current_url, frame_of, step_url
from app.lowcode.importing.service import current_job
from app.lowcode.importing.undo_job import KIND as UNDO
from app.lowcode.page_models.importing import BucketView, ImportPage
from app.lowcode.page_models.lists import CellView
from app.lowcode.page_models.parts import Action, Note, PanelItem, Progress
from app.lowcode.page_models.records import FactView
from app.lowcode.queries import area_names
from app.lowcode.register import Register, register

MOST_NAMED = 50
_WAITING = {
    "import_check": "正在核对每一行", "import_publish": "正在写入名册，写完之前名册不变", UNDO: "正在撤销，做完之前名册不变",
}  # fmt: skip
_STOPPED = {UNDO: "停止后什么都不会撤销，之后可以重新来过。"}
_CANCELLED = {UNDO: "撤销已经取消，名册没有变。"}


def work_page(reg: Register, batch: ImportBatch, job: Job) -> ImportPage:
    """n of N while the worker checks, writes or takes back."""
    shown = progress_of(job, now=utc_now())
    cancel = Action(
        _("取消"), url_for("JobView.cancel", job_id=job.id), "plain", "post",
        confirm=_(_STOPPED.get(job.kind, "停止后什么都不会写入，之后可以重新来过。")), hidden=(("next", current_url(batch)),),
    )  # fmt: skip
    return ImportPage(
        **frame_of(reg),
        step="check" if job.kind == "import_check" else "write",
        file_name=batch.file_name,
        progress=Progress(
            shown.done, shown.total, shown.text or _(_WAITING[job.kind]), shown.left_text,
            url_for("JobView.progress", job_id=job.id), cancel,
        ),
    )  # fmt: skip


def failed_job_notes(batch: ImportBatch, kind: str) -> list[Note]:
    """Why the worker gave the batch back, as long as nothing else was done with it."""
    job = current_job(batch)
    if job is None or job.kind != kind or job.state == DONE:
        return []
    text = job.error if job.state == FAILED and job.error else _(_CANCELLED.get(kind, "已经取消，什么都没有写入。"))
    return [Note(text, "red" if job.state == FAILED else "grey")]


def result_page(
    reg: Register, batch: ImportBatch, *, may_undo: bool, is_own: bool, may_export: bool, notes: Sequence[Note] = ()
) -> ImportPage:
    """What was written, or what became of it when it was taken back."""
    return ImportPage(
        **frame_of(reg),
        step="write",
        file_name=batch.file_name,
        result=_undone_note(batch.undone or {}) if batch.state == UNDONE else _written_note(batch.written or {}),
        notes=(*notes, *_stayed_notes(batch.written or {})) if batch.state == PUBLISHED else (),
        result_facts=_facts(batch),
        result_actions=_actions(reg, batch, is_own=is_own, may_export=may_export and is_own),
        undo=undo_action(batch) if may_undo and is_undoable(batch) else None,
        buckets=_buckets(reg, batch.undone or {}) if batch.state == UNDONE else (),
    )


def is_undoable(batch: ImportBatch) -> bool:
    """Whether a batch wrote something that still stands."""
    written = batch.written or {}
    return batch.state == PUBLISHED and any(written.get(name) for name in ("new", "changed", "gone"))


def undo_action(batch: ImportBatch) -> Action:
    """撤销这一批, asking first."""
    written = batch.written or {}
    count = written.get("new", 0) + written.get("changed", 0) + written.get("gone", 0)
    return Action(
        _("撤销这一批"), step_url("undo", batch), "danger", "post",
        confirm=_("撤销这一批写入的 %(n)s 条：新增的移走，变更的改回原样。导入之后又改过的会保留，并逐条列出来。", n=f"{count:,}"),
    )  # fmt: skip


def short_digest(batch: ImportBatch) -> str:
    """The first digits of the original's SHA-256: enough to tell whether two files are the same."""
    return batch.digest[:8]


def _facts(batch: ImportBatch) -> tuple[FactView, ...]:
    facts = [
        (_("批次"), _("第 %(n)s 批", n=batch.id)),
        (_("文件"), batch.file_name),
        (_("导入人"), f"{batch.user_name} {local(batch.published_at or batch.created_at):%Y-%m-%d %H:%M}"),
        (_("这份表是"), _("全量名单") if batch.is_whole else _("只有新增和变动的")),
        (_("没写区域的行归到"), area_names({batch.area_code}).get(batch.area_code, batch.area_code)),
        (_("文件校验值"), short_digest(batch)),
    ]
    if batch.undone_at:
        facts.append((_("撤销时间"), f"{local(batch.undone_at):%Y-%m-%d %H:%M}"))
    return tuple(FactView(label, CellView(text)) for label, text in facts)


def _actions(reg: Register, batch: ImportBatch, *, is_own: bool, may_export: bool) -> tuple[Action, ...]:
    actions = [Action(_("看名册"), url_for("RegisterView.list", register_name=reg.name), "primary")]
    if is_own and batch.state == PUBLISHED and (batch.written or {}).get("left"):
        actions.append(Action(_("下载标好的原表"), step_url("marked", batch), icon="import"))
        actions.append(Action(_("只下载有问题的行"), step_url("marked", batch, rows="bad"), icon="import"))
    if may_export and batch.state == PUBLISHED:
        actions.append(Action(_("按原表导出"), step_url("refilled", batch), icon="export"))
        actions.append(Action(_("按原表导出，连同后来新增的"), step_url("refilled", batch, rows="all"), icon="export"))
    actions.append(Action(_("再导入一份"), url_for("ImportView.upload", register_name=reg.name)))
    return tuple(actions)


def _written_note(written: Mapping[str, Any]) -> Note:
    left = written.get("left", 0)
    if not any(written.get(name) for name in ("new", "changed", "gone")) and not left:
        return Note(_("没有要写入的：表里的内容名册里都已经有了。"), "green")
    text = _(
        "已写入：新增 %(new)s 条，变更 %(changed)s 条。",
        new=f"{written.get('new', 0):,}", changed=f"{written.get('changed', 0):,}",
    )  # fmt: skip
    if written.get("gone"):
        text += _("迁出 %(n)s 条。", n=f"{written['gone']:,}")
    for name, count in (written.get("made") or {}).items():
        text += _("新建%(noun)s %(n)s 条。", noun=_(register(name).noun_text), n=f"{count:,}")
    if left:
        text += _("有 %(n)s 行没有写入：下载标好的原表，改好后直接拖回来，会接着这一批做。", n=f"{left:,}")
    return Note(text, "amber" if left else "green")


def _stayed_notes(written: Mapping[str, Any]) -> tuple[Note, ...]:
    stayed = written.get("stayed", ())
    notes = [
        Note(_("%(title)s 没有迁出：%(why)s", title=title, why=why), "amber") for title, why in stayed[:MOST_NAMED]
    ]
    if len(stayed) > MOST_NAMED:
        notes.append(Note(_("另有 %(n)s 条也没有迁出。", n=len(stayed) - MOST_NAMED), "amber"))
    return tuple(notes)


def _undone_note(undone: Mapping[str, Any]) -> Note:
    text = _(
        "这一批已撤销：还原 %(n)s 条，保留 %(kept)s 条，未能还原 %(refused)s 条。",
        n=undone.get("reversed", 0), kept=len(undone.get("kept", ())), refused=len(undone.get("refused", ())),
    )  # fmt: skip
    return Note(text, "grey")


def _buckets(reg: Register, undone: Mapping[str, Any]) -> tuple[BucketView, ...]:
    """The three buckets: reversed (a number), kept and refused (by name, with the reason)."""
    kept, refused = undone.get("kept", ()), undone.get("refused", ())
    found = [
        BucketView(_("已还原 %(n)s 条", n=undone.get("reversed", 0)), "green", _others(undone.get("others") or {}))
    ]
    if kept:
        title = _("保留 %(n)s 条：导入之后又有人改过", n=len(kept))
        found.append(BucketView(title, "amber", _named(reg, kept)))
    if refused:
        found.append(BucketView(_("未能还原 %(n)s 条", n=len(refused)), "red", _named(reg, refused)))
    return tuple(found)


def _others(counts: Mapping[str, int]) -> tuple[PanelItem, ...]:
    """人口变动台账: what the batch had brought about there is gone too."""
    return tuple(
        PanelItem(
            _("连同%(title)s %(n)s 条", title=_(register(name).title), n=f"{count:,}"),
            url_for("RegisterView.list", register_name=name),
        )
        for name, count in counts.items()
    )


def _named(reg: Register, rows: Sequence[Mapping[str, Any]]) -> tuple[PanelItem, ...]:
    named = [
        PanelItem(
            item["title"],
            url_for("RegisterView.show", register_name=item.get("register", reg.name), row_id=item["row"]),
            item["why"],
        )
        for item in rows[:MOST_NAMED]
    ]
    if len(rows) > MOST_NAMED:
        named.append(PanelItem(_("另有 %(n)s 条", n=len(rows) - MOST_NAMED)))
    return tuple(named)

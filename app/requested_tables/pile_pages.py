"""The page of the pile: files that came by chat, whose they are, and how far the worker is with reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.areas.queries import names_of
from app.clock import local, utc_now
from app.jobs.models import FAILED, RUNNING, WAITING, Job
from app.jobs.queries import job_of, progress_of
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Note, Option, Progress
from app.requested_tables import piles, queries
from app.requested_tables.models import Collection, PileFile
from app.requested_tables.page_models import PileLine, PilePage


def pile_page(of: Collection, wish: queries.Asked, *, notes: tuple[Note, ...] = ()) -> PilePage:
    """What was dropped, sorted and named; while the worker reads, how far it is."""
    found = piles.sorted_pile(of, wish)
    names = names_of(each.area_code for each in queries.returns_of(of))
    lines, doubled = [], []
    for code in sorted(found.proposed):
        row = found.proposed[code]
        others = found.older.get(code, [])
        more = [Note(_("已经报过，收下就换成这一份。%(text)s", text="；".join(said)), "amber")
                for said in [piles.against_return(of, wish, row)] if said]  # fmt: skip
        if others:
            more.append(Note(_("这个社区有 %(n)s 份文件，建议收最新的这份。", n=len(others) + 1), "amber"))
        lines.append(_pile_line(of, row, names, more, is_ticked=True))
        doubled += [
            _pile_line(of, other, names, [Note("；".join(said), "amber")], is_ticked=False) for other, said in others
        ]
    unread = queries.unread_of(of)
    job = job_of(unread[0].job_id) if unread and unread[0].job_id else None
    missing = "、".join(names.get(code, code) for code in found.missing)
    return PilePage(
        title=_("收到的文件"),
        subtitle=of.title,
        submit_url=url_for("CollectionView.take_in", collection_id=of.id),
        lines=tuple(lines),
        doubled=tuple(doubled),
        strangers=tuple(_pile_line(of, row, names, [], is_ticked=False) for row in found.strangers),
        missing_text=_("还缺 %(n)s 家：%(names)s", n=len(found.missing), names=missing)
        if missing and not unread
        else "",
        back=Action(_("返回"), url_for("CollectionView.desk", collection_id=of.id)),
        more_url=url_for("CollectionView.pile", collection_id=of.id),
        notes=(*notes, *_stopped_notes(unread, job)),
        progress=_progress(of, job) if job is not None and is_at_work(job) else None,
        unread_actions=_unread_actions(of, job) if unread and not (job and is_at_work(job)) else (),
    )


def is_at_work(job: Job) -> bool:
    """Whether the worker has a job before it or in hand."""
    return job.state in (WAITING, RUNNING)


def _progress(of: Collection, job: Job) -> Progress:
    shown = progress_of(job, now=utc_now())
    cancel = Action(
        _("先停下"), url_for("JobView.cancel", job_id=job.id), "plain", "post",
        hidden=(("next", url_for("CollectionView.pile", collection_id=of.id)),),
    )  # fmt: skip
    return Progress(
        shown.done, shown.total, shown.text or _("正在认收到的文件"), shown.left_text,
        url_for("JobView.progress", job_id=job.id), cancel,
    )  # fmt: skip


def _stopped_notes(unread: Sequence[PileFile], job: Job | None) -> tuple[Note, ...]:
    if not unread or (job is not None and is_at_work(job)):
        return ()
    text = _("还有 %(n)s 个文件没有认。", n=len(unread))
    failed = job is not None and job.state == FAILED and job.error
    return (Note(f"{job.error}{text}" if job is not None and failed else text, "red" if failed else "amber"),)


def _unread_actions(of: Collection, job: Job | None) -> tuple[Action, ...]:
    here = url_for("CollectionView.pile", collection_id=of.id)
    drop = Action(_("没认的不要了"), url_for("CollectionView.drop_unread", collection_id=of.id), "plain", "post")
    if job is None:
        return (drop,)
    again = url_for("JobView.again", job_id=job.id)
    return (Action(_("接着认"), again, "primary", "post", hidden=(("next", here),)), drop)


def _pile_line(
    of: Collection, row: PileFile, names: Mapping[str, str], more: Sequence[Note], *, is_ticked: bool
) -> PileLine:
    found = [Note(_place(each) + str(each[0]), "red" if each[1] == "red" else "amber") for each in row.findings]
    facts = [_("%(n)s 行", n=row.row_count)] if row.content_box is not None else []
    if row.sheet:
        facts.append(_("工作表“%(name)s”", name=row.sheet))
    if row.by:
        facts.append(_("按%(by)s认出", by=_(row.by)))
    if row.saved_at:
        facts.append(_("%(when)s 保存", when=f"{local(row.saved_at):%m-%d %H:%M}"))
    options = (Option("", _("认不出是哪家"), not row.owner_code),
               *(Option(code, name, code == row.owner_code) for code, name in sorted(names.items())))  # fmt: skip
    owner = FieldView(name=f"owner-{row.id}", label=_("是哪家的"), widget="choice", options=options)
    drop = Action(_("不要这份"), url_for("CollectionView.drop", collection_id=of.id), "plain", "post",
                  hidden=(("file", str(row.id)),))  # fmt: skip
    return PileLine(
        str(row.id), row.file_name, "　".join(facts), owner, (*found, *more), is_ticked,
        row.content_box is not None, drop,
    )  # fmt: skip


def _place(finding: Sequence[Any]) -> str:
    return _("第 %(row)s 行：", row=finding[2]) if len(finding) > 2 and finding[2] else ""

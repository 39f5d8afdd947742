"""One meeting and the year of the branches as plain values for their templates."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from flask import url_for

from app.language import gettext as _
from app.lowcode import show_page
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.lists import CellView
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, Tone
from app.lowcode.page_models.records import FactGroup, FactView, Panel
from app.lowcode.register import register
from app.lowcode.viewing import viewer_of
from app.meetings import rules
from app.meetings.attendance import difference
from app.meetings.issuing import issuer_of
from app.meetings.kinds import OwnCode
from app.meetings.models import Attendee, Meeting, Resolution
from app.meetings.page_models import (
    MatrixCell,
    MatrixLine,
    MatrixPage,
    MeetingPage,
    NamesView,
    PaperView,
    QuorumView,
    ResolutionPage,
    ResolutionView,
    TopicView,
    VoteView,
)  # fmt: skip
from app.meetings.queries import Cell, Matrix, MeetingRecord, TopicRecord, responsible_names
from app.meetings.service import obstacles
from app.security.actor import Actor

ActionKind = Literal["primary", "plain"]
STEPS = ("应到名单", "点名", "议题和表决", "定稿", "编发纪要")
FORMATS = (("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel"), ("html", "网页"))
FILE_KINDS = ("签到表", "现场照片", "会议材料")
FILES_WAITING = "签字的签到表拍照上传，作为到会的依据。"
BRANCHES_A_PAGE = 40


def quorum_view(kind: rules.MeetingKind, count: rules.Tally) -> QuorumView:
    """The quorum of a kind as it stands."""
    found = rules.quorum_finding(kind, count)
    if kind.quorum is None:
        return QuorumView(_(found.rule), found.sentence, "grey")
    share = kind.quorum.share
    tone: Tone = "green" if found.is_met else "amber" if count.pending else "red"
    return QuorumView(
        found.rule, found.sentence, tone, rules.majority_rule(kind), kind.quorum.of, share.numerator, share.denominator,
        share.is_strict, kind.people,
    )  # fmt: skip


def meeting_page(record: MeetingRecord, actor: Actor, *, today: date) -> MeetingPage:
    """The page of one meeting: where it stands, what to do next, and everything recorded so far."""
    meeting = record.meeting
    may_write = actor.covers("meetings", "write", meeting.area_code)
    is_open = may_write and not meeting.is_final
    issuer = issuer_of(meeting)
    steps = STEPS if issuer is not None else STEPS[:-1]
    step = _step(record, has_issue=issuer is not None)
    found = obstacles(meeting, today) if is_open else []
    return MeetingPage(
        title=meeting.name or record.kind.name,
        subtitle=f"{record.body_name} · {meeting.held_on.isoformat()}",
        chips=_chips(meeting, today),
        main_action=_main_action(record, step, is_open=is_open, may_issue=may_write and issuer is not None),
        actions=_actions(meeting, may_write=may_write),
        steps=tuple(_(step) for step in steps),
        step=step,
        advice=_advice(record, step, today) if is_open else "",
        facts=_facts(record),
        quorum=quorum_view(record.kind, record.tally),
        turnout=_turnout(record),
        names=_names(record),
        attendance_action=_attendance_action(meeting, step) if is_open else None,
        difference=_difference(record) if is_open else None,
        refresh_url=url_for("MeetingView.refresh", meeting_id=meeting.id) if is_open else "",
        topics=tuple(_topic(n, topic, record, today, is_open=is_open) for n, topic in enumerate(record.topics, 1)),
        loose=tuple(resolution_view(row, record.duties[row.id], today) for row in record.loose),
        add_topic=_add_topic(meeting, step) if is_open else None,
        obstacles=tuple(found) if step >= 2 else (),
        papers=_papers(record, actor, has_note=issuer is not None),
        upload_url=url_for("MeetingView.upload", meeting_id=meeting.id) if may_write else "",
        upload_kinds=tuple(Option(kind, _(kind), number == 0) for number, kind in enumerate(FILE_KINDS)),
        file_note=_(FILES_WAITING),
        reopen_url=url_for("MeetingView.reopen", meeting_id=meeting.id) if may_write and meeting.is_final else "",
        panels=_panels(meeting, actor, today),
    )


def _step(record: MeetingRecord, *, has_issue: bool) -> int:
    meeting, count = record.meeting, record.tally
    if meeting.is_final:
        return 4 if has_issue and not meeting.issue else 5
    if not count.due and not count.excluded:
        return 0
    if count.pending:
        return 1
    return 2 if not record.topics else 3


def _chips(meeting: Meeting, today: date) -> tuple[Chip, ...]:
    found = [Chip(_("已定稿"), "green") if meeting.is_final else Chip(_("草稿"), "amber")]
    if not meeting.is_final and meeting.held_on > today:
        found = [Chip(_("还没有开"), "blue")]
    if meeting.issue:
        found.append(Chip(_("纪要 %(issue)s", issue=meeting.issue), "blue"))
    return tuple(found)


def _main_action(record: MeetingRecord, step: int, *, is_open: bool, may_issue: bool) -> Action | None:
    meeting = record.meeting
    if is_open and step == 3:
        confirm = _("定稿后会议记录不能再改，打印时不再有“草稿”字样。")
        return Action(
            _("定稿"), url_for("MeetingView.lock", meeting_id=meeting.id), "primary", "post", confirm, "check"
        )
    if may_issue and step == 4:
        confirm = _("给会议纪要编上期号，编过的号不能重复使用。")
        return Action(_("编发纪要"), url_for("MeetingView.issue", meeting_id=meeting.id), "primary", "post", confirm)
    return None


def _actions(meeting: Meeting, *, may_write: bool) -> tuple[Action, ...]:
    if not may_write or meeting.is_final:
        return ()
    here: dict[str, Any] = {"register_name": "meetings", "row_id": meeting.id}
    confirm = _("删除“%(title)s”和它的点名、议题，可在回收站恢复。", title=meeting.name)
    return (
        Action(_("修改时间地点"), url_for("RegisterView.edit", **here), icon="edit"),
        Action(_("删除"), url_for("RegisterView.delete", **here), "danger", "post", confirm, "trash"),
    )


def _advice(record: MeetingRecord, step: int, today: date) -> str:
    meeting, count = record.meeting, record.tally
    if step == 0:
        return _("名册里没有找到应到的人。请先在名册登记，再点“按名册更新”。")
    if step == 1 and meeting.held_on > today:
        return _("应到名单已按名册列好。请打印签到表，开会时让大家签名；会后回到这里点名。")
    if step == 1:
        return _("请对照签字的签到表点名：还有 %(n)s 人没有点。", n=count.pending)
    if step == 2:
        return _("点名完成。接着记议题：谁提的、谁说了什么、怎么表决、议定了什么。")
    return _("记录齐全后点“定稿”。定稿后不能再改，议定事项会列入待办。")


def _facts(record: MeetingRecord) -> FactGroup:
    meeting = record.meeting
    span = " — ".join(part for part in (meeting.begins_at, meeting.ends_at) if part)
    pairs = [
        ("会议类别", record.kind.name),
        ("召开单位", record.body_name),
        ("时间", f"{meeting.held_on.isoformat()} {span}".strip()),
        ("地点", meeting.venue or ""),
        ("主持人", meeting.host or ""),
        ("记录人", meeting.recorder or ""),
    ]
    if meeting.number:
        pairs.append(("届次", meeting.number))
    if meeting.published_from:
        until = meeting.published_until.isoformat() if meeting.published_until else ""
        pairs.append(("公示", f"{meeting.published_from.isoformat()} — {until}"))
    wide = [("会议认为", meeting.considered or ""), ("备注", meeting.note or "")]
    facts = [FactView(_(label), CellView(text)) for label, text in pairs]
    facts += [FactView(_(label), CellView(text), is_wide=True) for label, text in wide if text]
    return FactGroup(_("会议情况"), tuple(facts))


def _turnout(record: MeetingRecord) -> str:
    count = record.tally
    text = _("应到 %(due)s，实到 %(present)s", due=count.due, present=count.present)
    others = ((count.leave, "请假"), (count.absent, "缺席"), (count.pending, "未点名"), (count.observers, "列席"))
    for number, label in others:
        if number:
            text += f"，{_(label)} {number}"
    return text


def _names(record: MeetingRecord) -> tuple[NamesView, ...]:
    tones = {"present": "green", "leave": "amber", "absent": "red"}
    found = []
    for status in ("present", "leave", "absent", "excluded", "observer", "pending"):
        rows = record.with_status(status)
        if rows:
            label = _(dict(rules.STATUSES)[status])  # type: ignore[index]
            names = tuple(_name(row) for row in rows)
            found.append(NamesView(f"{label}（{len(rows)}）", names, tones.get(status, "grey")))  # type: ignore[arg-type]
    return tuple(found)


def _name(row: Attendee) -> str:
    extra = row.reason or (row.office if row.office not in ("", "党员") else "")
    return f"{row.name}（{extra}）" if extra else row.name


def _attendance_action(meeting: Meeting, step: int) -> Action:
    kind: ActionKind = "primary" if step == 1 else "plain"
    return Action(_("点名"), url_for("MeetingView.attendance", meeting_id=meeting.id), kind, icon="check")


def _add_topic(meeting: Meeting, step: int) -> Action:
    kind: ActionKind = "primary" if step == 2 else "plain"
    return Action(_("记一个议题"), url_for("MeetingView.add_topic", meeting_id=meeting.id), kind, icon="plus")


def _difference(record: MeetingRecord) -> Note | None:
    found = difference(record.meeting, list(record.attendees))
    parts = []
    if found.missing:
        parts.append(_("名册上有、名单里没有：%(names)s。", names="、".join(found.missing[:10])))
    if found.left_over:
        parts.append(_("名单里有、名册上已没有：%(names)s。", names="、".join(found.left_over[:10])))
    return Note("".join(parts), "amber") if parts else None


def _topic(number: int, found: TopicRecord, record: MeetingRecord, today: date, *, is_open: bool) -> TopicView:
    meeting, topic = record.meeting, found.topic
    actions: tuple[Action, ...] = ()
    if is_open:
        here: dict[str, Any] = {"meeting_id": meeting.id, "topic_id": topic.id}
        confirm = _("删除议题“%(title)s”和它的发言、表决、议定事项。", title=topic.title)
        actions = (
            Action(_("修改"), url_for("MeetingView.topic", **here), icon="edit"),
            Action(_("删除"), url_for("MeetingView.delete_topic", **here), "danger", "post", confirm),
        )
    method = OwnCode("vote_method").show
    votes = []
    for vote in found.votes:
        count = rules.Tally(voters_due=vote.voters_due, voters_present=vote.voters_present)
        result = rules.outcome(record.kind, count, rules.Ballot(vote.in_favour, vote.against, vote.abstained))
        chip = Chip(_("通过"), "green") if vote.is_passed else Chip(_("未通过"), "red")
        cast = (vote.in_favour, vote.against, vote.abstained)
        votes.append(VoteView(vote.matter, method(vote.method), *cast, chip, result.sentence))
    return TopicView(
        number, topic.title, topic.proposer, topic.points,
        tuple((speech.speaker, speech.text) for speech in found.speeches), tuple(votes),
        tuple(resolution_view(row, record.duties[row.id], today) for row in found.resolutions), actions,
    )  # fmt: skip


def resolution_chip(row: Resolution, today: date) -> Chip:
    """Done, late, near or open; the words say it too."""
    text = rules.standing_of(row.due_on, row.done_on, today)
    if row.done_on is not None:
        return Chip(_(text), "green")
    if row.due_on is None:
        return Chip(_(text), "grey")
    days = (row.due_on - today).days
    return Chip(_(text), "red" if days < 0 else "amber" if days <= 3 else "blue")


def resolution_view(row: Resolution, duty: str, today: date) -> ResolutionView:
    """One 议定事项 in a meeting."""
    who = f"{duty} {row.person}" if row.person else duty
    due = row.due_on.isoformat() if row.due_on else _("未定")
    url = url_for("ResolutionView.show", resolution_id=row.id)
    return ResolutionView(row.text, url, who, due, resolution_chip(row, today))


def _papers(record: MeetingRecord, actor: Actor, *, has_note: bool) -> tuple[PaperView, ...]:
    if not actor.covers("meetings", "export", record.meeting.area_code):
        return ()
    is_ticked = record.tally.due and not record.tally.pending
    wanted = [("sign_in", "签到表", _("已点名，打印出来带到会情况") if is_ticked else _("空白签名栏，开会时用"))]
    if record.topics or is_ticked:
        wanted.append(("minutes", "会议记录", "" if record.meeting.is_final else _("定稿前打印带“草稿”字样")))
    if has_note and record.topics:
        wanted.append(("resolutions_note", "会议纪要", record.meeting.issue or _("编发前打印带“草稿”字样")))
    return tuple(
        PaperView(
            _(title), note,
            tuple(
                Link(_(label), url_for("MeetingView.paper", meeting_id=record.meeting.id, name=name, format_=format_))
                for format_, label in FORMATS
            ),
        )
        for name, title, note in wanted
    )  # fmt: skip


def _panels(record: Meeting | Resolution, actor: Actor, today: date) -> tuple[Panel, ...]:
    """Files, history and whatever other rooms put beside the record."""
    reg = register(record.__tablename__)
    return show_page.build(reg, record, viewer_of(reg, actor, today=today)).panels


def resolution_page(
    row: Resolution, meeting: Meeting | None, actor: Actor, *, today: date, fields: tuple[FieldView, ...]
) -> ResolutionPage:
    """One 议定事项; `fields` are those to tick it off with."""
    may_write = actor.covers("resolutions", "write", row.area_code)
    here: dict[str, Any] = {"register_name": "resolutions", "row_id": row.id}
    url = url_for("MeetingView.show", meeting_id=meeting.id) if meeting is not None else ""
    facts = [
        FactView(_("会议"), CellView(meeting.name or "" if meeting else "", url=url)),
        FactView(_("开会日期"), CellView(row.held_on.isoformat() if row.held_on else "", "date")),
        FactView(_("责任单位"), CellView(responsible_names([row])[row.id])),
        FactView(_("责任人"), CellView(row.person or "")),
        FactView(_("完成时限"), CellView(row.due_on.isoformat() if row.due_on else _("未定"), "date")),
    ]
    if row.done_on is not None:
        facts.append(FactView(_("办结日期"), CellView(row.done_on.isoformat(), "date")))
    if row.receipt:
        facts.append(FactView(_("办理结果"), CellView(row.receipt), is_wide=True))
    actions = []
    if may_write:
        actions.append(Action(_("调整责任人和时限"), url_for("RegisterView.edit", **here), icon="edit"))
    if may_write and row.state_code == "done":
        confirm = _("撤销办结后，这件事重新列入待办。原来写的办理结果保留。")
        undo = url_for("ResolutionView.reopen", resolution_id=row.id)
        actions.append(Action(_("撤销办结"), undo, "plain", "post", confirm, "undo"))
    return ResolutionPage(
        title=row.text,
        subtitle=_("议定事项"),
        chips=(resolution_chip(row, today),),
        actions=tuple(actions),
        facts=FactGroup(_("事项"), tuple(facts)),
        finish_url=url_for("ResolutionView.finish", resolution_id=row.id)
        if may_write and row.state_code == "open"
        else "",
        fields=fields,
        hidden=(("version", str(row.version)),),
        upload_url=url_for("ResolutionView.upload", resolution_id=row.id) if may_write else "",
        panels=_panels(row, actor, today),
    )


def matrix_page(found: Matrix, *, area_label: str, year: int, today: date, page: int, may_print: bool) -> MatrixPage:
    """组织生活开展情况 of a year."""
    as_of = min(today, date(year, 12, 31))
    first = (page - 1) * BRANCHES_A_PAGE
    shown = found.lines[first : first + BRANCHES_A_PAGE]
    heads = []
    for kind in found.kinds:
        due, in_year = rules.due_times(kind.frequency, year=year, as_of=as_of)
        heads.append((kind.name, _("应开 %(due)s，全年 %(all)s", due=due, all=in_year)))
    here: dict[str, Any] = {"year": year}
    lines = tuple(
        MatrixLine(
            line.name,
            url_for("RegisterView.list", register_name="meetings", organization=line.organization_id),
            tuple(
                _matrix_cell(cell, kind.key, line.organization_id)
                for cell, kind in zip(line.cells, found.kinds, strict=True)
            ),
            line.missing,
        )
        for line in shown
    )  # fmt: skip
    print_ = tuple(
        Action(label, url_for("MeetingYearView.paper", year=year, format_=format_), icon=icon)
        for format_, label, icon in (("pdf", _("打印"), "print"), ("xlsx", "Excel", "export"))
    )
    more = first + BRANCHES_A_PAGE < len(found.lines)
    return MatrixPage(
        title=_("组织生活开展情况"),
        aside=f"{area_label} {year}年",
        lead=_(
            "截至 %(day)s。会议记录定稿后才算已开；党小组会按开得最少的小组算；不满 7 名正式党员的支部不要求开支委会。",
            day=as_of.isoformat(),
        ),
        heads=tuple(heads),
        lines=lines,
        years=tuple(
            Link(_("%(year)s年", year=y), url_for("MeetingYearView.matrix", year=y), is_current=y == year)
            for y in range(today.year - 2, today.year + 1)
        ),
        actions=print_ if may_print and lines else (),
        prev_url=url_for("MeetingYearView.matrix", page=page - 1, **here) if page > 1 else "",
        next_url=url_for("MeetingYearView.matrix", page=page + 1, **here) if more else "",
        pager_text=_("第 %(a)s–%(b)s 个，共 %(n)s 个", a=first + 1, b=first + len(shown), n=len(found.lines))
        if shown
        else "",
        empty_text=_("这个范围里还没有登记党支部。请先在党组织名册里登记。"),
    )


def _matrix_cell(cell: Cell, kind: str, organization_id: int) -> MatrixCell:
    if cell.held is None:
        return MatrixCell(_("不适用"), None)
    url = url_for("RegisterView.list", register_name="meetings", organization=organization_id, kind=kind)
    hint = _("草稿 %(n)s", n=cell.drafts) if cell.drafts else ""
    if cell.held >= cell.due:
        return MatrixCell(str(cell.held) if cell.held or cell.due else "—", "green" if cell.held else None, url, hint)
    if cell.held:
        return MatrixCell(_("%(held)s，差 %(n)s", held=cell.held, n=cell.due - cell.held), "amber", url, hint)
    return MatrixCell(_("未开"), "red", url, hint)

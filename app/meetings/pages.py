"""One meeting and the year of the branches as plain values for their templates."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.lists import CellView
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, Tone
from app.lowcode.page_models.records import FactGroup, FactView
from app.lowcode.remarks import notes_of
from app.meetings import agenda, owners_rules, queries, rules
from app.meetings.attendance import difference
from app.meetings.issuing import issuer_of
from app.meetings.kinds import OwnCode
from app.meetings.models import Attendee, Meeting, OwnersVote
from app.meetings.page_models import MeetingPage, NamesView, OwnersVoteView, PaperView, QuorumView, TopicView, VoteView
from app.meetings.papers import minutes_of, note_of
from app.meetings.queries import MeetingRecord, TopicRecord
from app.meetings.resolution_pages import panels_of, resolution_view
from app.meetings.service import obstacles
from app.security.actor import Actor
from app.three_lists.names import list_name
from reports.proofreading import proofread

ActionKind = Literal["primary", "plain"]
STEPS = ("应到名单", "点名", "议题和表决", "定稿", "编发纪要")
FORMATS = (("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel"), ("html", "网页"))
FILE_KINDS = ("签到表", "现场照片", "会议材料")
FILES_WAITING = "签字的签到表拍照上传，作为到会的依据。"


def quorum_view(meeting: Meeting, kind: rules.MeetingKind, count: rules.Tally) -> QuorumView:
    """The quorum of a kind as it stands; of 业主大会, whose votes are counted, and what they need."""
    if kind.counted_by == "owners":
        return _owners_view(meeting)
    found = rules.quorum_finding(kind, count)
    if kind.quorum is None:
        return QuorumView(_(found.rule), _(found.sentence), "grey")
    share = kind.quorum.share
    tone: Tone = "green" if found.is_met else "amber" if count.pending else "red"
    return QuorumView(
        _(found.rule), _(found.sentence), tone, _(rules.majority_rule(kind)), kind.quorum.of, share.numerator,
        share.denominator, share.is_strict, _(kind.people),
    )  # fmt: skip


def _owners_view(meeting: Meeting) -> QuorumView:
    whole = meeting.owners
    rule = _(
        "参与表决的业主，人数和面积都要占三分之二以上；一般事项双过半同意，筹集维修资金、改建重建、改变共有部分用途的双四分之三以上同意。"
    )
    if not whole.count or not whole.area:
        missing = _("还没有填写业主总人数和专有部分总面积，不能算表决结果。请点“修改时间地点”补上。")
        return QuorumView(rule, missing, "amber")
    told = _("业主共 %(n)s 人，专有部分面积 %(m)s 平方米。", n=whole.count, m=f"{whole.area:,.2f}")
    return QuorumView(rule, told, "blue")


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
        quorum=quorum_view(meeting, record.kind, record.tally),
        turnout=_turnout(record),
        names=_names(record),
        attendance_action=_attendance_action(meeting, step) if is_open else None,
        difference=_difference(record) if is_open else None,
        notes=tuple(_remarks(record, has_note=issuer is not None)) if may_write and not meeting.issue else (),
        refresh_url=url_for("MeetingView.refresh", meeting_id=meeting.id) if is_open else "",
        topics=tuple(_topic(n, topic, record, today, is_open=is_open) for n, topic in enumerate(record.topics, 1)),
        loose=tuple(resolution_view(row, record.duties[row.id], today) for row in record.loose),
        add_topic=_add_topic(meeting, step) if is_open else None,
        from_lists=_from_lists(meeting, actor) if is_open else None,
        obstacles=tuple(_(reason) for reason in found) if step >= 2 else (),
        papers=_papers(record, actor, has_note=issuer is not None),
        upload_url=url_for("MeetingView.upload", meeting_id=meeting.id) if may_write else "",
        upload_kinds=tuple(Option(kind, _(kind), number == 0) for number, kind in enumerate(FILE_KINDS)),
        file_note=_(FILES_WAITING),
        reopen_url=url_for("MeetingView.reopen", meeting_id=meeting.id) if may_write and meeting.is_final else "",
        panels=panels_of(meeting, actor, today),
    )


def _step(record: MeetingRecord, *, has_issue: bool) -> int:
    meeting, count = record.meeting, record.tally
    if meeting.is_final:
        return 4 if has_issue and not meeting.issue else 5
    if not count.due and not count.excluded and record.kind.counted_by == "heads":
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
        ("会议类别", _(record.kind.name)),
        ("召开单位", record.body_name),
        ("时间", f"{meeting.held_on.isoformat()} {span}".strip()),
        ("地点", meeting.venue or ""),
        ("主持人", meeting.host or ""),
        ("记录人", meeting.recorder or ""),
    ]
    committee = queries.convening_committee(meeting) if record.kind.body == "compound" else None
    if meeting.number:
        pairs.append(("届次", meeting.number))
    if meeting.published_from:
        until = meeting.published_until.isoformat() if meeting.published_until else ""
        pairs.append(("公示", f"{meeting.published_from.isoformat()} — {until}"))
    wide = [("会议认为", meeting.considered or ""), ("备注", meeting.note or "")]
    facts = [FactView(_(label), CellView(text)) for label, text in pairs]
    if committee is not None:
        url = url_for("RegisterView.show", register_name="owners_committees", row_id=committee[0])
        facts.insert(2, FactView(_("业委会"), CellView(committee[1], url=url)))
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


def _from_lists(meeting: Meeting, actor: Actor) -> Action | None:
    if meeting.kind not in agenda.KINDS or not actor.allows("needs", "read"):
        return None
    label = _("从清单取议题（%(needs)s、%(projects)s）", needs=list_name("needs"), projects=list_name("projects"))
    return Action(label, url_for("MeetingView.agenda", meeting_id=meeting.id), icon="list")


def _difference(record: MeetingRecord) -> Note | None:
    found = difference(record.meeting, list(record.attendees))
    parts = []
    if found.missing:
        parts.append(_("名册上有、名单里没有：%(names)s。", names="、".join(found.missing[:10])))
    if found.left_over:
        parts.append(_("名单里有、名册上已没有：%(names)s。", names="、".join(found.left_over[:10])))
    return Note("".join(parts), "amber") if parts else None


def _remarks(record: MeetingRecord, *, has_note: bool) -> list[Note]:
    """What proofreading finds in the texts that go into the record and the note, each place once."""
    made = proofread(minutes_of(record)) if not record.meeting.is_final else ()
    both = (*made, *(proofread(note_of(record)) if has_note else ()))
    return notes_of({(each.found, each.advice): each for each in both}.values())


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
        cast = (vote.in_favour, vote.against, vote.abstained)
        votes.append(VoteView(vote.matter, _(method(vote.method)), *cast, _carried(vote.is_passed), _(result.sentence)))
    return TopicView(
        number, topic.title, topic.proposer, topic.points,
        tuple((speech.speaker, speech.text) for speech in found.speeches), tuple(votes),
        tuple(resolution_view(row, record.duties[row.id], today) for row in found.resolutions), actions,
        tuple(_owners_vote(vote) for vote in found.owners_votes),
    )  # fmt: skip


def _carried(is_passed: bool) -> Chip:
    return Chip(_("通过"), "green") if is_passed else Chip(_("未通过"), "red")


def _owners_vote(vote: OwnersVote) -> OwnersVoteView:
    matter, ballot = owners_rules.matter_of(vote.matter_kind), vote.ballot
    found = owners_rules.outcome(matter, vote.owners, ballot)
    return OwnersVoteView(
        vote.matter, _(OwnCode("owners_vote_method").show(vote.method)), _(matter.label),
        (f"{ballot.took_part.count:,}", f"{ballot.in_favour.count:,}", f"{ballot.against.count:,}",
         f"{ballot.abstained.count:,}"),
        (f"{ballot.took_part.area:,.2f}", f"{ballot.in_favour.area:,.2f}", f"{ballot.against.area:,.2f}",
         f"{ballot.abstained.area:,.2f}"),
        _carried(vote.is_passed), _(found.sentence), _(found.rule),
    )  # fmt: skip


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

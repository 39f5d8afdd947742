"""The report centre's first page as plain values: papers, choice, preview, the grid of who has handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from app.areas.queries import name_of
from app.clock import local
from app.jobs.queries import my_jobs
from app.language import gettext as _
from app.lowcode.frame import GROUPS
from app.lowcode.page_models.parts import Chip, Link, Note, Option, Tone
from app.lowcode.papers import Paper
from app.lowcode.remarks import remarks_on
from app.periods.rules import KIND_NAMES, Period
from app.report_center import queries
from app.report_center.choosing import Choice, area_choices, period_choices, visible_papers
from app.report_center.documents import may_print, printable, shortened, title_of, unprintable_characters
from app.report_center.doors import opener
from app.report_center.models import PrintRecord
from app.report_center.page_models import (
    GridRow,
    GridView,
    OptionGroup,
    PaperGroup,
    PreviewPage,
    PrintAll,
    PrintLine,
    ReportPage,
    StateCell,
)
from app.report_center.printing import KIND as BUNDLE_KIND
from app.report_center.rules import (
    MISSING,
    PASSED,
    RETURNED,
    SHORT_NAMES,
    STATE_NAMES,
    SUBMITTED,
    Unfinished,
    reminder,
)
from app.report_center.short_codes import in_fours
from app.report_center.todos import address
from app.security.actor import Actor
from app.settings.queries import profile
from reports.fonts import code_point
from reports.renderers.html import render_fragment, stylesheet

TONES: dict[str, Tone] = {MISSING: "amber", SUBMITTED: "blue", RETURNED: "red", PASSED: "green"}
FORMAT_NAMES = {"pdf": "PDF", "xlsx": "Excel", "docx": "Word", "html": "网页"}
MONTHS_BACK = 5


def report_page(choice: Choice, actor: Actor, *, today: date) -> ReportPage:
    """The whole page for one choice."""
    paper, request = choice.paper, choice.request
    pairs = _pairs(choice)
    may_take = may_print(actor, paper, request.area_code, permission="export")
    return ReportPage(
        title=_("报表中心"),
        groups=_groups(choice, actor),
        paper_title=_(title_of(paper)),
        choose_url=url_for("ReportView.index"),
        choose_hidden=(("paper", paper.name),),
        areas=tuple(
            Option(code, "　" * depth + name, code == request.area_code)
            for code, name, depth in area_choices(actor, paper, today=today)
        ),
        periods=tuple(
            OptionGroup(
                _(KIND_NAMES[kind]), tuple(Option(each.key, _(each.title), each == request.period) for each in rows)
            )
            for kind, rows in period_choices(paper, today=today)
        ),
        subjects=tuple(Option(each.id, each.title, each.id == request.subject) for each in choice.subjects),
        subject_label=_(paper.subject) if paper.subject else "",
        subject_empty=_("这个统计期里没有可以打印的内容，请换一个统计期或区域。") if not choice.is_complete else "",
        preview_url=url_for("ReportView.preview", **dict[str, Any](pairs)) if choice.is_complete else "",
        preview_title=f"{name_of(request.area_code)}　{_(request.period.title)}　{_(title_of(paper))}",
        **_standing(choice),
        file_url=url_for("ReportView.file") if may_take and choice.is_complete else "",
        file_hidden=pairs,
        formats=tuple(Option(key, _(FORMAT_NAMES[key]), key == "pdf") for key in paper.formats),
        print_all=_print_all(choice, actor),
        grid=_grid(choice, actor, today=today),
        prints=tuple(_print_line(row) for row in queries.recent_prints(request.area_code)),
        jobs=_bundles(actor),
    )


def _pairs(choice: Choice) -> tuple[tuple[str, str], ...]:
    request = choice.request
    found = [("paper", choice.paper.name), ("area", request.area_code), ("period", request.period.key)]
    if request.subject:
        found.append(("subject", request.subject))
    return tuple(found)


def _groups(choice: Choice, actor: Actor) -> tuple[PaperGroup, ...]:
    """Papers that go up first, then by the groups of the menu."""
    visible = visible_papers(actor)
    first = [each for each in visible if each.is_submitted]
    found = [PaperGroup(_("报送的报表"), _links(first, choice))] if first else []
    for key, label, _icon in GROUPS:
        rest = [each for each in visible if each.group == key and not each.is_submitted]
        if rest:
            found.append(PaperGroup(_(label), _links(rest, choice)))
    return tuple(found)


def _links(of: Sequence[Paper], choice: Choice) -> tuple[Link, ...]:
    kept = {"area": choice.request.area_code, "period": choice.request.period.key}
    return tuple(
        Link(
            _(title_of(each)),
            url_for("ReportView.index") + "?" + urlencode({"paper": each.name, **_fitting(each, kept, choice)}),
            each == choice.paper,
        )
        for each in of
    )


def _fitting(paper: Paper, kept: dict[str, str], choice: Choice) -> dict[str, str]:
    """Area and period of now, as far as the other paper may be printed for them."""
    fits = may_print(choice.request.actor, paper, kept["area"], permission="read")
    return kept if fits else {"period": kept["period"]}


def _standing(choice: Choice) -> dict[str, Any]:
    request, paper = choice.request, choice.paper
    asked = paper in queries.submitted_papers(request.period) and queries.is_asked_of(request.area_code)
    if not asked:
        return {}
    row = queries.submission(request.area_code, paper.name, request.period)
    state = row.state if row else MISSING
    url = address(request.area_code, paper.name, request.period.key)
    return {
        "state": Chip(_(STATE_NAMES[state]), TONES[state]),
        "state_link": Link(_("填写和报送") if state in (MISSING, RETURNED) else _("查看报送情况"), url),
    }


def _print_all(choice: Choice, actor: Actor) -> PrintAll | None:
    request = choice.request
    if queries.is_asked_of(request.area_code) and not actor.is_system:
        areas = 1
    else:
        areas = len(queries.submission_grid(request.area_code, request.period).areas)
    can = [
        each
        for each in visible_papers(actor)
        if request.period.kind in each.periods and may_print(actor, each, request.area_code, permission="export")
    ]
    if not can or not areas:
        return None
    return PrintAll(
        submit_url=url_for("ReportView.everything"),
        area_label=name_of(request.area_code),
        hidden=(("area", request.area_code), ("period", request.period.key)),
        papers=tuple(Option(each.name, _(title_of(each)), each.is_submitted) for each in can),
        containers=(
            Option("pdf", _("合成一个 PDF（带书签）"), is_selected=True),
            Option("zip", _("压缩包，一份一个文件")),
        ),
        formats=tuple(Option(key, _(label), key == "pdf") for key, label in FORMAT_NAMES.items()),
        count_text=_("%(area)s　%(period)s　%(n)s 个%(level)s", area=name_of(request.area_code),
                     period=request.period.title, n=areas, level=queries.submission_level().name),
    )  # fmt: skip


def _grid(choice: Choice, actor: Actor, *, today: date) -> GridView | None:
    """The grid of the chosen month (of the month a longer period ends in)."""
    request = choice.request
    period = request.period if request.period.kind == "month" else Period.of("month", request.period.last)
    if not actor.covers("report_center", "read", request.area_code):
        return None
    grid = queries.submission_grid(request.area_code, period)
    if not grid.papers:
        return None
    counts = {state: len(grid.with_state(state)) for state in STATE_NAMES}
    is_over = today > grid.deadline
    return GridView(
        title=_("%(period)s报送情况", period=period.title),
        counts=tuple(Chip(f"{_(SHORT_NAMES[key])} {number}", TONES[key]) for key, number in counts.items()),
        deadline_text=_("%(month)s月%(day)s日前报送", month=grid.deadline.month, day=grid.deadline.day)
        + (_("（暂定，节假日公布后可能顺延）") if queries.exact_deadline(period).is_provisional else "")
        + (_("，已经过了") if is_over and (counts[MISSING] or counts[RETURNED]) else ""),
        heads=tuple(_(each.title) for each in grid.papers),
        rows=tuple(GridRow(name, tuple(_cell(cell, period) for cell in grid.row(code))) for code, name in grid.areas),
        months=_months(choice, period, today=today),
        reminder=_reminder(grid, today=today) if queries.may_review(actor, request.area_code + "000") else "",
        empty_text="" if grid.areas else _("这个区域下面没有需要报送的单位。"),
    )


def _cell(cell: queries.Standing, period: Period) -> StateCell:
    name = _(SHORT_NAMES[cell.state])
    chip = Chip(_("%(state)s·零报告", state=name) if cell.is_nil else name, TONES[cell.state])
    return StateCell(chip, address(cell.area_code, cell.paper, period.key))


def _months(choice: Choice, period: Period, *, today: date) -> tuple[Link, ...]:
    rows = [Period.of("month", today)]
    while len(rows) <= MONTHS_BACK:
        rows.append(rows[-1].previous())
    pairs = {**dict(_pairs(choice))}
    pairs.pop("subject", None)
    return tuple(
        Link(
            _("%(n)s月", n=each.number),
            url_for("ReportView.index") + "?" + urlencode({**pairs, "period": each.key}) + "#submissions",
            each == period,
        )
        for each in reversed(rows)
    )


def _reminder(grid: queries.SubmissionGrid, *, today: date) -> str:
    late = []
    for code, name in grid.areas:
        row = grid.row(code)
        missing = tuple(cell.paper_title for cell in row if cell.state == MISSING)
        returned = tuple(cell.paper_title for cell in row if cell.state == RETURNED)
        late.append(Unfinished(name, missing, returned))
    return reminder(late, period=grid.period.title, deadline=grid.deadline, today=today, office=profile().office_name)


def _print_line(row: PrintRecord) -> PrintLine:
    return PrintLine(
        when=f"{local(row.at):%m-%d %H:%M}",
        what=row.title,
        who=_("自动生成") if row.is_scheduled else row.user_name,
        formats="、".join(_(FORMAT_NAMES.get(each, each)) for each in row.formats.split(",")),
        digest=row.digest[:8],
        is_draft=row.is_draft,
        url=url_for("TraceView.show", uid=row.uid),
        code=in_fours(row.short_code) if row.short_code else "",
    )


def _bundles(actor: Actor) -> tuple[Link, ...]:
    if actor.user_id is None:
        return ()
    mine = [job for job in my_jobs(limit=20) if job.kind == BUNDLE_KIND][:3]
    return tuple(Link(f"{job.title}（{local(job.created_at):%m-%d %H:%M}）", f"/reports/jobs/{job.id}") for job in mine)


def preview_page(choice: Choice, *, number: int = 0) -> PreviewPage:
    """The paper as sheets of HTML; long tables cut, characters no font has named first. Raises LookupError."""
    made = printable(choice.paper, choice.request, number=number)
    document, is_cut = shortened(made.document)
    notes: list[Note] = []
    missing = unprintable_characters(made.document)
    if missing:
        named = "、".join(f"{char}（{code_point(char)}）" for char in missing)
        notes.append(
            Note(_("字体里没有这些字，打印出来会是“〓”：%(chars)s。请核对是不是录错了。", chars=named), "amber")
        )
    notes += remarks_on(made.document)
    if is_cut:
        notes.append(Note(_("表格较长，这里只显示前面一部分，打印时全部都在。"), "grey"))
    if made.number and not number:
        notes.append(Note(_("这是已经提交的第 %(n)s 稿，提交后的改动不在里面。", n=made.number), "grey"))
    opens = None if made.is_kept else opener(choice.request)
    return PreviewPage(
        title=document.title,
        sheets=Markup(render_fragment(document, opens)),  # noqa: S704 (escaped by its renderer, tested there)
        styles=Markup(stylesheet()),  # noqa: S704 (our own style sheet)
        notes=tuple(notes),
    )


def file_name(choice: Choice, suffix: str) -> str:
    """清溪街道2026年10月月报.pdf."""
    subject = next((each.title for each in choice.subjects if each.id == choice.request.subject), "")
    name = f"{name_of(choice.request.area_code)}{choice.request.period.title}{title_of(choice.paper)}"
    return f"{name}_{subject}.{suffix}" if subject else f"{name}.{suffix}"

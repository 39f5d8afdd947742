"""The pages of closing a month: what is asked, what was kept, and why a figure is not what it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.areas.queries import name_of, names_of
from app.clock import local
from app.extensions import db
from app.files.queries import attachments_of
from app.language import gettext as _
from app.lowcode import queries as rows_of
from app.lowcode.indicators import Indicator, all_indicators
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, PanelItem, Tone
from app.lowcode.register import Register, registers
from app.periods.queries import state_of, states_of
from app.periods.rules import FILLING, FINAL, HELD, Period
from app.periods.service import closing_checks
from app.report_center.months import queries, service
from app.report_center.months.freezing import figures_now
from app.report_center.months.models import FinalMonth, FrozenFile, FrozenPaper, MonthReopening
from app.report_center.months.page_models import EditionLine, MonthLine, MonthPage, MonthsPage, MovedLine
from app.report_center.months.rules import Kept, Moved, moved
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.settings.queries import profile
from reports.document import show

TONES: dict[str, Tone] = {FILLING: "blue", HELD: "amber", FINAL: "green"}
MONTHS_SHOWN = 13
RECORDS_SHOWN = 20
NOW = "now"


def months_page(area_code: str, *, today: date) -> MonthsPage:
    """The last months of an area, newest first."""
    months = [Period.of("month", today).previous()]
    while len(months) < MONTHS_SHOWN:
        months.append(months[-1].previous())
    states = states_of(area_code, tuple(months))
    lines = []
    for month, state in zip(months, states, strict=True):
        holding = queries.final_month(area_code, month) if state.state == FINAL else None
        lines.append(MonthLine(
            month.title, address(area_code, month), Chip(_(state.title), TONES[state.state]),
            _edition_note(holding) if holding else "",
        ))  # fmt: skip
    return MonthsPage(title=_("月度定稿"), area_label=name_of(area_code), lines=tuple(lines))


def address(area_code: str, month: Period) -> str:
    """The page of one month."""
    return url_for("MonthView.month", area=area_code, month=month.key)


def _edition_note(row: FinalMonth) -> str:
    return _("第%(n)s次，%(who)s %(when)s", n=row.edition, who=row.by_name, when=f"{local(row.at):%Y-%m-%d %H:%M}")


def month_page(area_code: str, month: Period, actor: Actor, *, today: date, compare: str = "") -> MonthPage:
    """The page; what the actor may not do is not offered."""
    state = state_of(area_code, month)
    editions = queries.editions(area_code, month)
    may = actor.covers("periods", "finalise", area_code)
    holding = queries.final_month(area_code, month)
    waiting = service.waiting_for_second(area_code, month)
    obstacles = _obstacles(area_code, month) if may and state.state != FINAL and month.last < today else []
    is_own = holding is not None and holding.area_code == area_code
    return MonthPage(
        title=f"{name_of(area_code)}{month.title}",
        chip=Chip(_(state.title), TONES[state.state]),
        notes=(
            *_notes(area_code, month, holding, waiting),
            *(_next(month, state.state, obstacles, today=today) if may else ()),
        ),
        actions=_actions(area_code, month, actor, state.state, waiting, today=today, obstacles=obstacles)
        if may
        else (),
        obstacles=tuple(obstacles),
        obstacles_text=_("定稿前还要办好这些：") if obstacles else "",
        reopen_url=_url("reopen", area_code, month) if may and is_own and waiting is None else "",
        persons_text=_("按本地规定要两位同志：一位申请，另一位确认。") if profile().reopening_persons > 1 else "",
        editions=tuple(_edition(row) for row in reversed(editions)),
        openings=tuple(_opening(row) for row in queries.openings(area_code, month)),
        compare_url=address(area_code, month) if editions else "",
        compare=_choices(editions, compare),
        **_compared(area_code, month, editions, compare),
        back=Link(_("全部月份"), url_for("MonthView.index")),
    )


def _url(name: str, area_code: str, month: Period) -> str:
    return url_for(f"MonthView.{name}", area=area_code, month=month.key)


def _obstacles(area_code: str, month: Period) -> list[str]:
    return [reason for check in closing_checks() for reason in check.find(area_code, month)]


def _notes(
    area_code: str, month: Period, holding: FinalMonth | None, waiting: MonthReopening | None
) -> tuple[Note, ...]:
    found = []
    if holding is not None and holding.area_code != area_code:
        found.append(Note(_("这个月由%(area)s统一定稿，本级不用再办。", area=name_of(holding.area_code)), "grey"))
    elif holding is not None:
        found.append(Note(_("报表和数字已经固定，什么时候打印都一样。发现漏报错报，请记在下个月并写明原因。"), "green"))
    elif state_of(area_code, month).state == HELD:
        found.append(Note(_("正在核对：网格员暂停填报，社区和街道还可以更正。"), "amber"))
    if waiting is not None:
        text = _("%(who)s申请重新打开：%(reason)s。等另一位同志确认。", who=waiting.asked_by, reason=waiting.reason)
        found.append(Note(text, "amber"))
    return tuple(found)


def _next(month: Period, state: str, obstacles: Sequence[str], *, today: date) -> tuple[Note, ...]:
    """What may be done with an open month in whose way nothing stands, or when."""
    if state == FINAL or obstacles:
        return ()
    if month.last >= today:
        return (Note(_("%(month)s还没有过完，月底以后才能定稿。", month=month.title), "grey"),)
    return (Note(_("没有查到妨碍定稿的事。定稿以后报表和数字不再变动，要重新打开须附签字的申请单。"), "green"),)


def _actions(
    area_code: str, month: Period, actor: Actor, state: str, waiting: MonthReopening | None, *, today: date,
    obstacles: Sequence[str],
) -> tuple[Action, ...]:  # fmt: skip
    if state == FINAL:
        return _waiting_actions(area_code, month, actor, waiting)
    found = []
    if state == FILLING:
        found.append(Action(
            _("转入核对"), _url("hold", area_code, month), method="post",
            confirm=_("%(month)s起网格员不能再填报这个月的内容，社区和街道仍可更正。", month=month.title),
        ))  # fmt: skip
    else:
        found.append(Action(_("退回填报"), _url("unhold", area_code, month), method="post"))
    if month.last < today and not obstacles:
        found.append(Action(
            _("定稿"), _url("finalise", area_code, month), "primary", "post",
            confirm=_("%(area)s和下面各单位%(month)s的报表、数字、规则一次固定，以后不能再改。",
                      area=name_of(area_code), month=month.title),
        ))  # fmt: skip
    return tuple(found)


def _waiting_actions(area_code: str, month: Period, actor: Actor, waiting: MonthReopening | None) -> tuple[Action, ...]:
    if waiting is None:
        return ()
    withdraw = Action(_("撤回申请"), _url("withdraw", area_code, month), method="post")
    if waiting.asked_by_id == actor.user_id:
        return (withdraw,)
    confirm = Action(
        _("确认重新打开"), _url("confirm", area_code, month), "danger", "post",
        confirm=_("%(month)s可以再改，以后的每份报表都会注明曾重新打开。", month=month.title),
    )  # fmt: skip
    return (confirm, withdraw)


def _edition(row: FinalMonth) -> EditionLine:
    with beyond_scope():
        made = (
            select(func.count()).select_from(FrozenFile).join(FrozenPaper).where(FrozenPaper.final_month_id == row.id)
        )
        formats = db.session.execute(select(FrozenPaper.formats).where(FrozenPaper.final_month_id == row.id)).scalars()
        wanted = sum(len(each.split(",")) for each in formats)
        done = db.session.execute(made).scalar_one()
    return EditionLine(
        _("第%(n)s次定稿", n=row.edition),
        _("%(who)s %(when)s　报表 %(papers)s 份，数字 %(figures)s 项", who=row.by_name,
          when=f"{local(row.at):%Y-%m-%d %H:%M}", papers=row.paper_count, figures=row.figure_count),
        row.digest[:12],
        _("文件已存好") if done >= wanted else _("文件 %(done)s / %(total)s 份", done=done, total=wanted),
    )  # fmt: skip


def _opening(row: MonthReopening) -> PanelItem:
    sheets = attachments_of(service.RECORD_KIND, row.uid)
    when = local(row.opened_at or row.asked_at)
    second = _("，%(who)s确认", who=row.opened_by) if row.opened_by and row.opened_by != row.asked_by else ""
    return PanelItem(
        row.reason, url_for("FileView.download", attachment_id=sheets[0].id) if sheets else "",
        f"{when:%Y-%m-%d %H:%M}　{row.asked_by}{second}",
    )  # fmt: skip


def _choices(editions: Sequence[FinalMonth], chosen: str) -> tuple[Option, ...]:
    found = [
        Option(str(row.edition), _("第%(a)s次 → 第%(b)s次", a=row.edition - 1, b=row.edition),
               chosen == str(row.edition))
        for row in editions[1:]
    ]  # fmt: skip
    if editions:
        found.append(Option(NOW, _("第%(a)s次 → 现在", a=editions[-1].edition), chosen == NOW))
    return tuple(found)


def _compared(area_code: str, month: Period, editions: Sequence[FinalMonth], compare: str) -> dict[str, Any]:
    by_number = {str(row.edition): row for row in editions}
    if compare == NOW and editions:
        before, after = queries.kept_figures_of_month(editions[-1].id), figures_now(area_code, month)
    elif compare in by_number and str(int(compare) - 1) in by_number:
        before = queries.kept_figures_of_month(by_number[str(int(compare) - 1)].id)
        after = queries.kept_figures_of_month(by_number[compare].id)
    else:
        return {}
    known = {each.name: each for each in all_indicators()}
    changes = [each for each in moved(before, after) if each.indicator in known]
    names = names_of({each.area_code for each in changes})
    return {"moved": tuple(_line(known[each.indicator], each, names) for each in changes)}


def _line(of: Indicator, change: Moved, names: dict[str, str]) -> MovedLine:
    came, left = (*change.come, *change.base_come), (*change.gone, *change.base_gone)
    reg = next((reg for reg in registers() if reg.name == of.register), None)
    hidden = max(0, len(came) - RECORDS_SHOWN) + max(0, len(left) - RECORDS_SHOWN)
    return MovedLine(
        _(of.title), names.get(change.area_code, change.area_code), _text(of, change.before), _text(of, change.after),
        _records(reg, came[:RECORDS_SHOWN]), _records(reg, left[:RECORDS_SHOWN]),
        _("另有 %(n)s 条没有列出", n=hidden) if hidden else "",
    )  # fmt: skip


def _text(of: Indicator, kept: Kept | None) -> str:
    if kept is None:
        return "—"
    value = kept.value(of.places)
    if of.denominator is None:
        return f"{show(value, 'integer' if isinstance(value, int) else 'decimal', of.places)} {_(of.unit)}".strip()
    share = show(value, "percent", of.places)
    return f"{share}（{kept.numerator}/{kept.denominator}）"


def _records(reg: Register | None, ids: Sequence[int]) -> tuple[PanelItem, ...]:
    """Names of rows within scope; those outside it, deleted since, or of no register are told by number."""
    unique = list(dict.fromkeys(ids))
    if reg is None:
        return tuple(PanelItem(_("第 %(id)s 条", id=id_)) for id_ in unique)
    known = {row.id: row for row in rows_of.rows_by_id(reg, unique)}
    found = []
    for id_ in unique:
        if id_ in known:
            url = url_for("RegisterView.show", register_name=reg.name, row_id=id_)
            found.append(PanelItem(reg.title_of(known[id_], known[id_].created_at.date()), url))
        else:
            found.append(PanelItem(_("%(noun)s %(id)s（已删除或不在您的范围内）", noun=_(reg.noun_text), id=id_)))
    return tuple(found)

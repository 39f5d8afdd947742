"""Builds the pages of supervision as plain values, and the boxes beside matters and the records they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.areas.queries import full_name
from app.extensions import db
from app.fields.codes import code_list
from app.language import gettext as _
from app.letters.models import Letter
from app.letters.pages import paper_address
from app.lowcode import form_page
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Chip, Note, Option, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.queries import area_names, row_titles
from app.lowcode.register import Register, register
from app.lowcode.viewing import Viewer
from app.security.actor import Actor
from app.security.wall import within
from app.settings.working_calendar import working_calendar
from app.supervision import queries, rules, service, signing, sources
from app.supervision.models import BATCHES, ITEMS, SupervisionBatch, SupervisionItem
from app.supervision.page_models import BatchPage, Proposal, ProposalsPage, SignForm

TAKEN = (
    "name",
    "source",
    "source_number",
    "area",
    "unit",
    "partners",
    "leader",
    "assigned_on",
    "days",
    "due_on",
    "demand",
)
TONES: Mapping[str, Any] = {"draft": "amber", "issued": "green", "void": "grey"}
SHOWN = 30


def proposals_page(area: str, actor: Actor, *, today: date) -> ProposalsPage:
    """Matters that wait for a supervision, one group for each letter they could go out in."""
    found = queries.waiting(area)
    units = row_titles("units", {each.item.unit_id for each in found if each.item.unit_id})
    areas, sources_ = area_names({each.item.area_code for each in found}), code_list("supervision_source")
    may_draft = signing.may_draft(actor, area)
    groups = []
    for (unit_id, code, level), some in groupby(sorted(found, key=_together), key=_together):
        rows = tuple(_proposal_row(each, sources_.label_of(each.item.source), today) for each in some)
        whom = units.get(unit_id, "") if unit_id else areas.get(code, "")
        groups.append(
            Proposal(f"{whom}　{_(rules.LEVEL_NAMES[level])}", _("%(n)s 件，可以合成一份函", n=len(rows)), rows)
        )
    heads = (HeadColumn("name", _("督办事项"), width="wide"), HeadColumn("number", _("督办编号")),
             HeadColumn("source", _("来源")), HeadColumn("due", _("办结期限")), HeadColumn("late", _("逾期工作日"), "right"))  # fmt: skip
    return ProposalsPage(
        title=_("待签发督办"), subtitle=full_name(area) if area else "",
        lead_text=_("到期没有办结的，系统提出督办。勾选同一个单位、同一次的事项，起草一份函，由领导签发。"),
        heads=heads, proposals=tuple(groups), draft_url=url_for("SupervisionView.draft"),
        draft_label=_("起草函件") if may_draft else "", drafts=_drafts(area),
        actions=(
            Action(_("督办批次"), url_for("RegisterView.list", register_name=BATCHES), icon="send"),
            Action(_("督办台账"), url_for("RegisterView.list", register_name=ITEMS), icon="list"),
        ),
        empty=None if found else EmptyState(_("没有等待督办的事项"), _("到期没有办结的事项，会自动出现在这里。")),
    )  # fmt: skip


def _together(each: queries.Waiting) -> tuple[int, str, int]:
    unit_id, code = each.candidate.to_whom
    return unit_id or 0, code, each.level


def _proposal_row(each: queries.Waiting, source: str, today: date) -> RowView:
    item = each.item
    late = working_calendar().working_days_between(item.due_on, today) if item.due_on else 0
    cells = (
        CellView(item.name), CellView(item.number or ""), CellView(source),
        CellView(item.due_on.isoformat() if item.due_on else "", "date"), CellView(str(late), "number"),
    )  # fmt: skip
    return RowView(str(item.id), cells, url_for("RegisterView.show", register_name=ITEMS, row_id=item.id))


def _drafts(area: str) -> tuple[PanelItem, ...]:
    wanted = select(SupervisionBatch).where(
        SupervisionBatch.state == "draft", SupervisionBatch.deleted_at.is_(None),
        within(SupervisionBatch.area_code, (area,)),
    )  # fmt: skip
    rows = db.session.execute(wanted.order_by(SupervisionBatch.id.desc()).limit(SHOWN)).scalars()
    return tuple(PanelItem(row.name, url_for("SupervisionView.batch", batch_id=row.id)) for row in rows)


def batch_page(
    batch: SupervisionBatch, actor: Actor, *, today: date, typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> BatchPage:  # fmt: skip
    """A batch: its letter, its list, and the step that comes next."""
    errors, typed = errors or {}, typed or {}
    letter = db.session.get(Letter, batch.letter_id) if batch.letter_id else None
    is_draft = batch.state == "draft"
    forms = _forms(batch, actor, today, typed, errors) if is_draft else ()
    orders = queries.orders_of(batch.id)
    heads = tuple(
        HeadColumn(name, _(label))
        for name, label in (
            ("number", "督办编号"), ("name", "督办事项"), ("was", "原定时限"), ("due", "新的时限"), ("reply", "回执"),
            ("done", "审结"),
        )
    )  # fmt: skip
    actions = [Action(_("待签发督办"), url_for("SupervisionView.proposals"), icon="list")]
    if letter is not None and actor.allows("letters", "read"):
        actions.insert(0, Action(_("打开函件"), url_for("LettersView.desk", letter_id=letter.id), icon="file"))
    if is_draft and signing.may_draft(actor, batch.area_code):
        confirm = _("作废这一批和它的函件草稿，事项回到待签发。")
        actions.append(
            Action(_("作废"), url_for("SupervisionView.withdraw", batch_id=batch.id), "danger", "post", confirm)
        )
    states = code_list("letter_state")
    return BatchPage(
        title=batch.name, subtitle=(letter.number if letter is not None else "") or _("还没有文号，签发时自动编"),
        chips=(Chip(states.label_of(batch.state or ""), TONES.get(batch.state or "", "grey")),), actions=tuple(actions),
        preview_url=paper_address(letter, "ReportView.preview") if letter is not None and batch.state != "void" else "",
        forms=forms, heads=heads, rows=tuple(_order_row(order) for order in orders),
        errors=tuple(_(text) for name, text in errors.items() if not name),
        waits_for=_("等领导签发。领导在纸上签过字的，由街道办或网格中心代录。") if is_draft and not forms else "",
    )  # fmt: skip


def _order_row(order: Any) -> RowView:
    days = (order.was_due_on, order.due_on, order.replied_on, order.accepted_on)
    url = url_for("RegisterView.show", register_name=ITEMS, row_id=order.item_id) if order.item_id else ""
    cells = (CellView(order.number or ""), CellView(order.problem, url=url),
             *(CellView(day.isoformat() if day else "", "date") for day in days))  # fmt: skip
    return RowView(str(order.id), cells, url)


def _forms(
    batch: SupervisionBatch, actor: Actor, today: date, typed: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[SignForm, ...]:  # fmt: skip
    url = url_for("SupervisionView.sign", batch_id=batch.id)
    posts = actor.access.posts if actor.access is not None else ()
    held = {post.role for post in posts if batch.area_code.startswith(post.area_code)}
    forms = []
    if held & set(queries.SIGNING_ROLES):
        forms.append(SignForm(_("我签发"), _("以您的名义签发，函件编号，期限从今天算起。"), url, _("签发")))
    if held & set(signing.DRAFTING_ROLES):
        names = sorted(set(queries.leaders(batch.area_code, today).values()))
        chosen = typed.get("signatory", "")
        fields = (
            FieldView(
                name="signatory", label=_("签发人"), widget="choice", is_required=True, error=_(errors.get("signatory", "")),
                options=(Option("", _("请选择"), not chosen), *(Option(name, name, name == chosen) for name in names)),
                help="" if names else _("这个区域还没有领导的账号，请先在“账号”里开通。"),
            ),
            FieldView(
                name="signed_on", label=_("签发日期"), widget="date", is_required=True,
                value=typed.get("signed_on", today.isoformat()), error=_(errors.get("signed_on", "")),
            ),
            FieldView(
                name="sheet", label=_("签过字的单子"), widget="file", is_required=True, accept="image/*,application/pdf",
                error=_(errors.get("photo:签发单", "")), help=_("扫描件或照片。代录的，要留领导签过字的那一张"),
            ),
        )  # fmt: skip
        forms.append(SignForm(_("代录"), _("领导已在纸上签字，由您录入。"), url, _("代录签发"), fields))
    return tuple(forms)


def take_page(
    reg: Register, row: Any, viewer: Viewer, *, typed: Mapping[str, Any], errors: Mapping[str, str] | None = None
) -> FormPage:  # fmt: skip
    """A record on its way onto the ledger: what the record says is filled in already."""
    page = form_page.build(register(ITEMS), None, viewer, typed=typed, errors=errors)
    fields = {field.name: field for group in page.groups for field in group.fields}
    back = url_for("RegisterView.show", register_name=reg.name, row_id=row.id)
    return FormPage(
        title=_("列入督办台账：%(title)s", title=reg.title_of(row, viewer.today)),
        submit_url=url_for("SupervisionView.take", register_name=reg.name, row_id=row.id), cancel_url=back,
        groups=(FieldGroup(_("下面是原来记录里的内容，核对后保存"), tuple(fields[name] for name in TAKEN)),),
        errors=page.errors, error_count=page.error_count, submit_label=_("列入督办台账"), may_continue=False,
    )  # fmt: skip


def progress_page(
    item: SupervisionItem, *, today: date, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> FormPage:  # fmt: skip
    """This week's line."""
    typed, errors = typed or {}, errors or {}
    week = rules.monday(today)
    known = next((line for line in queries.progress_of(item.id) if line.week_on == week), None)
    values = {"text": known.text, "next_step": known.next_step or ""} if known is not None else {}
    values |= dict(typed)
    missed = rules.missed_weeks(item.assigned_on, item.closed_on, item.told_weeks, today)
    weeks = [week, *reversed(missed[-8:])]
    chosen = values.get("week_on", week.isoformat())
    fields = (
        FieldView(
            name="week_on", label=_("哪一周"), widget="choice", error=_(errors.get("week_on", "")),
            options=tuple(Option(day.isoformat(), _week_words(day, week), day.isoformat() == chosen) for day in weeks),
        ),
        FieldView(name="text", label=_("本周进展"), widget="textarea", value=values.get("text", ""), is_required=True,
                  error=_(errors.get("text", "")), width="full", max_length=1000),
        FieldView(name="next_step", label=_("下一步"), widget="textarea", value=values.get("next_step", ""), width="full",
                  max_length=1000),
    )  # fmt: skip
    note = _("还缺 %(n)s 周，可以补报。", n=len(missed)) if missed else ""
    whole = errors.get("", "")
    return FormPage(
        title=_("报本周进展：%(name)s", name=item.name),
        submit_url=url_for("SupervisionView.progress", item_id=item.id),
        cancel_url=url_for("RegisterView.show", register_name=ITEMS, row_id=item.id),
        groups=(FieldGroup(_("写清做了什么、到哪一步、还差什么"), fields),),
        errors=(_(whole),) if whole else (), error_count=sum(bool(text) for name, text in errors.items() if name),
        submit_label=_("保存"), may_continue=False, notes=(Note(note, "amber"),) if note else (),
    )  # fmt: skip


def _week_words(day: date, week: date) -> str:
    text = _("%(day)s 起的一周", day=day.isoformat())
    return _("本周（%(text)s）", text=text) if day == week else text


def item_panels(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside a matter: where it came from, its weekly lines, its batches."""
    if reg.name != ITEMS:
        return None
    items: list[PanelItem] = []
    origin = sources.origin_of(row)
    if origin is not None:
        of = register(row.source_register)
        items.append(PanelItem(
            _("来源：%(title)s", title=of.title_of(origin, viewer.today)),
            url_for("RegisterView.show", register_name=of.name, row_id=origin.id), _(of.title),
        ))  # fmt: skip
    if service.may_tell(row, viewer.actor):
        items.append(PanelItem(_("报本周进展"), url_for("SupervisionView.progress", item_id=row.id)))
    items += [
        PanelItem(batch.name, url_for("SupervisionView.batch", batch_id=batch.id),
                  chip=Chip(code_list("letter_state").label_of(batch.state or ""), TONES.get(batch.state or "", "grey")))
        for batch in queries.batches_of(row.id)
    ]  # fmt: skip
    items += [
        PanelItem(line.text[:80], note=" · ".join(filter(None, (_week_words(line.week_on, viewer.today), line.told_by))))
        for line in queries.progress_of(row.id, limit=8)
    ]  # fmt: skip
    return Panel(_("督办"), tuple(items), empty_text=_("还没有进展。"))


def source_panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside a record that may be taken over: the door to the ledger, or the matter it already is."""
    source = sources.SOURCES.get(reg.name)
    if source is None or not viewer.actor.allows(ITEMS, "read"):
        return None
    known = queries.taken_over(reg.name, row.uid)
    if known is not None:
        url = url_for("RegisterView.show", register_name=ITEMS, row_id=known.id)
        return Panel(_("督办台账"), (PanelItem(known.number or known.name, url, _(rules.LEVEL_NAMES[known.level])),))
    if not source.is_open(row) or not viewer.actor.covers(ITEMS, "write", row.area_code):
        return None
    url = url_for("SupervisionView.take", register_name=reg.name, row_id=row.id)
    return Panel(_("督办台账"), (PanelItem(_("列入督办台账"), url),))


def batch_panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:  # noqa: ARG001
    """Beside a batch's record: the door to its own page."""
    if reg.name != BATCHES:
        return None
    return Panel(_("签发"), (PanelItem(_("核对和签发"), url_for("SupervisionView.batch", batch_id=row.id)),))


def doors(reg: Register, actor: Actor) -> tuple[Action, ...]:
    """From the ledger to what waits for a letter."""
    if reg.name != ITEMS or not actor.allows(BATCHES, "read"):
        return ()
    return (Action(_("待签发督办"), url_for("SupervisionView.proposals"), icon="send"),)


def panels() -> Sequence[Any]:
    """All boxes."""
    return (item_panels, source_panel, batch_panel)

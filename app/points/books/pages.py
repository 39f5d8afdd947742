"""The pages of rule books as plain values: all versions, one version, comparing, 试算, a rule's form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import url_for

from app.files.queries import attachments_of
from app.language import gettext as _
from app.lowcode.page_models.lists import CellView, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Chip, Note, PanelItem
from app.lowcode.page_models.records import FactGroup, FactView, Panel, ShowPage
from app.lowcode.queries import area_names
from app.periods.rules import Period
from app.points.books import queries
from app.points.books.checking import findings
from app.points.books.comparing import differences
from app.points.books.heading_parts import GroupPart, WholePart
from app.points.books.models import DRAFT, PointsBook
from app.points.books.rows import book_of
from app.points.books.rule_part import RulePart
from app.points.books.rules import CHECKERS, PRO_RATA, QUOTA_PER, RECORDERS, Book, Group, amount, signed
from app.points.books.table_parts import GradesPart, WeightsPart
from app.points.books.trying import Tried
from app.security.actor import Actor


def state_of(row: PointsBook, today: date) -> Chip:
    """草稿, 启用中, 待启用 or 已停用."""
    if row.state == DRAFT:
        return Chip(_("草稿"), "amber")
    if row.valid_to is not None and row.valid_to < today:
        return Chip(_("已停用"), "grey")
    return Chip(_("启用中"), "green") if row.valid_from <= today else Chip(_("待启用"), "blue")


def index_page(rows: Sequence[PointsBook], *, may_write: bool, today: date) -> ShowPage:
    """All versions within sight."""
    names = area_names({row.area_code for row in rows})
    lines = tuple(
        RowView(
            str(row.id),
            (
                CellView(row.name, url=url_for("RuleBookView.show", book_id=row.id)),
                CellView(_("第 %(n)s 版", n=row.number)),
                CellView(names.get(row.area_code, row.area_code)),
                CellView(row.valid_from.isoformat() if row.state != DRAFT else _("启用时定")),
                CellView(row.valid_to.isoformat() if row.valid_to else _("一直用")),
                CellView(state_of(row, today).label, "chip", tone=state_of(row, today).tone),
            ),
        )
        for row in rows
    )
    labels = (_("积分细则"), _("版本"), _("适用范围"), _("启用日期"), _("用到"), _("状态"))
    begin = Action(_("从现成的细则开始"), url_for("RuleBookView.new"), "primary")
    upload = Action(_("上传一本细则"), url_for("RuleBookView.upload"))
    return ShowPage(
        title=_("积分细则"),
        main_action=begin if may_write else None,
        actions=(upload,) if may_write else (),
        groups=(_table("", labels, lines),),
        notes=() if rows else (Note(_("还没有积分细则。可以从现成的细则开始，也可以上传一本写好的。")),),
    )


def show_page(row: PointsBook, *, actor: Actor, today: date) -> ShowPage:
    """One version, as people read it."""
    book = book_of(row)
    may_write = actor.covers("points_rules", "write", row.area_code)
    is_draft = row.state == DRAFT
    groups = [
        _table(_group_title(group), _rule_labels(), _rule_rows(row, group, may_write and is_draft))
        for group in book.groups
    ]
    others = [each for each in queries.versions_of(row) if each.id != row.id]
    versions = tuple(
        PanelItem(
            _("第 %(n)s 版", n=each.number), url_for("RuleBookView.compare", book_id=row.id, other_id=each.id),
            _("草稿，点开对照") if each.state == DRAFT else _("从 %(day)s 起，点开对照", day=each.valid_from.isoformat()),
        )
        for each in others
    )  # fmt: skip
    files = tuple(
        PanelItem(item.title, url_for("FileView.download", attachment_id=item.id), item.note)
        for item in attachments_of("points_books", row.uid)
    )
    return ShowPage(
        title=book.name,
        subtitle=_("第 %(n)s 版", n=row.number),
        chips=(state_of(row, today),),
        main_action=_main(row) if may_write else None,
        actions=_actions(row, today, may_write=may_write),
        groups=(FactGroup("", _facts(row, book)), *groups, *_ends(book)),
        panels=(
            *((Panel(_("改这份草稿"), _doors(row, book)),) if may_write and is_draft else ()),
            Panel(_("细则核对"), _findings(book), empty_text=_("没有发现问题。")),
            Panel(_("依据文件"), files, "files", empty_text=_("还没有上传依据文件。")),
            Panel(_("其他版本"), versions, empty_text=_("只有这一个版本。")),
        ),
    )


def _main(row: PointsBook) -> Action:
    if row.state == DRAFT:
        return Action(_("启用"), url_for("RuleBookView.publish", book_id=row.id), "primary")
    address = url_for("RuleBookView.draft", book_id=row.id)
    return Action(_("出一个新版本"), address, "primary", method="post", icon="plus")


def _actions(row: PointsBook, today: date, *, may_write: bool) -> tuple[Action, ...]:
    last = Period.of("month", today).previous()
    found = [
        Action(_("试算上月"), url_for("RuleBookView.trial", book_id=row.id, month=last.key)),
        Action(_("下载 Excel"), url_for("RuleBookView.workbook", book_id=row.id)),
        Action(_("下载文本"), url_for("RuleBookView.export", book_id=row.id)),
    ]
    if may_write:
        found.append(Action(_("上传依据文件"), url_for("RuleBookView.file", book_id=row.id)))
    if may_write and row.state == DRAFT:
        found.insert(0, Action(_("加一条规则"), RulePart().address(row), icon="plus"))
        text = _("这份草稿会删除，里面改过的都没有了。")
        address = url_for("RuleBookView.delete", book_id=row.id)
        found.append(Action(_("删除草稿"), address, "danger", method="post", confirm=text))
    return tuple(found)


def _doors(row: PointsBook, book: Book) -> tuple[PanelItem, ...]:
    """A way to every part of a draft."""
    whole, grades = WholePart(), GradesPart()
    return (
        PanelItem(whole.title(), whole.address(row)),
        *(
            PanelItem(
                _("“%(name)s”这一类", name=group.name), GroupPart(group.name).address(row),
                _("%(n)s 条规则", n=len(group.rules)),
            )
            for group in book.groups
        ),
        PanelItem(_("加一类"), GroupPart().address(row)),
        PanelItem(grades.title(), grades.address(row), _("%(n)s 个等次", n=len(book.grades))),
        *(
            PanelItem(_("“%(name)s”的权重", name=each.name), WeightsPart(each.name).address(row), each.text)
            for each in book.weights
        ),
        PanelItem(_("加一项权重"), WeightsPart().address(row)),
    )  # fmt: skip


def _facts(row: PointsBook, book: Book) -> tuple[FactView, ...]:
    pairs = (
        (_("依据"), book.basis),
        (_("启用日期"), row.valid_from.isoformat() if row.state != DRAFT else _("启用时定")),
        (_("用到"), row.valid_to.isoformat() if row.valid_to else _("一直用")),
        (_("每月基础分"), amount(book.start)),
        (_("公示"), _("%(n)s 个工作日", n=book.terms.notice_days)),
        (_("自动公示"), _("次月 %(n)s 号", n=book.terms.show_day) if book.terms.show_day else ""),
        (_("提异议"), _("%(n)s 个工作日", n=book.terms.dispute_days)),
        (_("复核异议"), _("%(n)s 个工作日", n=book.terms.decide_days)),
        (_("新进和离岗"), book.terms.pro_rata_note or PRO_RATA[book.terms.pro_rata]),
        (_("在岗多久才评"), _(book.terms.floor)),
        (_("排名"), book.terms.ranking_basis if book.terms.is_ranked else _("不排名")),
        (
            _("名额"),
            _(QUOTA_PER[book.terms.quota_per]) if any(grade.quota is not None for grade in book.grades) else "",
        ),
        (_("启用人"), row.published_by_name or ""),
    )
    return (
        *(FactView(label, CellView(text)) for label, text in pairs if text),
        *((FactView(_("说明"), CellView(book.note), is_wide=True),) if book.note else ()),
    )


def _group_title(group: Group) -> str:
    return f"{group.name}（{group.text}）" if group.text else group.name


def _rule_labels() -> tuple[str, ...]:
    return (_("编号"), _("规则"), _("分值"), _("封顶"), _("佐证"), _("谁可以记"), _("谁来核"))


def _rule_rows(row: PointsBook, group: Group, may_change: bool) -> tuple[RowView, ...]:
    return tuple(
        RowView(
            rule.code,
            (
                CellView(rule.code),
                CellView(rule.name, url=RulePart(rule.code).address(row) if may_change else ""),
                CellView(rule.value_text, tone="red" if rule.is_deduction or rule.is_veto else "green"),
                CellView(rule.caps_text or _("不封顶")),
                CellView((rule.evidence or _("要")) if rule.needs_evidence else _("不用")),
                CellView(RECORDERS[rule.recorder] + (_("，也自动记") if rule.auto_on else "")),
                CellView(CHECKERS[rule.checker]),
            ),
        )
        for rule in group.rules
    )


def _ends(book: Book) -> tuple[FactGroup, ...]:
    grades = tuple(
        RowView(
            grade.name,
            (
                CellView(grade.name),
                CellView(grade.text),
                CellView(f"{amount(grade.quota)}%" if grade.quota is not None else _("不限")),
                CellView(grade.consequence),
            ),
        )
        for grade in book.grades
    )
    weights = tuple(RowView(each.name, (CellView(each.name), CellView(each.text))) for each in book.weights)
    found = []
    if grades:
        found.append(_table(_("等次"), (_("等次"), _("得分"), _("名额"), _("怎么用")), grades))
    if weights:
        found.append(_table(_("权重"), (_("名称"), _("各占多少")), weights))
    return tuple(found)


def _findings(book: Book) -> tuple[PanelItem, ...]:
    return tuple(
        PanelItem(each.text, chip=Chip(_("要改"), "red") if each.is_fault else Chip(_("请看"), "amber"))
        for each in findings(book)
    )


def compare_page(row: PointsBook, other: PointsBook) -> ShowPage:
    """Two versions side by side, only what differs."""
    old, new = sorted((row, other), key=lambda each: each.number)
    rows = tuple(
        RowView(each.place, (CellView(each.place), CellView(each.old or _("没有")), CellView(each.new or _("没有"))))
        for each in differences(book_of(old), book_of(new))
    )
    labels = (_("哪一处"), _("第 %(n)s 版", n=old.number), _("第 %(n)s 版", n=new.number))
    return ShowPage(
        title=_("两个版本对照"),
        subtitle=new.name,
        actions=(Action(_("返回"), url_for("RuleBookView.show", book_id=row.id)),),
        groups=(_table("", labels, rows),) if rows else (),
        notes=() if rows else (Note(_("两个版本的内容相同。"), "green"),),
    )


def trial_page(row: PointsBook, month: Period, tried: Sequence[Tried]) -> ShowPage:
    """A past month by this version, worker by worker."""
    rows = tuple(
        RowView(
            each.name,
            (
                CellView(each.name),
                CellView(signed(each.old), "number"),
                CellView(signed(each.new), "number"),
                CellView(signed(each.new - each.old), "number", tone="grey" if each.new == each.old else "amber"),
                CellView("".join(each.reasons)),
            ),
        )
        for each in sorted(tried, key=lambda each: each.new == each.old)  # those for whom something changes first
    )
    labels = (_("网格员"), _("原来记的"), _("按这一版"), _("相差"), _("为什么"))
    return ShowPage(
        title=_("%(month)s按这一版会是多少", month=month.title),
        subtitle=_("%(name)s第 %(n)s 版", name=row.name, n=row.number),
        actions=(Action(_("返回"), url_for("RuleBookView.show", book_id=row.id)),),
        groups=(_table("", labels, rows),) if rows else (),
        notes=(
            Note(_("只是试算，不改任何积分。最多列 200 人。"))
            if rows
            else Note(_("这个月没有积分记录，没有什么可以试算。")),
        ),
    )


def _table(title: str, labels: Sequence[str], rows: tuple[RowView, ...]) -> FactGroup:
    kinds = [cell.kind for cell in rows[0].cells] if rows else []
    heads = tuple(
        HeadColumn(str(place), label, "right" if kinds[place : place + 1] == ["number"] else "left")
        for place, label in enumerate(labels)
    )
    return FactGroup(title, (FactView("", CellView(""), is_wide=True, heads=heads, rows=rows),))

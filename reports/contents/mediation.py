"""Papers of mediation: 台账, and what belongs into a case's file: cover, list, 登记表, 告知书, 协议书, 回访记录, 封底."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.document import (
    Block,
    Document,
    Facts,
    FootLine,
    Heading,
    Page,
    Paragraph,
    SignatureLines,
    Space,
    Table,
    TableColumn,
    Value,
    long_date,
)

LINES_TO_WRITE = 5
"""Room left where nothing has been typed yet: these sheets are often filled in at the table, pen in hand."""
LEDGER = (
    TableColumn("序号", 0.5, "integer", "center"), TableColumn("案号", 2, align="center"), TableColumn("受理日期", 1.1, "date"),
    TableColumn("案由", 2.4), TableColumn("类型", 0.9, align="center"), TableColumn("申请人", 0.9, align="center"),
    TableColumn("被申请人", 0.9, align="center"), TableColumn("所在网格", 1.6), TableColumn("层级", 0.7, align="center"),
    TableColumn("调解员", 1), TableColumn("状态", 1, align="center"), TableColumn("协议日期", 1.1, "date"),
    TableColumn("履行日期", 1.1, "date"),
)  # fmt: skip
ITEMS = (
    TableColumn("序号", 0.5, "integer", "center"), TableColumn("材料名称", 3), TableColumn("份数", 0.7, "integer", "center"),
    TableColumn("页次", 1, align="center"), TableColumn("备注", 2.2),
)  # fmt: skip
RIGHTS = (
    "人民调解委员会调解纠纷，不收取任何费用。",
    "当事人有权选择或者接受人民调解员，接受调解、拒绝调解或者要求终止调解，要求调解公开进行或者不公开进行，自主表达意愿、自愿达成调解协议。",
    "当事人应当如实陈述纠纷事实，遵守调解现场秩序、尊重人民调解员，尊重对方当事人行使权利。",
    "调解协议具有法律约束力，当事人应当按照约定履行。达成协议后，双方认为有必要的，可以自协议生效之日起三十日内共同向人民法院申请司法确认。",
    "当事人不愿调解、调解不成或者达成协议后又反悔的，可以通过仲裁、行政、司法等途径维护自己的权利。",
)
"""人民调解法第四条、第二十三条、第二十四条、第三十一条、第三十三条 in plain words."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a dispute, masked by whoever fills it."""

    name: str
    id_number: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case as its papers show it."""

    number: str
    name: str
    body: str
    """人民调解委员会."""
    area: str
    applicant: Side
    respondent: Side
    kind: str = ""
    source: str = ""
    level: str = ""
    state: str = ""
    received_on: date | None = None
    dispute: str = ""
    request: str = ""
    others: str = ""
    agents: str = ""
    mediators: str = ""
    form: str = ""
    agreed_on: date | None = None
    facts: str = ""
    terms: str = ""
    performance: str = ""
    perform_by: date | None = None
    performed_on: date | None = None
    visited_on: date | None = None
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of a file: how many files it has, the page it begins on (None: kept apart or not there), a remark."""

    name: str
    count: int
    page: int | None = None
    note: str = ""


def ledger(
    cases: Sequence[Case], *, area: str, period: str, as_of: date, by_level: Sequence[tuple[str, int]],
    foot_line: FootLine | None = None,
) -> Document:  # fmt: skip
    """Every case of a period, and how many were settled at which level."""
    rows = tuple(
        (n, each.number, each.received_on, each.name, each.kind, each.applicant.name, each.respondent.name, each.area,
         each.level, each.mediators, each.state, each.agreed_on, each.performed_on)
        for n, each in enumerate(cases, 1)
    )  # fmt: skip
    settled = sum(count for _level, count in by_level)
    parts = "，".join(f"{level}{count}件（{_share(count, settled)}）" for level, count in by_level if count)
    note = f"共受理{len(cases)}件。" + (f"本期调成{settled}件：{parts}。" if settled else "本期没有调成的。")
    return Document(
        f"{area}{period}矛盾调解台账",
        (Table(LEDGER, rows, note=note if cases or settled else "", empty_text="本期没有受理调解案件"),),
        page=Page("A4", "landscape"), subtitle=f"填报单位：{area}　　统计截至：{long_date(as_of)}", foot_line=foot_line,
    )  # fmt: skip


def _share(count: int, whole: int) -> str:
    return f"{count * 100 / whole:.1f}%" if whole else "—"


def cover(case: Case, items: Sequence[Listed], *, made_on: date) -> Document:
    """封面 and 卷内目录 on one sheet."""
    facts: tuple[tuple[str, Value], ...] = (
        ("案号", case.number), ("案由", case.name), ("当事人", _people(case)), ("调解员", case.mediators),
        ("受理日期", case.received_on), ("结果", case.state), ("调解层级", case.level), ("立卷日期", made_on),
    )  # fmt: skip
    rows = tuple(
        (n, each.name, each.count or None, str(each.page) if each.page else "", each.note)
        for n, each in enumerate(items, 1)
    )
    return Document(
        "人民调解卷宗", (Facts(facts), Heading("卷内目录"), Table(ITEMS, rows)), subtitle=case.body,
    )  # fmt: skip


def _people(case: Case) -> str:
    return "、".join(part for part in (case.applicant.name, case.respondent.name, case.others) if part)


def _sides(case: Case) -> tuple[tuple[str, Value], ...]:
    found: list[tuple[str, Value]] = []
    for title, side in (("申请人", case.applicant), ("被申请人", case.respondent)):
        found += [(title, side.name), ("身份证号", side.id_number), ("联系电话", side.phone), ("住址", side.address)]
    return (*found, ("其他当事人", case.others), ("委托代理人", case.agents))


def _told(text: str) -> Block:
    """What is known; else room to write it by hand."""
    return Paragraph(text) if text else Space(LINES_TO_WRITE)


def registration(case: Case) -> Document:
    """受理登记表."""
    head: tuple[tuple[str, Value], ...] = (
        ("案号", case.number), ("受理日期", case.received_on), ("案由", case.name), ("纠纷类型", case.kind),
        ("案件来源", case.source), ("调解层级", case.level),
    )  # fmt: skip
    blocks: tuple[Block, ...] = (
        Facts(head), Heading("当事人"), Facts(_sides(case)), Heading("纠纷情况"), _told(case.dispute),
        Heading("申请事项"), _told(case.request), SignatureLines(("申请人（签字）", "受理人（签字）", "日期"), per_line=3),
    )  # fmt: skip
    return Document("人民调解受理登记表", blocks, subtitle=case.body)


def rights(case: Case) -> Document:
    """权利义务告知书."""
    lines = tuple(Paragraph(f"{n}. {text}") for n, text in enumerate(RIGHTS, 1))
    told = Paragraph(
        f"“{case.name}”一案（{case.number}）各方当事人：根据《中华人民共和国人民调解法》，现将有关权利义务告知如下。"
    )
    return Document(
        "人民调解当事人权利义务告知书",
        (told, *lines, SignatureLines(("申请人（签字）", "被申请人（签字）", "告知人（签字）", "日期"))), subtitle=case.body,
    )  # fmt: skip


def agreement(case: Case) -> Document:
    """调解协议书, or the 登记表 of an oral one."""
    oral = case.form.startswith("口头")
    title = "口头协议登记表" if oral else "人民调解协议书"
    blocks: list[Block] = [
        Facts((("编号", case.number), ("达成协议日期", case.agreed_on))), Heading("当事人"), Facts(_sides(case)),
        Heading("纠纷主要事实、争议事项和各方责任"), _told(case.facts),
        Heading("经调解，自愿达成如下协议"), _told(case.terms),
        Heading("履行方式、地点和期限"),
        _told(_performance(case)),
        Paragraph("本协议一式三份，当事人各执一份，人民调解委员会留存一份。" if not oral else "以上口头协议经当事人确认无误。"),
        SignatureLines(("申请人（签名）", "被申请人（签名）", "人民调解员（签名）"), per_line=3),
        SignatureLines(("人民调解委员会（印章）", "日期")),
    ]  # fmt: skip
    return Document(title, tuple(blocks), subtitle=case.body)


def _performance(case: Case) -> str:
    how = f"{case.performance.rstrip('。；，')}。" if case.performance else ""
    return how + (f"履行期限：{long_date(case.perform_by)}。" if case.perform_by else "")


def visit_record(case: Case) -> Document:
    """回访记录."""
    facts = Facts(
        (("案号", case.number), ("案由", case.name), ("回访日期", case.visited_on), ("履行日期", case.performed_on))
    )
    return Document(
        "人民调解回访记录",
        (facts, Heading("回访情况"), _told(case.visit), SignatureLines(("被回访人（签字）", "回访人（签字）"))),
        subtitle=case.body,
    )  # fmt: skip


def back(case: Case, *, pages: int, made_on: date) -> Document:
    """封底: how many pages, who bound it."""
    return Document(
        "卷宗封底",
        (
            Facts((("案号", case.number), ("本卷页数", f"{pages}页"), ("立卷日期", made_on))),
            SignatureLines(("立卷人（签字）", "审核人（签字）")),
        ),
        subtitle=case.body,
    )  # fmt: skip

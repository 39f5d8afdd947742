"""项目办理单: one project on one sheet, from its needs to 销号, with lines to sign. Masked by whoever fills it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.contents import steps_taken
from reports.contents.steps_taken import Step
from reports.document import Document, Facts, Heading, Paragraph, SignatureLines, Table, TableColumn, Value

NEEDS = (
    TableColumn("序号", 0.5, "integer", "center"), TableColumn("编号", 1.4, align="center"), TableColumn("内容", 4.2),
    TableColumn("提出人", 1.1, align="center"), TableColumn("受益人数", 0.9, "integer"), TableColumn("状态", 1, align="center"),
)  # fmt: skip
RESOURCES = (
    TableColumn("序号", 0.5, "integer", "center"), TableColumn("编号", 1.4, align="center"), TableColumn("名称", 3.4),
    TableColumn("提供单位", 3),
)  # fmt: skip
MILESTONES = (
    TableColumn("序号", 0.5, "integer", "center"), TableColumn("节点", 3.4), TableColumn("计划完成", 1.3, "date"),
    TableColumn("实际完成", 1.3, "date"), TableColumn("说明", 2.2),
)  # fmt: skip
MONTHS = (
    TableColumn("月份", 0.9, align="center"), TableColumn("完成", 0.7, align="center"), TableColumn("进展", 5),
    TableColumn("填报人", 1.1, align="center"), TableColumn("填报日期", 1.2, "date"),
)  # fmt: skip
SIGNERS = ("牵头单位（签字盖章）", "验收评价人（签字）", "社区负责人（签字）")


@dataclass(frozen=True, slots=True)
class Asked:
    """One need the project serves."""

    number: str
    text: str
    proposer: str = ""
    beneficiaries: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One resource the project uses."""

    number: str
    name: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step with its day."""

    what: str
    due_on: date
    done_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """What one month brought; without `told_on` nobody told of it."""

    first: date
    percent: int | None = None
    words: str = ""
    told_by: str = ""
    told_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One project as the sheet shows it. `evidence` are names of files kept with it."""

    number: str
    name: str
    area: str
    state: str
    kind: str = ""
    lead_unit: str = ""
    supporting_units: tuple[str, ...] = ()
    person: str = ""
    money: Decimal | None = None
    money_source: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    opened_on: date | None = None
    finished_on: date | None = None
    evaluator: str = ""
    satisfaction: Decimal | None = None
    published_from: date | None = None
    published_until: date | None = None
    closed_on: date | None = None
    progress: str = ""
    evidence: tuple[str, ...] = ()


def build(
    project: Project, needs: Sequence[Asked], resources: Sequence[Given], milestones: Sequence[Milestone], *,
    months: Sequence[Month] = (), steps: Sequence[Step] = (), nouns: tuple[str, str, str] = ("资源", "需求", "项目"),
) -> Document:  # fmt: skip
    """The sheet; `months` and `steps` from the first to the last. `nouns` are what the office calls resources, needs and projects."""
    resource, need, noun = nouns
    asked = Table(
        NEEDS,
        tuple((n, each.number, each.text, each.proposer, each.beneficiaries, each.state) for n, each in enumerate(needs, 1)),
        empty_text=f"还没有对应的{need}",
    )  # fmt: skip
    given = Table(
        RESOURCES, tuple((n, each.number, each.name, each.unit) for n, each in enumerate(resources, 1)),
        empty_text=f"没有使用清单里的{resource}",
    )  # fmt: skip
    reached = Table(
        MILESTONES,
        tuple((n, each.what, each.due_on, each.done_on, each.note) for n, each in enumerate(milestones, 1)),
        empty_text="没有定里程碑",
    )
    told = Table(MONTHS, tuple(_month(each) for each in months), empty_text="立项后的第一个整月起，每月报一次进展")
    evidence = "、".join(project.evidence) or "无"
    return Document(
        f"{noun}办理单",
        (
            Facts(_facts(project, noun)), Heading(f"对应的{need}"), asked, Heading(f"使用的{resource}"), given,
            Heading("里程碑"), reached, Heading("每月进展"), told, Heading("办理经过"),
            steps_taken.table(steps), Heading("完成情况"), Paragraph(project.progress or "还没有写完成情况。"),
            Paragraph(f"佐证：{evidence}"), SignatureLines(SIGNERS, per_line=3),
        ),
    )  # fmt: skip


def _month(each: Month) -> tuple[Value, ...]:
    title = f"{each.first:%Y-%m}"
    if each.told_on is None:
        return title, "", "没有报进展", "", None
    percent = "" if each.percent is None else f"{each.percent}%"
    return title, percent, each.words, each.told_by, each.told_on


def _facts(project: Project, noun: str) -> tuple[tuple[str, Value], ...]:
    money = "" if project.money is None else f"{project.money:,.2f}元"
    source = f"（{project.money_source}）" if money and project.money_source else ""
    satisfied = "" if project.satisfaction is None else f"{project.satisfaction.normalize():f}%"
    return (
        (f"{noun}编号", project.number), (f"{noun}名称", project.name), ("所在区域", project.area), ("状态", project.state),
        ("牵头单位", project.lead_unit), ("配合单位", "、".join(project.supporting_units)), ("责任人", project.person),
        ("类别", project.kind), ("经费", money + source), ("立项日期", project.opened_on), ("开始日期", project.begins_on),
        ("截止日期", project.ends_on), ("完成日期", project.finished_on), ("验收评价人", project.evaluator),
        ("满意度", satisfied), ("公示开始", project.published_from), ("公示结束", project.published_until),
        ("销号日期", project.closed_on),
    )  # fmt: skip

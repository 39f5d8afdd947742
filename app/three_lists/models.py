"""The registers of the three lists, and what joins projects to needs, resources and supporting units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below, below_and_above
from app.fields.types import Code, Date, Integer, LongText, Number, PersonName, Phone, Text
from app.lowcode.column import computed, field, lines, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import ChildRow, Identified, RosterRow
from app.three_lists import rules
from app.three_lists.names import title_source

_later = steps_of("app.three_lists.steps")


class SharedResource(RosterRow, Model):
    """What a unit can give: a hall, a lawyer's hours, money."""

    __tablename__ = "resources"
    # What the street or district has on offer, its communities may take.
    __scope__ = (below_and_above("resources"),)

    name: Mapped[str] = field(
        "名称", Text(80), listed=True, searched=True, required=True, pinyin=True, synonyms=("资源名称", "服务名称")
    )
    number: Mapped[str | None] = field("编号", Text(30), searched=True, synonyms=("序号",), help="不填时自动编号")
    kind: Mapped[str | None] = field(
        "资源类型", Code("resource_kind"), listed=True, filtered=True, synonyms=("类型", "类别", "服务类型")
    )
    unit = link(
        "提供单位", "units", listed=True, filtered=True, synonyms=("单位", "资源单位", "所属单位", "责任单位", "提供方")
    )
    area = place("所在区域", synonyms=("所属社区", "社区", "所在社区"))
    amount: Mapped[str | None] = field(
        "数量/规格", Text(60), listed=True, synonyms=("数量", "规格", "数量规格", "数量及规格")
    )
    available: Mapped[str | None] = field("可用时段", Text(80), synonyms=("开放时间", "可用时间"))
    conditions: Mapped[str | None] = field("使用条件", LongText)
    state: Mapped[str | None] = field(
        "状态", Code("resource_state"), listed=True, filtered=True, default="open", synonyms=("资源状态",)
    )
    contact: Mapped[str | None] = field("联系人", PersonName, searched=True, group="联系")
    phone: Mapped[str | None] = field("联系电话", Phone, mask="phone", searched=True, group="联系", synonyms=("电话",))
    registered_on: Mapped[date | None] = field("登记日期", Date, group="期限", help="不填时是今天")
    valid_until: Mapped[date | None] = field("有效期至", Date, group="期限", synonyms=("有效期", "截止日期"))
    claimed_count = computed(
        "已认领次数",
        lambda row, _today: row.claims or 0,
        Integer,
        listed=True,
        help="有多少个项目用了它；终止的项目不算",
    )
    note: Mapped[str | None] = field("备注", LongText)

    claims: Mapped[int] = mapped_column(default=0)
    """Kept by app.three_lists.steps with every change of a project, also of projects beyond a reader's scope."""


class Need(RosterRow, Model):
    """What residents or a community ask for."""

    __tablename__ = "needs"

    name: Mapped[str] = field(
        "需求", Text(80), listed=True, searched=True, required=True, synonyms=("需求名称", "事项", "标题")
    )
    number: Mapped[str | None] = field("编号", Text(30), searched=True, synonyms=("序号",), help="不填时自动编号")
    content: Mapped[str | None] = field(
        "具体内容", LongText, searched=True, synonyms=("内容", "需求内容", "需求具体内容")
    )
    kind: Mapped[str | None] = field("类别", Code("need_kind"), listed=True, filtered=True, synonyms=("需求类别",))
    state: Mapped[str | None] = field(
        "状态", Code("need_state"), listed=True, filtered=True, default="collected", synonyms=("需求状态",)
    )
    area = place("所在网格", synonyms=("网格", "所属网格", "社区", "所属社区"))
    compound = link("小区", "residential_compounds", synonyms=("所在小区",))
    source: Mapped[str | None] = field("来源", Code("need_source"), filtered=True, group="提出", synonyms=("需求来源",))
    proposer: Mapped[str | None] = field(
        "提出人", PersonName, searched=True, group="提出", synonyms=("反映人", "提出单位/人")
    )
    registered_on: Mapped[date | None] = field(
        "提出日期", Date, listed=True, group="提出", synonyms=("登记日期", "征集日期"), help="不填时是今天"
    )
    beneficiaries: Mapped[int | None] = field("受益人数", Integer(unit="人", minimum=0), group="提出")
    urgency: Mapped[str | None] = field("紧急度", Code("urgency"), filtered=True, group="提出", synonyms=("紧急程度",))
    wanted_by: Mapped[date | None] = field("期望时限", Date, listed=True, group="提出", synonyms=("期望完成时间",))
    claimed_by = link("认领单位", "units", listed=True, filtered=True, group="认领", synonyms=("认领人", "认领方"))
    offered = link("拿来办的资源", "resources", group="认领", help="认领单位自己的资源；填了它，认领单位可以不填")
    merged_into = link("并入哪条需求", "needs", group="结果", help="同一件事提了几次，并到先提的那一条")
    told_of: Mapped[str | None] = field(
        "已告诉提出人", Code("need_news"), group="结果", help="并入别的需求的，那一条有人认领、办结或不能办，要告诉他"
    )
    satisfaction: Mapped[str | None] = field(
        "提出人满意吗",
        Code("satisfaction"),
        filtered=True,
        group="结果",
        help="办结以后再回访；几个人提的同一件事，各自回访",
    )
    solved_on: Mapped[date | None] = field(
        "解决日期", Date, group="结果", synonyms=("办结日期",), help="由项目解决的，项目完成时自动填"
    )
    result: Mapped[str | None] = field("结果", LongText, group="结果", synonyms=("办理结果", "反馈"))
    note: Mapped[str | None] = field("备注", LongText, group="结果")


class ProjectMilestone(ChildRow, Model):
    """One step of a project that has a day of its own."""

    __tablename__ = "project_milestones"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("projects"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = field("节点", Text(80), required=True)
    due_on: Mapped[date] = field("计划完成", Date, required=True)
    done_on: Mapped[date | None] = field("实际完成", Date)
    remark: Mapped[str | None] = field("说明", Text(120))


class Project(RosterRow, Model):
    """What is done about needs, with resources, by a lead unit and others."""

    __tablename__ = "projects"

    name: Mapped[str] = field(
        "项目名称", Text(80), listed=True, searched=True, required=True, pinyin=True, synonyms=("名称", "项目")
    )
    number: Mapped[str | None] = field("编号", Text(30), searched=True, synonyms=("序号",), help="不填时自动编号")
    kind: Mapped[str | None] = field("项目类别", Code("project_kind"), filtered=True, synonyms=("类别",))
    state: Mapped[str | None] = field(
        "状态", Code("project_state"), listed=True, filtered=True, default="planned", synonyms=("项目状态",)
    )
    area = place("所在区域", synonyms=("社区", "所属社区", "网格"))
    lead_unit = link(
        "牵头单位",
        "units",
        listed=True,
        filtered=True,
        group="谁来办",
        synonyms=("责任单位", "主责单位"),
        help="没有牵头单位不能立项",
    )
    person: Mapped[str | None] = field("责任人", PersonName, listed=True, searched=True, group="谁来办")
    phone: Mapped[str | None] = field("联系电话", Phone, mask="phone", group="谁来办", synonyms=("电话",))
    money: Mapped[Decimal | None] = field(
        "经费",
        Number(12, 2, unit="元", minimum=0),
        group="经费",
        synonyms=("经费（元）", "预算", "资金", "预算经费", "项目经费"),
    )
    funding: Mapped[str | None] = field("经费来源", Code("funding_source"), group="经费")
    starts_on: Mapped[date | None] = field(
        "开始日期", Date, group="进度", synonyms=("开始", "启动时间", "起止时间", "起止日期", "实施时间", "实施期限"),
        span=("starts_on", "ends_on"),
    )  # fmt: skip
    ends_on: Mapped[date | None] = field(
        "截止日期", Date, listed=True, group="进度", synonyms=("截止", "完成时限", "计划完成时间")
    )
    milestones: Mapped[str | None] = field("里程碑", LongText, group="进度", synonyms=("节点",))
    milestone_lines = lines("里程碑节点", ProjectMilestone, group="进度", help="哪一步、哪天完成；到期没完成的会提醒")
    progress: Mapped[str | None] = field(
        "完成情况", LongText, group="进度", synonyms=("进展", "进展情况", "完成进度", "推进情况")
    )
    registered_on: Mapped[date | None] = field("登记日期", Date, group="进度", help="不填时是今天")
    opened_on: Mapped[date | None] = field("立项日期", Date, group="进度", help="立项时自动填")
    finished_on: Mapped[date | None] = field("完成日期", Date, group="验收和销号", help="完成或终止时自动填")
    evaluator: Mapped[str | None] = field(
        "验收评价人",
        PersonName,
        group="验收和销号",
        synonyms=("评价人", "验收人"),
        help="居民代表或社区的人，不能是责任人",
    )
    satisfaction: Mapped[Decimal | None] = field(
        "满意度", Number(4, 1, unit="%", minimum=0, maximum=100), group="验收和销号"
    )
    published_from: Mapped[date | None] = field("公示开始", Date, group="验收和销号")
    published_until: Mapped[date | None] = field("公示结束", Date, group="验收和销号")
    closed_on: Mapped[date | None] = field("销号日期", Date, group="验收和销号")
    note: Mapped[str | None] = field("备注", LongText, group="验收和销号")

    handed_in_by: Mapped[int | None]
    """Account that asked for acceptance, which then somebody else does."""


class OfProject(Identified):
    """What hangs on a project. It lies where the project lies and is written by those who write projects."""

    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("projects"),)
    __history__: ClassVar[bool] = True

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))


class ProjectProgress(OfProject, Model):
    """What one month brought to one project (月进展): who told, when, how far it is, in words."""

    __tablename__ = "project_progress"
    __table_args__ = (UniqueConstraint("project_id", "month_on"),)

    month_on: Mapped[date]
    """The month's first day."""
    percent: Mapped[int | None]
    words: Mapped[str] = mapped_column(String(rules.LONGEST_PROGRESS))
    told_by: Mapped[str] = mapped_column(String(64))
    told_on: Mapped[date]


class ProjectPart(OfProject):
    """What a project is joined to."""

    joined_on: Mapped[date]


class ProjectNeed(ProjectPart, Model):
    """A project serves a need; a need may be served by several projects."""

    __tablename__ = "project_needs"
    __table_args__ = (UniqueConstraint("project_id", "need_id"),)

    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"), index=True)


class ProjectResource(ProjectPart, Model):
    """A project takes up a resource (认领)."""

    __tablename__ = "project_resources"
    __table_args__ = (UniqueConstraint("project_id", "resource_id"),)

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id"), index=True)


class ProjectUnit(ProjectPart, Model):
    """A unit helps in a project beside the lead unit (配合单位)."""

    __tablename__ = "project_units"
    __table_args__ = (UniqueConstraint("project_id", "unit_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)


RESOURCES = Register(
    SharedResource,
    name="resources",
    title="资源清单",
    title_source=title_source("resources"),
    keys=(("area", "number"),),
    group="lists",
    icon="hands",
    prepare=(_later("fill_new"),),
    about="共建单位、部门和社区能拿出来的场地、人才、资金、服务。项目用了哪些资源，这里会自动累计认领次数。",
)
NEEDS = Register(
    Need,
    name="needs",
    title="需求清单",
    title_source=title_source("needs"),
    keys=(("area", "number"),),
    group="lists",
    icon="hands",
    checks=(rules.check_need,),
    prepare=(_later("fill_new"), _later("fill_claim")),
    on_saved=(
        steps_of("app.three_lists.merging")("settle_merge", "merged_into_id"),
        steps_of("app.three_lists.proposers")("refuse_early_visit", "satisfaction"),
        steps_of("app.three_lists.telling")("tell_of_need", "solved_on"),
    ),
    about="走访、议事会、热线里征集到的居民需求。匹配好资源、定下牵头单位，就能转成项目。",
)
PROJECTS = Register(
    Project,
    name="projects",
    title="项目清单",
    title_source=title_source("projects"),
    keys=(("area", "number"),),
    group="lists",
    icon="hands",
    checks=(rules.check_project,),
    prepare=(_later("fill_new"), _later("fill_days")),
    on_saved=(_later("settle"),),
    about="为解决需求立的项目：对应哪些需求，用哪些资源，谁牵头、谁配合，什么时候完成。没有牵头单位不能立项。",
)

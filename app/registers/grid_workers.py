"""网格员名册: who works in which grid, since when, in what post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import select
from sqlalchemy.orm import Mapped

from app.areas.models import Area
from app.areas.movers import Gap, register_gap
from app.areas.queries import in_area, is_grid
from app.extensions import db
from app.fields.age import age_on
from app.fields.sentence import Sentence
from app.fields.types import Code, Date, IdNumber, Integer, LongText, Number, PersonName, Phone, Text
from app.lowcode.column import computed, field, place, sealed
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.registers.leaving import close_account_of_leaver
from app.settings.queries import profile


class GridWorker(RosterRow, Model):
    """One grid worker in one grid."""

    __tablename__ = "grid_workers"

    name: Mapped[str] = field(
        "姓名",
        PersonName,
        listed=True,
        searched=True,
        required=True,
        pinyin=True,
        synonyms=("网格员", "网格员姓名", "网格员名字", "专职网格员", "网格员（姓名）"),
    )
    id_number = sealed("身份证号", IdNumber, synonyms=("身份证号码", "公民身份号码", "证件号码"))
    sex: Mapped[str | None] = field("性别", Code("sex"), filtered=True)
    ethnicity: Mapped[str | None] = field("民族", Code("ethnicity"))
    political_status: Mapped[str | None] = field("政治面貌", Code("political_status"), filtered=True)
    education: Mapped[str | None] = field("学历", Code("education"), synonyms=("文化程度",))
    phone: Mapped[str | None] = field(
        "联系电话", Phone, mask="phone", listed=True, searched=True, synonyms=("手机", "手机号", "手机号码", "电话")
    )
    area = place(
        "所属网格",
        synonyms=("网格", "网格名称", "所在网格", "所属网格名称", "负责网格", "包联网格", "服务网格"),
        group="岗位",
    )
    kind: Mapped[str | None] = field(
        "专/兼职",
        Code("grid_worker_kind"),
        listed=True,
        filtered=True,
        group="岗位",
        synonyms=("专兼职", "专职/兼职", "专/兼", "专职或兼职", "专职兼职"),
    )
    post: Mapped[str | None] = field(
        "职务",
        Code("grid_post"),
        listed=True,
        filtered=True,
        group="岗位",
        synonyms=("岗位", "网格职务", "网格岗位", "担任职务"),
    )
    source: Mapped[str | None] = field(
        "来源", Code("worker_source"), group="岗位", synonyms=("人员来源", "身份", "人员身份", "人员类型", "人员性质")
    )
    time_share: Mapped[Decimal | None] = field(
        "网格工作时间占比", Number(5, 1, unit="%", minimum=Decimal(0), maximum=Decimal(100)), group="岗位",
        help="专职或抽调人员在网格里工作的时间，百分数", synonyms=("下沉率", "下沉时间占比", "工作时间占比", "网格工作占比", "工作占比"),
    )  # fmt: skip
    duty: Mapped[str | None] = field(
        "分管楼栋/户数",
        Text(100),
        group="岗位",
        synonyms=("分管楼栋", "负责楼栋", "管辖范围", "网格范围", "负责区域", "分管户数", "包联楼栋"),
    )
    hired_on: Mapped[date | None] = field(
        "聘用日期",
        Date,
        group="岗位",
        listed=True,
        synonyms=("聘用时间", "聘任时间", "入职时间", "上岗时间", "任职时间", "开始任职时间", "从事网格工作时间"),
    )
    contract_ends_on: Mapped[date | None] = field(
        "合同到期", Date, group="岗位", synonyms=("合同到期日", "合同到期时间", "合同截止日期")
    )
    badge: Mapped[str | None] = field("工装/工牌号", Text(30), group="岗位", synonyms=("工牌号", "工号"))
    state: Mapped[str | None] = field(
        "状态",
        Code("worker_state"),
        listed=True,
        filtered=True,
        group="岗位",
        synonyms=("在岗状态", "在岗情况", "是否在岗"),
    )
    left_on: Mapped[date | None] = field(
        "离岗日期", Date, group="岗位", help="填写后，本人的登录账号同时停用", synonyms=("离岗时间", "离职时间")
    )
    years = computed("从业年数", lambda row, today: age_on(row.hired_on, row.left_on or today), Integer)
    note: Mapped[str | None] = field("备注", LongText)


def dates_in_order(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """Leaving and the end of the contract lie after hiring; who left has a date, who has a date has left."""
    hired, left, ends = values.get("hired_on"), values.get("left_on"), values.get("contract_ends_on")
    if hired and hired > today:
        yield "hired_on", "聘用日期还没到，请核对。"
    if hired and left and left < hired:
        yield "left_on", "离岗日期早于聘用日期，请核对。"
    if hired and ends and ends < hired:
        yield "contract_ends_on", "合同到期早于聘用日期，请核对。"


REGISTER = Register(
    GridWorker,
    name="grid_workers",
    title="网格员名册",
    keys=(("id_number",), ("name", "phone")),
    group="grid",
    icon="people",
    line=None,
    left_column="left_on",
    checks=(dates_in_order,),
    on_saved=(close_account_of_leaver,),
    about="网格长、专职和兼职网格员都登记在这里；积分、走访、会议都从这本名册里选人。",
)


def grids_without_full_time_worker(code: str, limit: int) -> list[tuple[str, str, str]]:
    """Live grids of an area within scope in which no full-time worker is on duty."""
    served = select(GridWorker.area_code).where(
        GridWorker.kind == "full_time", GridWorker.left_on.is_(None), GridWorker.deleted_at.is_(None)
    )
    rows = db.session.execute(
        select(Area.code, Area.name)
        .where(in_area(code), is_grid(profile()), Area.valid_to.is_(None), Area.code.not_in(served))
        .order_by(Area.code)
        .limit(limit)
    ).all()
    return [(grid, name, "") for grid, name in rows]


register_gap(
    Gap(
        "grids_without_full_time_worker",
        Sentence("没有专职网格员的网格"),
        Sentence("每个网格都有专职网格员。"),
        grids_without_full_time_worker,
    )
)

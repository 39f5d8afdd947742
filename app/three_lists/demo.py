"""The demonstration's resources, needs and projects: invented, spread over communities and the last months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select, update

from app.areas.queries import AreaRow
from app.clock import SHANGHAI
from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import apply, save
from app.periods.rules import Period
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.demo_cases import take
from app.profiles.people import MARK
from app.security.actor import SYSTEM, Actor
from app.security.queries import actor_named
from app.three_lists import rules, service
from app.three_lists.models import Need, Project, ProjectNeed, ProjectProgress, ProjectResource, SharedResource

SECRETARY, OFFICE = "community_secretary", "street_office"
EVALUATOR = "周大妈（居民代表）"
CLOSING_DAYS = ("published_from", "published_until", "closed_on")
DAYS_LEFT = {"running": 5, "late": 5, "done": 5, "closed": 16}
"""How a project stands → days that its beginning lies back at the least."""
MOST_COMMUNITIES = 12
PROJECTS_A_COMMUNITY = 4
HISTORY_DAYS = 150

UNITS = (
    "清溪社区卫生服务中心", "清溪小学", "春晖律师事务所", "惠民超市连锁公司", "市政养护所", "青禾社会工作服务社",
    "安居物业服务公司", "东风供水公司",
)  # fmt: skip
RESOURCES = (
    ("多功能活动室", "place", "120平方米，可坐60人", "工作日晚上、周末全天", "提前三天预约"),
    ("义诊医生", "people", "全科医生2名", "每月第一个星期六上午", ""),
    ("法律咨询", "people", "律师1名", "每星期三下午", "提前一天告知事由"),
    ("为老爱心基金", "money", "每年2万元", "", "用于困难老人微心愿"),
    ("便民维修服务", "service", "水电工3名", "工作日", "材料费由居民自付"),
    ("内部停车场夜间开放", "place", "车位35个", "18:00至次日7:30", "登记车牌"),
    ("招聘信息专栏", "information", "每周更新", "", ""),
    ("文艺辅导老师", "people", "舞蹈、合唱各1名", "星期二、星期四晚上", ""),
    ("路面修补设备", "facility", "小型压路机1台", "按工期协调", ""),
    ("暑期托管教室", "place", "教室4间", "7月、8月", "只收小学生"),
)
NEEDS = (
    ("夜间停车难", "parking", "楼下车位不够，晚上下班后没有地方停车，经常堵住消防通道。", "council", 180),
    ("独居老人就医陪伴", "elderly", "几位独居老人看病没有人陪，不会用挂号机。", "visit", 9),
    ("楼道照明损坏", "facility", "3幢、5幢楼道灯坏了半年，老人上下楼不安全。", "snapshot", 64),
    ("暑假孩子没人带", "child", "双职工家庭希望暑假有托管。", "party_day", 45),
    ("垃圾投放点异味", "environment", "投放点离住户太近，夏天气味重。", "hotline", 120),
    ("想要一处排练场地", "culture", "合唱队没有固定场地，冬天在露天排练。", "council", 30),
    ("邻里漏水纠纷咨询", "legal", "楼上漏水，双方对责任说不清，想找律师问问。", "window", 2),
    ("给孙子买一套书", "wish", "困难家庭孩子的心愿。", "wish", 1),
    ("路面坑洼", "facility", "小区北门路面坑洼，雨天积水。", "snapshot", 400),
    ("想学用智能手机", "elderly", "老人希望有人手把手教。", "visit", 26),
    ("增设电动车充电桩", "safety", "飞线充电多，有火灾隐患。", "council", 210),
    ("灵活就业信息", "employment", "几位居民想在附近找临时工作。", "wechat", 12),
)
TOLD_AGAIN = ("晚上没有地方停车", "parking", "下班后楼下没有地方停车，堵住了消防通道。", "hotline", 3)
"""The first need once more in other words, still to be merged."""
PROJECTS = (
    ("错时停车共享", ("夜间停车难",), ("内部停车场夜间开放",), "livelihood", "running"),
    ("银发陪诊", ("独居老人就医陪伴", "想学用智能手机"), ("义诊医生",), "service", "running"),
    ("点亮楼道", ("楼道照明损坏",), ("便民维修服务", "为老爱心基金"), "renewal", "closed"),
    ("暑期小课堂", ("暑假孩子没人带",), ("暑期托管教室",), "service", "done"),
    ("平整回家路", ("路面坑洼",), ("路面修补设备",), "renewal", "late"),
)
"""Name, needs, resources, kind, and how it goes on."""


def install() -> None:
    """Make the step known."""
    register_demo(Step("three_lists", 230, run))


def run(context: DemoContext) -> None:
    """Lists of the first communities; the district's published number of projects, where its profile names one."""
    communities = context.areas_of("community")
    wanted = int(context.demo.get("projects", 0) or 0)
    chosen = communities if wanted else communities[:MOST_COMMUNITIES]
    units = _units(context)
    for place, community in enumerate(chosen):
        count = wanted // len(chosen) + (place < wanted % len(chosen)) if wanted else PROJECTS_A_COMMUNITY
        _community(context, community, units, place, count)


def _units(context: DemoContext) -> Sequence[Any]:
    """Units to lead and to help: those registered, else a few invented ones."""
    model = register("units").model
    found = db.session.execute(select(model).where(model.deleted_at.is_(None)).order_by(model.id).limit(40))
    rows = found.scalars().all()
    if rows:
        return rows
    reg = register("units")
    made = [apply(reg, None, {"name": name, "area": context.profile.top_code}) for name in UNITS]
    db.session.add_all(made)
    db.session.flush()
    return made


GIVERS = {
    "义诊医生": "卫生", "法律咨询": "司法", "便民维修服务": "物业", "路面修补设备": "建设", "暑期托管教室": "小学",
    "招聘信息专栏": "社会", "文艺辅导老师": "文化",
}  # fmt: skip
"""Resource → a word in the name of a unit that is likely to give it."""


def _giver(name: str, units: Sequence[Any], place: int) -> Any:
    word = GIVERS.get(name)
    likely = [unit for unit in units if word and word in unit.name] or list(units)
    return likely[place % len(likely)]


def _community(context: DemoContext, community: AreaRow, units: Sequence[Any], place: int, project_count: int) -> None:
    rng, today = context.rng, context.today
    grids = [area.code for area in context.areas if area.code.startswith(community.code) and area.level != "community"]
    resources = {
        row[0]: _resource(context, community, row, _giver(row[0], units, place + number))
        for number, row in enumerate(RESOURCES)
        if number < 4 or rng.random() < 0.6 or any(row[0] in project[2] for project in PROJECTS)
    }
    places = {row[0]: rng.choice(grids or [community.code]) for row in NEEDS}
    needs = {row[0]: _need(context, places[row[0]], row) for row in NEEDS}
    hands = _hands(context, community)
    _need(context, places[NEEDS[0][0]], TOLD_AGAIN, state="collected", days_ago=rng.randint(1, 5))
    for number in range(project_count):
        name, need_names, resource_names, kind, ending = PROJECTS[number % len(PROJECTS)]
        turn = number // len(PROJECTS)
        title = name if not turn else f"{name}（{turn + 1}期）"
        lead = units[(place + number) % len(units)]
        # A project follows its needs.
        raised = max(needs[each].registered_on or today for each in need_names)
        latest = max(0, min(30, (today - raised).days - DAYS_LEFT[ending]))
        begin = raised + timedelta(days=rng.randint(0, latest))
        raw = {
            "name": title, "area": community.code, "kind": kind, "lead_unit": str(lead.id), "note": MARK,
            "person": context.people.name(rng.choice("12")), "starts_on": begin.isoformat(),
            "ends_on": (begin + timedelta(days=rng.randint(90, 180))).isoformat(), "opened_on": begin.isoformat(),
            "milestone_lines": _milestones(begin, ending, today),
            "registered_on": begin.isoformat(), "money": str(rng.randrange(0, 30_000, 500)), "funding": "special",
        }  # fmt: skip
        standing = _standing(ending, begin, today, rng)
        if hands is None:
            # As a list that was kept before: where it stands, without the steps that led there.
            raw |= standing | ({"evaluator": context.people.name("2")} if ending in rules.FINISHED else {})
        elif ending == "late":
            raw |= {name: standing[name] for name in ("starts_on", "ends_on")}
        project = service.make_project(
            [needs[each] for each in need_names], [resources[each] for each in resource_names], raw, by=SYSTEM,
            today=begin if hands is not None else today,
        )  # fmt: skip
        if hands is None:
            _joined_on(project, begin)
        helper = units[(place + number + 1) % len(units)]
        if helper.id != lead.id:
            service.join(project, "units", helper.id, by=SYSTEM, today=begin)
        if hands is not None:
            _step_by_step(project, standing, begin, *hands)
        _tell_months(context, project, ending, begin)


def _joined_on(project: Project, day: date) -> None:
    for model in (ProjectNeed, ProjectResource):
        db.session.execute(update(model).where(model.project_id == project.id).values(joined_on=day))


def _hands(context: DemoContext, community: AreaRow) -> tuple[Actor, Actor] | None:
    """Who leads and who passes a community's projects; None where the demonstration has no such accounts."""
    found = [actor_named(name, today=context.today) for name in (SECRETARY, OFFICE)]
    secretary, office = (
        each if each is not None and each.covers("projects", "write", community.code) else None for each in found
    )
    return (secretary, office) if secretary is not None and office is not None else None


def _milestones(begin: date, ending: str, today: date) -> list[dict[str, str]]:
    """Three steps, those done that lie behind; the last one only of projects that are."""
    is_over = ending in ("done", "closed")
    found = []
    for what, days in (("现场查看、定方案", 14), ("实施到位", 60), ("居民代表查看", 80)):
        due = begin + timedelta(days=days)
        is_done = is_over or (due < today and days < 60)
        found.append({"what": what, "due_on": due.isoformat(),
                      "done_on": min(due, _end(ending, begin, today) if is_over else today).isoformat() if is_done else ""})  # fmt: skip
    return found


def _resource(context: DemoContext, community: AreaRow, row: tuple[str, ...], unit: Any) -> SharedResource:
    name, kind, amount, available, conditions = row
    person = context.people
    raw = {
        "name": name, "kind": kind, "unit": str(unit.id), "area": community.code, "amount": amount,
        "available": available, "conditions": conditions, "note": MARK, "contact": person.name("2"),
        "phone": person.phone(),
        "registered_on": (context.today - timedelta(days=HISTORY_DAYS + context.rng.randint(0, 60))).isoformat(),
    }  # fmt: skip
    return save(register("resources"), None, raw, by=SYSTEM, today=context.today)  # type: ignore[no-any-return]


def _need(
    context: DemoContext, area_code: str, row: tuple[Any, ...], *, state: str = "listed", days_ago: int | None = None
) -> Need:  # fmt: skip
    name, kind, content, source, people = row
    raised = context.today - timedelta(days=days_ago or context.rng.randint(15, HISTORY_DAYS))
    raw = {
        "name": name, "kind": kind, "content": content, "source": source, "area": area_code, "state": state,
        "proposer": context.people.name(context.rng.choice("12")), "registered_on": raised.isoformat(),
        "beneficiaries": str(people), "note": MARK, "urgency": context.rng.choice(("normal", "normal", "urgent")),
        "wanted_by": (raised + timedelta(days=90)).isoformat(),
    }  # fmt: skip
    return save(register("needs"), None, raw, by=SYSTEM, today=context.today)  # type: ignore[no-any-return]


def _standing(ending: str, begin: date, today: date, rng: Random) -> dict[str, str]:
    """How a project stands on the last day: what is under way, what is late, what was passed and closed."""
    if ending == "late":
        return {"state": "running", "ends_on": (today - timedelta(days=6)).isoformat(),
                "starts_on": min(begin, today - timedelta(days=90)).isoformat()}  # fmt: skip
    if ending == "running":
        return {"state": "running", "progress": "已完成前期协调，正在实施。"}
    end = _end(ending, begin, today)
    found = {
        "state": ending, "finished_on": end.isoformat(), "progress": "已按计划完成，居民代表现场查看。",
        "satisfaction": rng.choice(("95.0", "97.5", "100.0")),
    }  # fmt: skip
    if ending == "closed":
        first, last = end + timedelta(days=1), end + timedelta(days=7)
        found |= {"published_from": first.isoformat(), "published_until": last.isoformat(),
                  "closed_on": (last + timedelta(days=2)).isoformat()}  # fmt: skip
    return found


def _end(ending: str, begin: date, today: date) -> date:
    """The day it was passed; a closed one was shown for a week since."""
    return max(
        begin + timedelta(days=2), min(begin + timedelta(days=60), today - timedelta(days=DAYS_LEFT[ending] - 4))
    )


def _step_by_step(project: Project, standing: Mapping[str, str], begin: date, secretary: Actor, office: Actor) -> None:
    """The same by the demonstration's own people, with pictures: the secretary leads, the street passes."""

    def at(day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), SHANGHAI)

    take("projects", project, "start", secretary, at(begin + timedelta(days=1), 9))
    if standing["state"] == "running":
        return
    end = date.fromisoformat(standing["finished_on"])
    take("projects", project, "finish", secretary, at(end, 9), shows=("完工",), progress=standing["progress"])
    passed = {name: standing[name] for name in ("satisfaction", "finished_on")}
    take("projects", project, "accept", office, at(end, 15), "和居民代表一起看过现场。", evaluator=EVALUATOR, **passed)
    if standing["state"] == "closed":
        first, last, closed = (date.fromisoformat(standing[name]) for name in CLOSING_DAYS)
        shown = {"published_from": first.isoformat(), "published_until": last.isoformat()}
        take("projects", project, "publish", secretary, at(first, 9), **shown)
        take("projects", project, "notice_over", SYSTEM, at(last + timedelta(days=1), 1))
        ended = {"closed_on": closed.isoformat(), "progress": standing["progress"]}
        take("projects", project, "close", secretary, at(closed, 10), **ended)


MONTHLY = (
    "现场查看，和居民商量了方案。",
    "协调牵头单位和配合单位，定了分工。",
    "按方案实施，完成一部分。",
    "继续实施，居民反映较好。",
)
"""What was told month by month; invented."""


def _tell_months(context: DemoContext, project: Project, ending: str, begin: date) -> None:
    """Lines of the months gone by; a late project and the first one miss their last, so that the reminder is seen."""
    until = min(project.finished_on or context.today, context.today)
    months = rules.months_due(project.opened_on or begin, until)
    misses = ending == "late" or project.name == PROJECTS[0][0]
    for number, month in enumerate(months[:-1] if misses else months):
        db.session.add(
            ProjectProgress(
                area_code=project.area_code, project_id=project.id, month_on=month, percent=min(90, 20 * (number + 1)),
                words=MONTHLY[number % len(MONTHLY)], told_by=project.person or "",
                told_on=Period.of("month", month).last,
            )
        )  # fmt: skip

"""月报: sections and figures from whatever rooms there are, each figure counted, held against the period before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.areas.queries import below, full_name, name_of
from app.areas.rules import level_below, level_of
from app.lowcode.indicators import Indicator, all_indicators
from app.lowcode.papers import PaperRequest, paper
from app.periods.rules import Period, PeriodKind
from app.report_center import indicators as tree
from app.report_center.checking.queries import adjustment_table, adjustments_below
from app.report_center.comparison import Bases, bases_of, counting_period
from app.report_center.counting import Counted, Number, count, nature_of, with_source
from app.report_center.digest_party import member_figures
from app.report_center.drafting import drafts_of
from app.report_center.months.figures import count_as_closed
from app.report_center.queries import is_draft, submission_level, words_for
from app.report_center.rules import paragraphs
from app.security.roles import resource
from app.settings.profile import Level
from app.settings.queries import profile
from reports.contents import digest
from reports.contents.digest_rows import AreaLine, History, MonthLine, Section, Topic, Wording
from reports.contents.figures import Figure
from reports.document import Document

WORDS: dict[PeriodKind, tuple[str, str, str]] = {
    "month": ("本月", "上月", "月报"),
    "quarter": ("本季度", "上季度", "季报"),
    "half": ("本期", "上期", "半年报"),
    "year": ("本年", "上年", "年报"),
    "week": ("本周", "上周", "周报"),
}
"""What a period, the one before it, and the paper about it are called."""

IN_THE_BOOKS = ("members_registered", "members_reporting", "members_floating_in", "members_in", "members_out")
"""Indicators that the balance of members stands for: counted together, so that 上月 + 增 − 减 = 本月 always holds."""

STATE_TOPICS = (
    ("网格和网格员", ("areas", "grid")),
    ("居民和住户", ("residents",)),
    ("物业和小区", ("property",)),
)
WORK_TOPICS = (
    ("事件办理", ("events",)),
    ("督办和吹哨", ("supervision",)),
    ("会议和议定事项", ("meetings",)),
    ("", ("lists",)),
    ("网格员积分", ("points",)),
)
REPORTING_TOPICS = (("报表报送", ("reports",)),)
"""Topics after 党建引领: title and the groups of resources whose figures stand there; '' is what the district calls its
lists. A figure of any other group (accounts, files) is no part of the month's work."""

MEMBERS = "党员队伍"
PARTS = {
    "party_organizations": "党组织", "party_members": MEMBERS, "party_movements": MEMBERS, "party_dues": MEMBERS,
    "areas": "网格", "grid_workers": "网格力量", "community_workers": "网格力量", "building_heads": "网格力量",
    "residential_compounds": "小区和房屋", "buildings": "小区和房屋", "dwellings": "小区和房屋",
    "owners_committees": "业委会", "property_companies": "物业企业",
    "resources": "资源", "needs": "需求", "projects": "项目",
    "supervision_items": "督办", "whistles": "吹哨", "whistle_calls": "吹哨",
}  # fmt: skip
"""Resource → the finer point its figures stand under, where a topic has many."""
MOST_FIGURES = 6
"""More figures than that make a table by areas too wide for an upright page."""

CHART_MONTHS = 6
CHART_LINES = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """The area of a paper, the level its tables are split by, and the areas on it."""

    code: str
    split: Level | None
    lines: tuple[tuple[str, str], ...]
    """(code, name) of the areas below, in the order of their codes."""

    @property
    def digits(self) -> int:
        """Length of the codes figures are split by."""
        return self.split.digits if self.split else len(self.code)


def build_live(request: PaperRequest) -> Document:
    """The paper as its figures stand now. A community has no table by areas below, a street and a district have.

    Counted with the rights of the system after the caller was let in (`report_center`), so that two readers of one
    paper never hold different figures; sensitive rosters are no part of it.
    """
    period, scope = counting_period("digest", request.period), scope_of(request)
    this, before, kind = WORDS[period.kind]
    name = full_name(scope.code) or name_of(scope.code)
    words = words_for("digest", scope.code, period)
    told = told_of(scope, period)
    wording = Wording(scope.split.name if scope.split else "", this, before)
    document = digest.build(
        area=name,
        period=period.title,
        sections=told.sections,
        notes=told.notes,
        drafts=drafts_of(told.sections, wording),
        counted_until=min(period.last, request.today),
        issuer=issuer_of(scope.code),
        issued_on=request.today,
        title=f"{name}{period.title}社会治理工作{kind}",
        history=_history(scope, period),
        problems=paragraphs(words.get("problems", "")) or None,
        next_steps=paragraphs(words.get("next_steps", "")) or None,
        wording=wording,
        is_draft=is_draft("digest", scope.code, period),
    )
    if issue := paper("digest").issue(period):
        document = replace(document, subtitle=f"（{issue}）")
    table = adjustment_table(adjustments_below(scope.code, "digest", period), with_area=True) if scope.split else None
    return replace(document, blocks=(*document.blocks, table)) if table else document


def scope_of(request: PaperRequest) -> Scope:
    """What the paper's tables are split by: the next level below, down to the one that hands papers in."""
    levels, code = profile().levels, request.area_code
    split = level_below(code, levels)
    if split is None or split.digits > submission_level().digits:
        return Scope(code, None, ())
    rows = below(code, split.key, today=min(request.period.last, request.today))
    return Scope(code, split, tuple((row.code, row.name) for row in rows))


def issuer_of(code: str) -> str:
    """Who signs for an area: the office the profile names for it or for its level, else the area's own name."""
    of, name = profile(), name_of(code)
    level = level_of(code, of.levels)
    for issuer in of.issuers:
        if issuer.area_code == code or (issuer.level and issuer.level == level.key):
            short = name
            for item in of.levels:
                short = short.removesuffix(item.name)
            return issuer.office.format(name=name, short=short)
    return name


@dataclass(frozen=True, slots=True)
class Told:
    """What the paper tells: its sections, and notes on how they were counted."""

    sections: list[Section]
    notes: tuple[str, ...]


def sections_of(scope: Scope, period: Period) -> list[Section]:
    """All sections whose source is there."""
    return told_of(scope, period).sections


def told_of(scope: Scope, period: Period) -> Told:
    """All sections whose source is there, compared with the period before, the year before and the year so far."""
    chosen = with_source(figures_of_the_digest(), scope.code)
    now = count(chosen, scope.code, period, digits=scope.digits)
    bases = bases_of(chosen, scope.code, period, digits=scope.digits)
    columns = partial(_columns, scope=scope, now=now, bases=bases)
    party = _party(scope, period, columns(_of_groups(chosen, "party")))

    def topics(named: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[Topic]:
        for title, groups in named:
            found = columns(_of_groups(chosen, *groups))
            if found:
                yield _divided(title or profile().menu_title, found, scope)

    state = [*([party] if party else []), *topics(STATE_TOPICS)]
    work = [*topics(WORK_TOPICS), *topics(REPORTING_TOPICS)]
    found = [Section("基本情况", tuple(state)), Section("工作开展情况", tuple(work))]
    return Told([section for section in found if section.topics], bases.notes)


def figures_of_the_digest() -> list[Indicator]:
    """What the digest counts: all that the rooms brought, the tree first; sensitive rosters and the books left out."""
    trees = (tree.GRIDS, tree.GRIDS_ANSWERED, tree.HOUSEHOLDS)
    brought = [each for each in all_indicators() if each not in trees and each.name not in IN_THE_BOOKS]
    groups = {
        "party",
        *(group for _title, named in (*STATE_TOPICS, *WORK_TOPICS, *REPORTING_TOPICS) for group in named),
    }
    return [*trees, *(each for each in brought if _belongs(each, groups))]


def _belongs(each: Indicator, groups: set[str]) -> bool:
    of = resource(each.resource)
    return of.group in groups and not of.is_sensitive


def _of_groups(chosen: Iterable[Indicator], *groups: str) -> list[Indicator]:
    return [each for each in chosen if resource(each.resource).group in groups]


def _figure(counted: Counted, bases: Bases) -> Figure:
    each = counted.indicator
    nature = nature_of(each)
    is_comparable = nature != "now"
    return Figure(
        name=each.name,
        label=each.title,
        value=counted.whole(),
        rule=each.rule,
        unit="%" if each.denominator is not None else each.unit,
        previous=_whole(bases.before, each.name) if is_comparable else None,
        nature="flow" if nature == "flow" else "stock",
        places=each.places,
        target=each.target,
        last_year=_whole(bases.last_year, each.name) if is_comparable else None,
        to_date=_whole(bases.to_date, each.name),
    )


def _whole(counted: Mapping[str, Counted], name: str) -> Number | None:
    return counted[name].whole() if name in counted else None


def _columns(chosen: Sequence[Indicator], *, scope: Scope, now: Mapping[str, Counted], bases: Bases) -> list[Column]:
    return [
        Column(
            _figure(now[each.name], bases),
            tuple(now[each.name].of(code) if now[each.name].is_split else None for code, _name in scope.lines),
            PARTS.get(each.resource, ""),
            now[each.name].of(scope.code) if now[each.name].is_split and scope.lines else None,
        )
        for each in chosen
    ]


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a topic with its values of the areas below, the finer point it belongs to, and what lies with the
    area itself (rows that bear its own code)."""

    figure: Figure
    values: tuple[Number | None, ...]
    part: str = ""
    own: Number | None = None


def _divided(title: str, columns: Sequence[Column], scope: Scope) -> Topic:
    """One topic; where its table by areas would be too wide for an upright page, in finer points."""
    names = list(dict.fromkeys(column.part for column in columns))
    if len(columns) <= MOST_FIGURES or len(names) < 2:
        return _plain(title, columns, scope)
    return Topic(
        title, parts=tuple(_plain(name or title, [c for c in columns if c.part == name], scope) for name in names)
    )


def _plain(title: str, columns: Sequence[Column], scope: Scope) -> Topic:
    lines = tuple(
        AreaLine(name, tuple(column.values[place] for column in columns), code)
        for place, (code, name) in enumerate(scope.lines)
    )
    own = AreaLine(_own_name(scope), tuple(column.own for column in columns)) if any(c.own for c in columns) else None
    return Topic(title, tuple(column.figure for column in columns), lines, own=own)


def _own_name(scope: Scope) -> str:
    return f"{level_of(scope.code, profile().levels).name}本级"


def _party(scope: Scope, period: Period, columns: list[Column]) -> Topic | None:
    """党建引领: what the rooms count about organisations, then the books of members."""
    codes = [code for code, _name in scope.lines]
    books = member_figures(scope.code, codes, period, digits=scope.digits)
    columns += [Column(figure, values, MEMBERS) for figure, values in books]
    return _divided("党建引领", columns, scope) if columns else None


def work_of(area_code: str, period: Period) -> tuple[str, ...]:
    """What happened there in the period, each in words (会议3场); nothing where a 零报告 is true."""
    groups = {group for _title, named in WORK_TOPICS for group in named}
    flows = [
        each
        for each in figures_of_the_digest()
        if each.denominator is None and resource(each.resource).group in groups and nature_of(each) == "flow"
    ]
    counted = count(flows, area_code, period, digits=len(area_code))
    return tuple(f"{each.title}{counted[each.name].whole()}{each.unit}" for each in flows if counted[each.name].whole())


def _history(scope: Scope, period: Period) -> History | None:
    """A chart of the last months of what happened most, in one unit; None where only one month is known."""
    flows = [each for each in figures_of_the_digest() if each.denominator is None and nature_of(each) == "flow"]
    work = {group for _title, groups in WORK_TOPICS for group in groups}
    flows = [each for each in flows if resource(each.resource).group in work]
    flows = with_source(flows, scope.code)
    if period.kind != "month" or not flows:
        return None
    unit, _number = Counter(each.unit for each in flows).most_common(1)[0]
    lines = [each for each in flows if each.unit == unit][:CHART_LINES]
    months = [period]
    while len(months) < CHART_MONTHS:
        months.append(months[-1].previous())
    counted = [(month, count_as_closed(lines, scope.code, month, digits=len(scope.code))) for month in reversed(months)]
    shown = [
        MonthLine(f"{month.number}月", tuple(found[each.name].whole() for each in lines)) for month, found in counted
    ]
    if sum(any(line.values) for line in shown) < 2:
        return None
    return History("近六个月工作开展情况", tuple(each.title for each in lines), tuple(shown), unit)

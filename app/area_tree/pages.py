"""What the area page shows, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for

from app.areas import queries
from app.areas.movers import gaps
from app.areas.queries import AreaRow, TreeRow
from app.fields.codes import code_list
from app.language import gettext as _
from app.lowcode.page_models.lists import CellView
from app.lowcode.page_models.parts import Action, Chip, Note, PanelItem
from app.lowcode.page_models.records import FactView
from app.security.actor import current_actor
from app.settings.profile import Profile
from app.settings.queries import profile

SHOWN = 200
"""Rows of a list of what is missing."""
COUNTED = 5_000
"""Up to so many the heading counts exactly."""


@dataclass(frozen=True, slots=True)
class NodeView:
    """One line of the tree."""

    name: str
    url: str
    depth: int
    level: str
    counts_text: str
    is_open: bool
    is_current: bool
    has_children: bool
    toggle_url: str
    chip: Chip | None


@dataclass(frozen=True, slots=True)
class MissingList:
    """One list of what is missing; `count_text` such as 12 or 200+."""

    name: str
    title: str
    count_text: str
    empty_text: str
    items: tuple[PanelItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePage:
    """The area page."""

    title: str
    subtitle: str
    actions: tuple[Action, ...]
    nodes: tuple[NodeView, ...]
    chosen_title: str
    chosen_chips: tuple[Chip, ...]
    facts: tuple[FactView, ...]
    chosen_actions: tuple[Action, ...]
    lists: tuple[MissingList, ...]
    notes: tuple[Note, ...] = ()


def tree_page(at: AreaRow, *, today: date) -> TreePage:
    """The page with `at` chosen."""
    of = profile()
    may_change = current_actor().covers("areas", "write", at.code)
    return TreePage(
        title=_("区划网格"),
        subtitle=_subtitle(of, today),
        actions=_page_actions(at, may_change),
        nodes=tuple(_node(row, at.code, of) for row in queries.tree(at.code, today=today)),
        chosen_title=at.name,
        chosen_chips=_chips(at, of, today),
        facts=_facts(at, of, today),
        chosen_actions=_node_actions(at, may_change, of, today),
        lists=_missing_lists(at, of, today),
    )


def _subtitle(of: Profile, today: date) -> str:
    top = queries.area(of.top_code)
    if of.grid_sizes and top is not None:
        return _("网格%(counts)s", counts=_grid_text(top, of, today))
    return _count_text(queries.level_counts(of.top_code, today=today), of)


def at_url(code: str) -> str:
    """The page with a node chosen."""
    return url_for("AreaTreeView.index", at=code)


def _page_actions(at: AreaRow, may_change: bool) -> tuple[Action, ...]:
    if not may_change:
        return ()
    return (Action(_("合并、拆分、划转"), url_for("ReorganiseView.index", at=at.code), "primary", icon="grid"),)


def _node(row: TreeRow, chosen: str, of: Profile) -> NodeView:
    area = row.area
    parent = area.parent_code or area.code
    chip = None
    if not area.responsible_name:
        chip = Chip(_("缺负责人"), "amber")
    elif row.counts.unanswered:
        chip = Chip(_("下面缺 %(count)s 名", count=row.counts.unanswered), "amber")
    return NodeView(
        name=area.name,
        url=at_url(area.code),
        depth=row.depth,
        level=of.level_name(area.level),
        counts_text=_count_text(row.counts.by_level, of),
        is_open=row.is_open and row.has_children,
        is_current=area.code == chosen,
        has_children=row.has_children,
        toggle_url=at_url(parent if row.is_open else area.code),
        chip=chip,
    )


def _count_text(counts: dict[str, int], of: Profile) -> str:
    return " · ".join(f"{of.level_name(level.key)} {counts[level.key]}" for level in of.levels if counts.get(level.key))


def _chips(at: AreaRow, of: Profile, today: date) -> tuple[Chip, ...]:
    chips = [Chip(of.level_name(at.level), "blue")]
    if at.kind:
        chips.append(Chip(code_list("grid_kind").label_of(at.kind)))
    if at.size:
        chips.append(Chip(of.grid_sizes.get(at.size) or code_list("grid_size").label_of(at.size)))
    if at.valid_to is not None and at.valid_to < today:
        chips.append(Chip(_("已撤销"), "red"))
    return tuple(chips)


def _facts(at: AreaRow, of: Profile, today: date) -> tuple[FactView, ...]:
    counts = queries.level_counts(at.code, today=today)
    counts.pop(at.level, None)
    rows = [
        (_("编码"), at.code),
        (of.responsible_titles.get(at.level) or _("负责人"), at.responsible_name or ""),
        (_("户数"), "" if at.household_count is None else f"{at.household_count:,}"),
        (_("人数"), "" if at.population is None else f"{at.population:,}"),
        (_("下级"), _count_text(counts, of)),
    ]
    if at.parent_code:
        rows.insert(1, (_("上级"), queries.name_of(at.parent_code)))
    if at.level != of.grid_level:
        rows.append((_("网格"), _grid_text(at, of, today)))
    if at.valid_from is not None:
        rows.append((_("设立日期"), at.valid_from.isoformat()))
    if at.valid_to is not None:
        rows.append((_("截止日期"), at.valid_to.isoformat()))
    if at.document:
        rows.append((_("依据文件"), at.document))
    return tuple(
        FactView(label, CellView(text), is_wide=True)
        for label, text in rows
        if text or label not in (_("下级"), _("网格"))
    )


def _grid_text(at: AreaRow, of: Profile, today: date) -> str:
    """Grids by size where the district sizes them, else by kind, in the order of the code list."""
    counts = queries.grid_counts(at.code, today=today)
    by_size = of.grid_sizes and code_list("grid_size")
    items = by_size or code_list("grid_kind")
    labels = {**dict(items.choices()), **(of.grid_sizes if by_size else {})}
    numbers = {
        code: sum(number for (kind, size), number in counts.items() if code == (size if by_size else kind))
        for code in labels
    }
    parts = [f"{labels[code]} {number}" for code, number in numbers.items() if number]
    total = _("共 %(count)s 个", count=sum(numbers.values()))
    return "：".join((total, " · ".join(parts))) if parts else ""


def _node_actions(at: AreaRow, may_change: bool, of: Profile, today: date) -> tuple[Action, ...]:
    is_closed = at.valid_to is not None and at.valid_to < today
    if not may_change or is_closed:
        return ()
    found = [Action(_("改名称和负责人"), url_for("AreaTreeView.edit", code=at.code), icon="edit")]
    child = queries.child_level_name(at.code)
    if child:
        found.append(Action(_("增设%(level)s", level=child), url_for("AreaTreeView.add", code=at.code), icon="plus"))
    if at.code != of.top_code and not queries.children(at.code, today=today):
        found.append(Action(_("撤销"), url_for("AreaTreeView.close", code=at.code), "danger"))
    return tuple(found)


def _missing_lists(at: AreaRow, of: Profile, today: date) -> tuple[MissingList, ...]:
    unanswered = queries.without_responsible(at.code, today=today, limit=COUNTED + 1)
    outside = queries.outside_bounds(at.code, today=today, limit=COUNTED + 1)
    bounds = of.grid_bounds
    found = [
        _missing_list(
            "unanswered",
            _("没有负责人的区域"),
            _("都有负责人。"),
            ((row.code, row.name, of.responsible_titles.get(row.level, "")) for row in unanswered),
        ),
        _missing_list(
            "outside",
            _("户数在 %(low)s 到 %(high)s 户以外的网格", low=bounds.households_min, high=bounds.households_max),
            _("没有过大或过小的网格。"),
            ((row.code, row.name, why) for row, why in outside),
        ),
    ]
    found += [
        _missing_list(gap.name, _(gap.title), _(gap.empty_text), gap.query(at.code, COUNTED + 1)) for gap in gaps()
    ]
    return tuple(found)


def _missing_list(name: str, title: str, empty_text: str, rows: Iterable[tuple[str, str, str]]) -> MissingList:
    every = list(rows)
    items = tuple(
        PanelItem(_short_path(code) or plain, at_url(code), note=_(note)) for code, plain, note in every[:SHOWN]
    )
    count_text = f"{COUNTED:,}+" if len(every) > COUNTED else f"{len(every):,}"
    return MissingList(name, title, count_text, empty_text, items)


def _short_path(code: str) -> str:
    """The node's name with that of its parent before it: 丹青社区第一网格."""
    names = [name for _code, name in queries.path(code)]
    return "".join(names[-2:]) if len(names) > 2 else names[-1]

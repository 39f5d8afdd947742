"""What an office asks for when areas change, and the reasons for which it cannot be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.areas.rules import AreaRefused, level_below, parent_of
from app.settings.profile import Level

Kind = Literal["merge", "split", "transfer"]
KIND_NAMES: dict[str, str] = {"merge": "合并", "split": "拆分", "transfer": "划转"}
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree as the plan needs it."""

    code: str
    name: str
    kind: str | None = None
    size: str | None = None
    household_count: int | None = None
    population: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the office wants. `on` is the first day of the new order, `document` the paper that ordered it.

    merge: two or more `sources` of one level become one node, named by the only entry of `names`, below `parent`
    (default: the parent of the first). split: one source becomes two or more `names`; `children` says for each child
    code, `items` for each building uid, which of them (counted from 0) gets it, `rest` which gets all else.
    transfer: each source goes below `parent`, with all below it.
    """

    kind: Kind
    sources: tuple[str, ...]
    on: date
    document: str
    names: tuple[str, ...] = ()
    parent: str = ""
    children: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[str, int] = field(default_factory=dict)
    rest: int = 0


@dataclass(frozen=True)
class Tree:
    """The nodes that live, all codes there ever were, and the levels."""

    nodes: Mapping[str, Node]
    taken: frozenset[str]
    levels: Sequence[Level]

    def children_of(self, code: str) -> list[Node]:
        """Live children in the order of their codes."""
        below = level_below(code, self.levels)
        if below is None:
            return []
        found = (node for node in self.nodes.values() if node.code.startswith(code) and len(node.code) == below.digits)
        return sorted(found, key=lambda node: node.code)

    def subtree(self, code: str) -> list[Node]:
        """The node and all live nodes below it, in the order of their codes."""
        return sorted((node for node in self.nodes.values() if node.code.startswith(code)), key=lambda node: node.code)


def parent_in(code: str, tree: Tree) -> str:
    """The code's parent. Raises AreaRefused for the top, which stays as it is."""
    parent = parent_of(code, tree.levels)
    if parent is None:
        raise AreaRefused("最上一级不能合并、拆分或划转。")
    return parent


def refuse_bad_request(request: Request, tree: Tree, today: date) -> None:
    """Raise AreaRefused with the first reason why the request cannot be done."""
    _refuse_bad_paper(request, today)
    if len(set(request.sources)) != len(request.sources):
        raise AreaRefused("同一个区域选了两次，请去掉一个。")
    for code in request.sources:
        node = tree.nodes.get(code)
        if node is None:
            raise AreaRefused(f"区域 {code} 不存在，或者已经撤销。请重新选择。")
        parent_in(code, tree)
        for inner in tree.subtree(code):
            if inner.valid_from is not None and inner.valid_from >= request.on:
                raise AreaRefused(f"{inner.name}从 {inner.valid_from} 起设立，生效日期要在这一天之后。")
    if len({len(code) for code in request.sources}) != 1:
        raise AreaRefused("一次只能选同一级的区域。")
    if request.kind == "merge":
        _refuse_bad_merge(request, tree)
    elif request.kind == "split":
        _refuse_bad_split(request, tree)
    else:
        _refuse_bad_transfer(request, tree)


def _refuse_bad_paper(request: Request, today: date) -> None:
    if request.kind not in KIND_NAMES:
        raise AreaRefused("请选择合并、拆分或划转。")
    if not request.sources:
        raise AreaRefused("还没有选择要调整的区域。")
    if not request.document.strip():
        raise AreaRefused("请写明依据的文件，例如“清街发〔2026〕5号”。")
    if request.on > today:
        raise AreaRefused(f"生效日期 {request.on} 还没有到。请到那一天再办理。")
    for name in request.names:
        if not name.strip():
            raise AreaRefused("新区域的名称不能空着。")
        if len(name.strip()) > LONGEST_NAME:
            raise AreaRefused(f"名称最多 {LONGEST_NAME} 个字。")


def _refuse_bad_merge(request: Request, tree: Tree) -> None:
    if len(request.sources) < 2:
        raise AreaRefused("合并至少要选两个区域。")
    if len(request.names) != 1:
        raise AreaRefused("请写合并后的名称。")
    if request.parent:
        _refuse_bad_parent(request.parent, request.sources[0], tree)
    elif len({parent_in(code, tree) for code in request.sources}) > 1:
        raise AreaRefused("这些区域不属于同一个上级，请指明合并后归哪里。")


def _refuse_bad_split(request: Request, tree: Tree) -> None:
    if len(request.sources) != 1:
        raise AreaRefused("一次只能拆分一个区域。")
    if len(request.names) < 2:
        raise AreaRefused("拆分后至少要有两个区域，请写出各自的名称。")
    places = range(len(request.names))
    children = {node.code for node in tree.children_of(request.sources[0])}
    for code, place in request.children.items():
        if code not in children:
            raise AreaRefused(f"{code} 不是这个区域的下级，或者已经撤销。请重新选择。")
        if place not in places:
            raise AreaRefused("有下级没有指明拆到哪一个新区域。")
    if request.rest not in places or any(place not in places for place in request.items.values()):
        raise AreaRefused("请指明其余的楼栋和人员归到哪一个新区域。")


def _refuse_bad_transfer(request: Request, tree: Tree) -> None:
    if not request.parent:
        raise AreaRefused("请选择划到哪里。")
    for code in request.sources:
        _refuse_bad_parent(request.parent, code, tree)
        if parent_in(code, tree) == request.parent:
            raise AreaRefused(f"{tree.nodes[code].name}本来就在{tree.nodes[request.parent].name}，不用划转。")


def _refuse_bad_parent(parent: str, source: str, tree: Tree) -> None:
    if parent not in tree.nodes:
        raise AreaRefused(f"上级 {parent} 不存在，或者已经撤销。请重新选择。")
    below = level_below(parent, tree.levels)
    if below is None or below.digits != len(source):
        raise AreaRefused(f"{tree.nodes[source].name}不能放在{tree.nodes[parent].name}下面，级别不对。")

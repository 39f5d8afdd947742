"""合并, 拆分 and 划转 as a pure plan: what closes, what is made under which code, and where everything goes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.areas.requests import Node, Request, Tree, parent_in, refuse_bad_request
from app.areas.rules import AreaRefused, is_special_kind, level_of, next_code, plain_name, same_name


@dataclass(frozen=True, slots=True)
class NewNode:
    """A node to be made. `made_from` are the codes it succeeds; a `copy_of` takes over everything of that one node."""

    code: str
    parent_code: str
    name: str
    level: str
    made_from: tuple[str, ...]
    copy_of: str | None = None
    kind: str | None = None
    size: str | None = None
    household_count: int | None = None
    population: int | None = None


@dataclass(frozen=True)
class Moves:
    """Where rows go. A row in exactly `old` goes to `by_area[old]`, unless its building stands in `by_item`."""

    by_area: Mapping[str, str]
    by_item: Mapping[str, str]
    on: date
    document: str


@dataclass(frozen=True)
class Plan:
    """The whole change. Nothing is written yet."""

    request: Request
    closed: tuple[str, ...]
    made: tuple[NewNode, ...]
    moves: Moves

    @property
    def successors(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a closed code and each code it became, in order."""
        return tuple((old, node.code) for node in self.made for old in node.made_from)

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans: what was previewed is what is done, or nothing is."""
        parts = (self.closed, self.made, sorted(self.moves.by_area.items()), sorted(self.moves.by_item.items()))
        text = repr((parts, self.request.on.isoformat(), self.request.document))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def make_plan(request: Request, tree: Tree, *, today: date) -> Plan:
    """What the request would do. Raises AreaRefused with the reason."""
    refuse_bad_request(request, tree, today)
    if request.kind == "merge":
        return _Planner(request, tree).merge()
    if request.kind == "split":
        return _Planner(request, tree).split()
    return _Planner(request, tree).transfer()


class _Planner:
    """Collects new nodes while codes and names are given out, so that none is given twice."""

    def __init__(self, request: Request, tree: Tree) -> None:
        self.request = request
        self.tree = tree
        self.taken = set(tree.taken) | set(tree.nodes)
        self.made: list[NewNode] = []
        self.by_area: dict[str, str] = {}
        self.by_item: dict[str, str] = {}

    def merge(self) -> Plan:
        sources = [self.tree.nodes[code] for code in self.request.sources]
        parent = self.request.parent or parent_in(sources[0].code, self.tree)
        name = self.request.names[0].strip()
        self._refuse_name(name, parent)
        merged = self._new(parent, name, sources[0], made_from=tuple(node.code for node in sources))
        merged = replace(
            merged,
            household_count=_sum(node.household_count for node in sources),
            population=_sum(node.population for node in sources),
        )
        self.made.append(merged)
        for source in sources:
            self.by_area[source.code] = merged.code
            for child in self.tree.children_of(source.code):
                self._move(child, merged.code)
        return self._plan()

    def split(self) -> Plan:
        source = self.tree.nodes[self.request.sources[0]]
        parent = parent_in(source.code, self.tree)
        parts = []
        for name in self.request.names:
            self._refuse_name(name.strip(), parent)
            part = self._new(parent, name.strip(), source, made_from=(source.code,))
            parts.append(part)
            self.made.append(part)
        self.by_area[source.code] = parts[self.request.rest].code
        for child in self.tree.children_of(source.code):
            self._move(child, parts[self.request.children.get(child.code, self.request.rest)].code)
        for uid, place in self.request.items.items():
            self.by_item[uid] = parts[place].code
        self._count_parts(parts, source)
        return self._plan()

    def transfer(self) -> Plan:
        for code in self.request.sources:
            self._move(self.tree.nodes[code], self.request.parent)
        return self._plan()

    def _count_parts(self, parts: list[NewNode], source: Node) -> None:
        """Households and people of the parts are the sums of what each gets; a split grid is counted again later."""
        children = self.tree.children_of(source.code)
        for part in parts:
            own = [node for node in children if self.by_area[node.code].startswith(part.code)]
            self.made[self.made.index(part)] = replace(
                part,
                household_count=_sum(node.household_count for node in own),
                population=_sum(node.population for node in own),
            )

    def _move(self, node: Node, parent: str) -> None:
        """Give a node and all below it new codes below another parent."""
        level = level_of(node.code, self.tree.levels)
        code = next_code(parent, self.taken, self.tree.levels, is_special=is_special_kind(node.kind))
        name = self._free_name(node, parent)
        for old in self.tree.subtree(node.code):
            new = code + old.code[len(node.code) :]
            self.taken.add(new)
            self.by_area[old.code] = new
            self.made.append(
                NewNode(
                    new,
                    parent if old is node else parent_in(new, self.tree),
                    name if old is node else old.name,
                    level.key if old is node else level_of(old.code, self.tree.levels).key,
                    (old.code,),
                    old.code,
                    old.kind,
                    old.size,
                    old.household_count,
                    old.population,
                )
            )

    def _new(self, parent: str, name: str, like: Node, *, made_from: tuple[str, ...]) -> NewNode:
        code = next_code(parent, self.taken, self.tree.levels, is_special=is_special_kind(like.kind))
        self.taken.add(code)
        level = level_of(code, self.tree.levels).key
        return NewNode(code, parent, name, level, made_from, None, like.kind, like.size)

    def _names_below(self, parent: str) -> list[str]:
        staying = [node.name for node in self.tree.children_of(parent) if node.code not in self.request.sources]
        return staying + [node.name for node in self.made if node.parent_code == parent]

    def _refuse_name(self, name: str, parent: str) -> None:
        if any(same_name(name, other) for other in self._names_below(parent)):
            place = self.tree.nodes[parent].name
            raise AreaRefused(f"{place}已经有“{name}”，请换一个名称。")

    def _free_name(self, node: Node, parent: str) -> str:
        """The node's own name, with its old community's put before it where the new place has that name already."""
        names = self._names_below(parent)
        if not any(same_name(node.name, other) for other in names):
            return node.name
        old_parent = self.tree.nodes[parent_in(node.code, self.tree)]
        longer = f"{plain_name(old_parent.name)}{node.name}"
        number = 2
        name = longer
        while any(same_name(name, other) for other in names):
            name = f"{longer}（{number}）"
            number += 1
        return name

    def _plan(self) -> Plan:
        closed = tuple(node.code for code in self.request.sources for node in self.tree.subtree(code))
        moves = Moves(self.by_area, self.by_item, self.request.on, self.request.document.strip())
        return Plan(self.request, closed, tuple(self.made), moves)


def _sum(values: object) -> int | None:
    known = [value for value in values if value is not None]  # type: ignore[attr-defined]
    return sum(known) if known else None

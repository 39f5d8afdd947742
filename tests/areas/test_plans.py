"""Plans of 合并, 拆分 and 划转 over invented trees: nothing is lost, no code is used again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from app.areas.reorganising import Plan, make_plan
from app.areas.requests import Node, Request, Tree
from app.areas.rules import AreaRefused, level_of, parent_of, plain_name
from tests.areas.test_rules import LEVELS

TODAY = date(2026, 11, 22)
TOP = "990101"
PAPER = "清街发〔2026〕5号"


def _tree(shape: dict[tuple[int, int], list[int]], closed: set[str] = frozenset()) -> Tree:
    """A tree out of (street, community) → numbers of its grids; closed codes are taken but do not live."""
    nodes = {TOP: Node(TOP, "试验区")}
    for (street, community), grids in shape.items():
        street_code = f"{TOP}{street:03d}"
        nodes[street_code] = Node(street_code, f"第{street}街道")
        code = f"{street_code}{community:03d}"
        nodes[code] = Node(code, f"小{street}{community}社区", household_count=100 * community)
        for grid in grids:
            kind = "commercial" if grid > 500 else "basic"
            nodes[f"{code}{grid:03d}"] = Node(f"{code}{grid:03d}", f"第{grid}网格", kind, None, grid, 3 * grid)
    live = {code: node for code, node in nodes.items() if code not in closed}
    return Tree(live, frozenset(nodes) | closed, LEVELS)


SMALL = _tree({(1, 1): [1, 2, 501], (1, 2): [1, 2], (2, 1): [1]})
A, B, OTHER = TOP + "001001", TOP + "001002", TOP + "002001"


def _request(**values: object) -> Request:
    return Request(
        **{"kind": "merge", "sources": (A, B), "on": TODAY, "document": PAPER, "names": ("合社区",), **values}
    )


def _check(plan: Plan, tree: Tree) -> None:
    """What holds for every plan."""
    made = [node.code for node in plan.made]
    assert len(set(made)) == len(made)
    assert not set(made) & (tree.taken | set(tree.nodes))
    assert set(plan.closed) == {node.code for code in plan.request.sources for node in tree.subtree(code)}
    assert set(plan.moves.by_area) == set(plan.closed)
    assert set(plan.moves.by_area.values()) <= set(made)
    standing = (set(tree.nodes) - set(plan.closed)) | set(made)
    for node in plan.made:
        assert node.parent_code == parent_of(node.code, LEVELS)
        assert node.parent_code in standing
        assert node.level == level_of(node.code, LEVELS).key
    assert {old for old, _ in plan.successors} == set(plan.closed)
    for old, new in plan.moves.by_area.items():
        assert (old, new) in plan.successors
        assert len(old) == len(new)
    final = {code: node.name for code, node in tree.nodes.items() if code not in plan.closed}
    final |= {node.code: node.name for node in plan.made}
    siblings = [(parent_of(code, LEVELS), plain_name(name)) for code, name in final.items()]
    assert len(set(siblings)) == len(siblings)


def test_a_merger_takes_all_grids_and_tells_equal_names_apart() -> None:
    plan = make_plan(_request(), SMALL, today=TODAY)
    _check(plan, SMALL)
    by_code = {node.code: node for node in plan.made}
    new = TOP + "001003"
    assert by_code[new].made_from == (A, B)
    assert by_code[new].household_count == 300
    assert plan.moves.by_area[B + "001"] == new + "003"
    assert by_code[new + "003"].name == "小12第1网格"
    assert plan.moves.by_area[A + "501"] == new + "501"
    assert by_code[new + "501"].copy_of == A + "501"


def test_a_split_deals_out_grids_and_buildings_and_the_rest_goes_where_told() -> None:
    request = _request(
        kind="split",
        sources=(A,),
        names=("东社区", "西社区"),
        children={A + "001": 0},
        items={"b1": 0, "b2": 1},
        rest=1,
    )
    plan = make_plan(request, SMALL, today=TODAY)
    _check(plan, SMALL)
    east, west = TOP + "001003", TOP + "001004"
    assert plan.moves.by_area == {A: west, A + "001": east + "001", A + "002": west + "001", A + "501": west + "501"}
    assert plan.moves.by_item == {"b1": east, "b2": west}
    assert [pair for pair in plan.successors if pair[0] == A] == [(A, east), (A, west)]
    counts = {node.code: node.household_count for node in plan.made}
    assert (counts[east], counts[west]) == (1, 503)


def test_a_transfer_takes_a_community_with_all_below_it() -> None:
    plan = make_plan(_request(kind="transfer", sources=(OTHER,), names=(), parent=TOP + "001"), SMALL, today=TODAY)
    _check(plan, SMALL)
    assert plan.moves.by_area == {OTHER: TOP + "001003", OTHER + "001": TOP + "001003001"}


def test_a_grid_is_split_into_two_grids() -> None:
    plan = make_plan(
        _request(kind="split", sources=(A + "501",), names=("甲网格", "乙网格"), items={"b1": 1}), SMALL, today=TODAY
    )
    _check(plan, SMALL)
    assert [node.code for node in plan.made] == [A + "502", A + "503"]
    assert [node.kind for node in plan.made] == ["commercial", "commercial"]
    assert [node.household_count for node in plan.made] == [None, None]


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"document": "  "}, "依据的文件"),
        ({"on": date(2026, 11, 23)}, "还没有到"),
        ({"sources": ()}, "没有选择"),
        ({"sources": (A,)}, "两个"),
        ({"sources": (A, A)}, "选了两次"),
        ({"sources": (A, TOP + "001009")}, "不存在"),
        ({"sources": (A, B + "001")}, "同一级"),
        ({"sources": (A, OTHER)}, "不属于同一个上级"),
        ({"sources": (TOP,)}, "最上一级"),
        ({"names": ()}, "合并后的名称"),
        ({"names": (" ",)}, "不能空着"),
        ({"names": ("长" * 81,)}, "最多 80"),
        ({"parent": A}, "级别不对"),
        ({"kind": "split"}, "一次只能拆分一个"),
        ({"kind": "split", "sources": (A,)}, "至少要有两个"),
        ({"kind": "split", "sources": (A,), "names": ("东社区", "东居委会")}, "已经有“东居委会”"),
        ({"kind": "split", "sources": (A,), "names": ("东社区", "小12社区")}, "已经有“小12社区”"),
        ({"kind": "split", "sources": (A,), "names": ("东", "西"), "children": {B + "001": 0}}, "不是这个区域的下级"),
        ({"kind": "split", "sources": (A,), "names": ("东", "西"), "children": {A + "001": 2}}, "没有指明"),
        ({"kind": "split", "sources": (A,), "names": ("东", "西"), "rest": 2}, "其余"),
        ({"kind": "transfer"}, "划到哪里"),
        ({"kind": "transfer", "parent": TOP + "001"}, "本来就在"),
        ({"kind": "transfer", "parent": TOP + "009"}, "上级 990101009 不存在"),
        ({"kind": "rename"}, "合并、拆分或划转"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(values: dict[str, object], word: str) -> None:
    with pytest.raises(AreaRefused, match=word):
        make_plan(_request(**values), SMALL, today=TODAY)


def test_the_new_order_cannot_begin_before_a_node_was_made() -> None:
    young = replace(SMALL.nodes[A + "001"], valid_from=date(2026, 6, 1))
    tree = replace(SMALL, nodes={**SMALL.nodes, young.code: young})
    with pytest.raises(AreaRefused, match="第1网格从 2026-06-01 起设立"):
        make_plan(_request(on=date(2026, 6, 1)), tree, today=TODAY)
    assert make_plan(_request(on=date(2026, 6, 2)), tree, today=TODAY).made


def test_a_name_of_a_node_that_closes_may_be_used_again() -> None:
    plan = make_plan(_request(names=("小11社区",)), SMALL, today=TODAY)
    _check(plan, SMALL)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    keys = draw(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), min_size=2, max_size=8, unique=True))
    numbers = st.lists(st.one_of(st.integers(1, 12), st.integers(501, 504)), max_size=6, unique=True)
    shape = {key: draw(numbers) for key in keys}
    every = sorted(_tree(shape).nodes)
    grids = [code for code in every if len(code) == 15]
    closed = draw(st.sets(st.sampled_from(grids))) if grids else set()
    return _tree(shape, closed)


@given(trees(), st.data())
def test_whatever_is_merged_split_or_moved_nothing_is_lost_and_no_code_used_again(
    tree: Tree, data: st.DataObject
) -> None:
    digits = data.draw(st.sampled_from([12, 15]))
    codes = sorted(code for code in tree.nodes if len(code) == digits)
    if not codes:
        return
    kind = data.draw(st.sampled_from(["merge", "split", "transfer"]))
    request = _draw_request(tree, codes, kind, data)
    try:
        plan = make_plan(request, tree, today=TODAY)
    except AreaRefused:
        event("refused")
        return
    event(kind)
    _check(plan, tree)
    assert make_plan(request, tree, today=TODAY).fingerprint == plan.fingerprint


def _draw_request(tree: Tree, codes: list[str], kind: str, data: st.DataObject) -> Request:
    parents = sorted({parent_of(code, LEVELS) or "" for code in codes} | {parent_of(codes[0], LEVELS) or ""})
    parent = data.draw(st.sampled_from(parents))
    if kind == "split":
        source = data.draw(st.sampled_from(codes))
        children = {
            node.code: data.draw(st.integers(0, 2)) for node in tree.children_of(source) if data.draw(st.booleans())
        }
        rest = data.draw(st.integers(0, 2))
        return _request(kind=kind, sources=(source,), names=("甲", "乙", "丙"), children=children, rest=rest)
    sources = tuple(data.draw(st.lists(st.sampled_from(codes), min_size=1, max_size=4, unique=True)))
    names = ("合并后",) if kind == "merge" else ()
    return _request(kind=kind, sources=sources, names=names, parent=parent)

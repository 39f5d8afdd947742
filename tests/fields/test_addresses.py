"""Names of places by the address norm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields import addresses
from app.fields.addresses import NOTHING, Home, PlaceKind, lint, normalised, read_home
from app.fields.refusal import Refused


@pytest.mark.parametrize(
    ("kind", "written", "wanted"),
    [
        ("building", "1幢", "1幢"),
        ("building", "1栋", "1幢"),
        ("building", "1号楼", "1幢"),
        ("building", "1号", "1幢"),
        ("building", "01", "1幢"),
        ("building", "1#", "1幢"),
        ("building", "１＃楼", "1幢"),
        ("building", "一幢", "1幢"),
        ("building", "十二栋", "12幢"),
        ("building", "1-10栋", "1-10幢"),
        ("building", "1—10幢", "1-10幢"),
        ("building", "A座", "A幢"),
        ("building", "a1栋", "A1幢"),
        ("building", "甲幢", "甲幢"),
        ("building", "", "无"),
        ("building", "—", "无"),
        ("building", "商务楼", "商务楼"),
        ("unit", "1单元", "1单元"),
        ("unit", "一单元", "1单元"),
        ("unit", "02", "2单元"),
        ("unit", "3号门", "3单元"),
        ("unit", "乙单元", "乙单元"),
        ("unit", "/", "无"),
        ("room", "501室", "501"),
        ("room", "0501", "0501"),
        ("room", "501号", "501"),
        ("room", "b1201", "B1201"),
        ("room", "", "无"),
        ("grid", "第一网格", "第一网格"),
        ("grid", "5060802第二网格", "第二网格"),
        ("grid", "第2网格", "第二网格"),
        ("grid", "2号网格", "第二网格"),
        ("grid", "网格12", "第十二网格"),
        ("grid", "第120网格", "第120网格"),
        ("grid", "商贸网格", "商贸网格"),
        ("street", "枫桥街道办事处", "枫桥街道"),
        ("street", "枫桥街道", "枫桥街道"),
        ("community", "西津桥社区居委会", "西津桥社区"),
        ("community", "西津桥社区居民委员会", "西津桥社区"),
        ("community", "西津桥居委会", "西津桥社区"),
        ("community", "东南村委会", "东南村"),
        ("community", "东南村民委员会", "东南村"),
        ("community", "东南村村民委员会", "东南村"),
        ("compound", "富康·新村", "富康新村"),
        ("compound", "富康-新村", "富康新村"),
    ],
)
def test_names_by_the_norm(kind: PlaceKind, written: str, wanted: str) -> None:
    assert normalised(kind, written) == wanted
    assert normalised(kind, wanted) == wanted


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("building", "1幢"),
        ("building", "1-10幢"),
        ("building", "无"),
        ("unit", "1单元"),
        ("unit", "无"),
        ("room", "501"),
        ("grid", "第一网格"),
        ("grid", "商贸网格"),
        ("street", "枫桥街道"),
        ("community", "西津桥社区"),
        ("compound", "富康新村"),
    ],
)
def test_what_follows_the_norm_is_not_doubted(kind: PlaceKind, text: str) -> None:
    assert lint(kind, text) == []


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("building", "1栋", "“1幢”"),
        ("building", "", "“无”"),
        ("building", "商务楼", "1幢 或 1-10幢"),
        ("grid", "5060802第二网格", "“第二网格”"),
        ("grid", "第二片区", "第一网格"),
        ("street", "枫桥", "枫桥街道"),
        ("community", "西津桥社区居委会", "“西津桥社区”"),
        ("compound", "富康·新村", "“富康新村”"),
        ("compound", "富康新村2期", "只用汉字"),
        ("unit", "东", "1单元"),
    ],
)
def test_what_does_not_is_told(kind: PlaceKind, text: str, said: str) -> None:
    (sentence,) = lint(kind, text)
    assert said in sentence


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("富康新村3栋2单元501室", Home("富康新村", "3幢", "2单元", "501")),
        ("富康新村３号楼二单元５０１", Home("富康新村", "3幢", "2单元", "501")),
        ("富康新村3-2-501", Home("富康新村", "3幢", "2单元", "501")),
        ("富康新村3-501", Home("富康新村", "3幢", NOTHING, "501")),
        ("富康新村3幢501", Home("富康新村", "3幢", NOTHING, "501")),
        ("富康新村 三幢", Home("富康新村", "3幢", NOTHING, NOTHING)),
        ("阳光花园A座1201", Home("阳光花园", "A幢", NOTHING, "1201")),
        ("3幢2单元501", Home(NOTHING, "3幢", "2单元", "501")),
        ("富康二村十二幢乙单元0501室", Home("富康二村", "12幢", "乙单元", "0501")),
    ],
)
def test_homes_are_read(text: str, home: Home) -> None:
    assert read_home(text) == home
    assert read_home(str(home)) == home


@pytest.mark.parametrize("text", ["富康新村", "人民路", "东南村", ""])
def test_homes_without_a_building_are_refused(text: str) -> None:
    with pytest.raises(Refused, match="哪一幢"):
        read_home(text)


@given(st.integers(1, 200), st.one_of(st.none(), st.integers(1, 20)), st.integers(101, 3399))
def test_homes_survive_writing(building: int, unit: int | None, room: int) -> None:
    home = Home("富康新村", f"{building}幢", f"{unit}单元" if unit else NOTHING, str(room))
    assert read_home(str(home)) == home


@given(st.sampled_from(sorted(addresses._NORMALISERS)), st.text(max_size=20))
def test_the_norm_applied_twice_changes_nothing(kind: PlaceKind, text: str) -> None:
    once = normalised(kind, text)
    assert normalised(kind, once) == once
    lint(kind, text)

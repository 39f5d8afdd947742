"""Pinyin keys: both readings of doubtful surnames, and a check against the order of the national character set."""

from __future__ import annotations

import bisect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields.pinyin import MOST_KEYS, initials
from tests.calls import calls


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("张三丰", ("zsf", "zhangsanfeng")),
        ("曾国", ("zg", "cg", "zengguo", "cengguo")),
        ("单雄", ("sx", "dx", "shanxiong", "danxiong")),
        ("解某", ("xm", "jm", "xiemou", "jiemou")),
        ("仇某", ("qm", "cm", "qiumou", "choumou")),
        ("查某", ("zm", "cm", "zhamou", "chamou")),
        ("盖某", ("gm", "gemou", "gaimou")),
        ("朴某", ("pm", "piaomou", "pumou")),
        ("任某", ("rm", "renmou")),
        ("区某", ("om", "qm", "oumou", "qumou")),
        ("尉迟恭", ("ycg", "wcg", "yuchigong", "weichigong")),
        ("吕布", ("lb", "lvbu", "lubu")),
        ("阿依古丽·买买提", ("ayglmmt", "ayigulimaimaiti")),
        ("John Smith", ("johnsmith",)),
        ("Ａ座１２", ("az12", "azuo12")),
        ("西津桥社区", ("xjqsq", "xijinqiaoshequ")),
        ("单", ("s", "d", "shan", "dan")),
        ("", ()),
        ("·——", ()),
    ],
)
def test_keys(name: str, keys: tuple[str, ...]) -> None:
    assert initials(name) == keys


@given(st.text(max_size=30))
def test_any_text_gives_few_plain_keys(text: str) -> None:
    keys = initials(text)
    assert len(keys) <= 2 * MOST_KEYS
    assert len(set(keys)) == len(keys)
    assert all(key.isalnum() and key.isascii() and key == key.lower() for key in keys)


def test_readings_follow_the_order_of_gb2312() -> None:
    """Its 3,755 common characters are sorted by pinyin: what breaks the order is an unusual reading."""
    codes = ((high, low) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) if (high, low) <= (0xD7, 0xF9))
    # The set sorts lü between lu and luan, as lu.
    readings = [initials("甲" + bytes(code).decode("gb2312"))[1].removeprefix("jia") for code in codes]
    readings = [reading.replace("v", "u") if reading in ("lv", "nv", "lve", "nve") else reading for reading in readings]
    ends: list[str] = []
    for reading in readings:
        place = bisect.bisect_right(ends, reading)
        ends[place : place + 1] = [reading]
    assert len(readings) == 3755
    assert len(readings) - len(ends) < 65


def test_a_name_takes_little_work() -> None:
    common = [bytes([high, low]).decode("gb2312") for high in range(0xB0, 0xC4) for low in range(0xA1, 0xFF)]
    names = [
        first + common[-place] + common[place * 7 % 1000] for place, first in enumerate(common * 10, 1) if place < 1880
    ]
    names = [name + last for name in names for last in common[:10]]
    assert len(names) > 18_000
    for name in names:
        initials(name)
    initials.cache_clear()
    assert calls(lambda: [initials(name) for name in names]) < 25 * len(names)

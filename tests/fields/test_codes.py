"""Code lists: the national ones word for word, and how a written word becomes a code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.fields import codes
from app.fields.codes import CODE_LISTS, CodeItem, CodeList, code_list, read_code
from app.fields.refusal import Refused

NATIONALITIES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)


@pytest.fixture(autouse=True)
def shipped_lists() -> Iterator[None]:
    yield
    codes.forget_registered_code_lists()


def test_the_56_nationalities_stand_in_their_order() -> None:
    labels = [item.label for item in CODE_LISTS["ethnicity"].items]
    assert labels[:56] == [f"{name}族" for name in NATIONALITIES.split()]
    assert [item.code for item in CODE_LISTS["ethnicity"].items] == [f"{n:02}" for n in range(1, 57)] + ["97", "98"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("ethnicity", "汉", "01"),
        ("ethnicity", "汉族", "01"),
        ("ethnicity", "1", "01"),
        ("ethnicity", "01", "01"),
        ("ethnicity", "土", "30"),
        ("ethnicity", "土家", "15"),
        ("ethnicity", " 维吾尔 族 ", "05"),
        ("sex", "男", "1"),
        ("sex", "女性", "2"),
        ("sex", "２", "2"),
        ("marriage", "已婚", "20"),
        ("marriage", "离异", "40"),
        ("education", "大专", "31"),
        ("education", "专科", "31"),
        ("education", "本科", "21"),
        ("education", "大学", "21"),
        ("education", "大学本科（在职）", "21"),
        ("education", "硕士", "14"),
        ("education", "研究生", "14"),
        ("education", "中专", "41"),
        ("education", "高中", "61"),
        ("education", "职高", "44"),
        ("education", "初中", "71"),
        ("political_status", "党员", "01"),
        ("political_status", "团员", "03"),
        ("political_status", "预备", "02"),
        ("political_status", "党员（预备）", "02"),
        ("political_status", "群众", "13"),
        ("relation_to_head", "户主", "02"),
        ("relation_to_head", "妻", "12"),
        ("relation_to_head", "儿媳", "38"),
        ("living_kind", "户在人在", "together"),
        ("living_kind", "常住(已购房，户籍不在)", "bought"),
        ("lamp", "黄牌", "yellow"),
        ("party_organization_kind", "功能型支部", "functional_branch"),
        ("member_roster", "双报到", "reporting"),
        ("grid_post", "指导员", "guide"),
        ("owners_committee_post", "主任", "director"),
        ("house_state", "空关", "vacant"),
    ],
)
def test_words_become_codes(name: str, text: str, code: str) -> None:
    assert read_code(code_list(name), text) == code


def test_an_unknown_word_names_the_nearest() -> None:
    with pytest.raises(Refused, match=r"没有这一项。最接近的是：.*汉族") as refusal:
        read_code(code_list("ethnicity"), "汉人")
    assert refusal.value.code == "code_unknown"


def test_a_short_list_is_named_whole() -> None:
    with pytest.raises(Refused, match="请从这些里选：专职、兼职。"):
        read_code(code_list("grid_worker_kind"), "临时")


def test_a_word_inside_names_its_entry() -> None:
    with pytest.raises(Refused, match="大学专科毕业"):
        read_code(code_list("education"), "某校大专毕业班")


def test_a_remark_that_names_another_entry_is_not_dropped() -> None:
    with pytest.raises(Refused, match="中共党员、共青团员") as refusal:
        read_code(code_list("political_status"), "党员（团员）")
    assert refusal.value.code == "code_ambiguous"


def test_a_synonym_of_two_entries_is_refused_naming_both() -> None:
    twins = CodeList("twins", "类别", (CodeItem("a", "甲类", ("其他",)), CodeItem("b", "乙类", ("其他",))))
    with pytest.raises(Refused, match="可能是：甲类、乙类"):
        read_code(twins, "其他")


def test_a_label_outranks_a_synonym_and_a_code() -> None:
    items = (CodeItem("1", "二"), CodeItem("2", "三", ("二", "1")))
    ranked = CodeList("ranked", "次序", items)
    assert read_code(ranked, "二") == "1"
    assert read_code(ranked, "1") == "1"


def test_retired_entries_are_read_and_shown_but_not_offered() -> None:
    changed = CodeList("k", "类", (CodeItem("old", "旧", is_retired=True), CodeItem("new", "新")))
    assert changed.choices() == (("new", "新"),)
    assert changed.label_of("old") == "旧"
    assert read_code(changed, "旧") == "old"


def test_a_district_may_put_its_own_list_in_force() -> None:
    own = CodeList("grid_post", "网格职务", (CodeItem("three_head", "三长"),))
    codes.register_code_list(own)
    assert read_code(code_list("grid_post"), "三长") == "three_head"
    codes.register_code_list(CodeList("own_list", "自定", (CodeItem("x", "甲"),)))
    assert "own_list" in codes.code_list_names()
    codes.forget_registered_code_lists()
    assert code_list("grid_post") is CODE_LISTS["grid_post"]


def test_an_unknown_list_says_where_to_add_it() -> None:
    with pytest.raises(KeyError, match=r"code_lists\.txt"):
        code_list("nonsense")


@pytest.mark.parametrize(
    "items",
    [(CodeItem("a", "甲"), CodeItem("a", "乙")), (CodeItem("a", "甲"), CodeItem("b", "甲"))],
)
def test_a_list_names_each_thing_once(items: tuple[CodeItem, ...]) -> None:
    with pytest.raises(ValueError, match="stands twice"):
        CodeList("k", "类", items)


@pytest.mark.parametrize("name", sorted(CODE_LISTS))
def test_every_word_of_every_shipped_list_is_read_as_its_own_entry(name: str) -> None:
    shipped = CODE_LISTS[name]
    assert shipped.items
    for item in shipped.items:
        assert len(item.code) <= codes.CODE_LENGTH
        for word in (item.code, item.label, *item.synonyms):
            assert read_code(shipped, word) == item.code


def test_the_lists_that_rosters_need_are_there() -> None:
    wanted = (
        "sex ethnicity marriage education political_status relation_to_head grid_worker_kind grid_post worker_state "
        "party_organization_kind member_kind member_roster member_movement living_kind house_state property_kind lamp "
        "grid_kind unit_kind care_target special_population key_attention resource_kind need_source need_state urgency "
        "project_state owners_committee_post term_state"
    )
    assert set(wanted.split()) <= CODE_LISTS.keys()


@pytest.mark.parametrize(
    "text",
    ["a 甲", "[k 类]\na", "[k 类]\n[k 类]"],
)
def test_a_broken_file_names_its_line(text: str) -> None:
    with pytest.raises(ValueError, match="Line"):
        codes.read_code_lists(iter(text.splitlines()))

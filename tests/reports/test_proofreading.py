"""What proofreading finds, and that it keeps silent on what is right."""

from __future__ import annotations

from datetime import date

import pytest

from reports.document import (
    Attachments,
    Document,
    Heading,
    OfficialHead,
    Paragraph,
    Signature,
    Speech,
    Table,
    TableColumn,
)
from reports.proofreading import proofread, proofread_text
from tests.reports.papers import PAPERS


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("一，总体情况", "“一、”"),
        ("一.总体情况", "“一、”"),
        ("十二，下步工作", "“一、”"),
        ("一、总体\n（一）、党建引领", "后面不加标点"),
        ("一、总体\n(一)党建引领", "“（一）”"),
        ("一、总体\n1、组织设置", "“1.”"),
        ("1)组织设置", "“（1）”"),
        ("一、总体\n1.组织\n(1)设置", "“（1）”"),
        ("一、总体\n1.组织\n（1）、设置", "“（1）”后面不加标点"),
        ("依据枫街办〔2026〕05号", "前面的0去掉"),
        ("依据枫街办〔2026〕第5号", "不写“第”字"),
        ("依据枫街办[2026]5号", "六角括号"),
        ("依据枫街办（2026）5号", "六角括号"),
        ("依据枫街办〔26〕5号", "四位"),
        ("会议认为,要抓紧", "全角标点"),
        ("责任单位:城管中队", "全角标点"),
        ("要抓紧落实.", "句号"),
        ("台账(见附件)", "全角“（ ）”"),
        ("要抓紧。。", "重复"),
        ("要抓紧，。", "重复"),
        ("名册、台账...", "省略号"),
        ("请于2026年03月05日前报送", "不编虚位"),
        ("请于2026年3月05日前报送", "不编虚位"),
        ("二〇二六年三月五日", "阿拉伯数字"),
        ("请于26年3月5日前报送", "四位"),
        ("一、总体情况\n三、下步工作", "这里应当是“二、”"),
        ("一、总体\n（一）党建\n（三）平安", "这里应当是“（二）”"),
        ("一、总体\n（1）党建", "层次"),
        ("（一）党建", "层次"),
    ],
)
def test_each_fault_is_named_with_what_is_right(text: str, advice: str) -> None:
    found = proofread_text(text)
    assert len(found) == 1, [str(remark) for remark in found]
    assert advice in found[0].advice


@pytest.mark.parametrize(
    "text",
    [
        "一、总体情况\n（一）基本情况\n1.党建引领\n（1）组织设置\n（2）党员队伍\n2.平安\n（二）工作情况\n二、下步工作",
        "一、总体情况\n1.两层时可以直接用阿拉伯数字\n2.第二点\n二、下步工作\n1.又从一开始",
        "一是抓紧核对，二是按时报送。",
        "十四五规划，三方协议，一次性告知。",
        "上午9:00开会，比例为3:1，共1,284件，办结率98.21%。",
        "依据《枫叶街道办事处关于核对名册的通知》（枫街办〔2026〕5号）办理。",
        "（2026）枫人调字第3号卷宗已归档。",
        "会议听取了汇报……会议认为——要抓紧。",
        "1.5万户居民，12、13号楼。",
        "请于2026年3月5日前报送，电话0512-55500102。",
        "真的要拆吗？！",
    ],
)
def test_right_text_gets_no_remark(text: str) -> None:
    assert [str(remark) for remark in proofread_text(text)] == []


@pytest.mark.parametrize("name", PAPERS)
def test_no_paper_of_ours_has_anything_to_remark(name: str) -> None:
    assert [str(remark) for remark in proofread(PAPERS[name]())] == []


def test_all_parts_of_a_paper_are_read_and_tables_are_not() -> None:
    document = Document(
        "关于核对名册的通知。",
        (
            Heading("总体情况"),
            Heading("组织设置", 4),
            Paragraph("会议认为,要抓紧。"),
            Speech("韦青", "我同意。。"),
            Table((TableColumn("编号"),), (("一，",), ("枫街办〔2026〕05号",))),
            Attachments(("责任清单；",)),
            Signature("枫叶街道办事处", date(2026, 3, 5)),
        ),
        style="official",
        head=OfficialHead("文件", "枫叶街道办事处文件", "枫街办〔2026〕05号"),
    )
    found = [str(remark) for remark in proofread(document)]
    places = [text.split("“")[0] for text in found]
    assert places == ["标题", "文号", "正文第1段", "韦青的发言", "小标题", "附件说明"]
    assert found[0].endswith("标题末尾不加标点。")


def test_100_000_characters_are_read() -> None:
    # Patterns that go back over what they have read would take hours here.
    text = "（一）、会议认为,（（（((((" * 6000
    assert proofread_text(text)

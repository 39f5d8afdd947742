"""Words of headers: none means two columns of one register, and the usual ones are understood."""

from __future__ import annotations

import importlib

import pytest

from app.lowcode.importing.headings import plain_heading
from app.lowcode.importing.vocabulary import Vocabulary, importable
from app.lowcode.register import Register
from app.rooms import REGISTERS

ALL = [
    found
    for module in REGISTERS
    for found in vars(importlib.import_module(module)).values()
    if isinstance(found, Register)
]


@pytest.mark.parametrize("reg", ALL, ids=lambda reg: reg.name)
def test_no_word_means_two_columns(reg: Register) -> None:
    meant: dict[str, set[str]] = {}
    for column in importable(reg.declared_columns):
        for word in (column.label, *column.synonyms):
            meant.setdefault(plain_heading(word), set()).add(column.name)
    assert {word: names for word, names in meant.items() if len(names) > 1} == {}


@pytest.mark.parametrize("reg", ALL, ids=lambda reg: reg.name)
def test_its_own_labels_are_understood(reg: Register) -> None:
    words = Vocabulary(reg.declared_columns, reg.row_title, reg.keys)
    assert {column.label: words.surely(column.label) for column in importable(reg.declared_columns)} == {
        column.label: column.name for column in importable(reg.declared_columns)
    }


USUAL = {
    "grid_workers": (
        "联系方式:phone 手机:phone 身份证号码:id_number 公民身份号码:id_number 证件号:id_number 文化程度:education "
        "所在网格:area 网格名称:area 所属村社区:area 网格员电话:phone 网格员身份证号:id_number 聘用时间:hired_on "
        "备注说明:note 岗位:post 性别（男/女）:sex"
    ),
    "party_members": (
        "出生年月:born_on 入党日期:joined_on 入党时间:joined_on 加入党组织时间:joined_on 转正日期:confirmed_on "
        "党组织名称:organization 所属党支部:organization 所在党支部:organization 现居住地:address 家庭地址:address "
        "职务:post 党员姓名:name 党员联系电话:phone 参加工作年月:working_since 最高学历:education"
    ),
    "residents": (
        "身份证:id_number 户籍所在地:registered_address 与户主的关系:relation 婚否:marriage 居民姓名:name "
        "政治面目:political_status 联系号码:phone 户口性质:registration 所属社区:area"
    ),
    "property_companies": (
        "公司名称:name 物业服务企业名称:name 法人代表:legal_representative 项目负责人:manager 联系方式:manager_phone "
        "社会信用代码:credit_code 物业费:fee 合同到期时间:contract_ends_on 服务户数:household_count"
    ),
    "units": "企业名称:name 联系人电话:phone 联络员:contact 单位地址:address 主要负责人:head 单位性质:kind",
    "owners_committees": "业主委员会:name 任期届满时间:term_ends_on 备案编号:filing_number 主任电话:phone 所在小区:compound",
    "building_heads": "楼长姓名:name 楼栋号:building 手机号码:phone 分管户数:household_count",
    "dwellings": "室号:room_number 房东:owner 业主电话:owner_phone 房屋面积:floor_area 幢号:building",
}


@pytest.mark.parametrize("name", sorted(USUAL))
def test_what_offices_write_is_understood(name: str) -> None:
    reg = next(reg for reg in ALL if reg.name == name)
    words = Vocabulary(reg.declared_columns, reg.row_title, reg.keys)
    wanted = dict(pair.split(":") for pair in USUAL[name].split())
    assert {word: words.surely(word) for word in wanted} == wanted


def test_somebody_elses_columns_are_not_the_records_own() -> None:
    reg = next(reg for reg in ALL if reg.name == "grid_workers")
    words = Vocabulary(reg.declared_columns, reg.row_title, reg.keys)
    for word in ("配偶姓名", "户主联系电话", "紧急联系人电话", "父亲姓名", "曾用名", "配偶身份证号"):
        assert (words.surely(word), words.probably(plain_heading(word))) == ("", ""), word

"""The header words a register understands: labels, synonyms, and the ways in which offices turn them about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from app.lowcode.column import Column
from app.lowcode.importing import combined
from app.lowcode.importing.headings import plain_heading, spoken_heading
from app.lowcode.importing.tables import Role

_PLACES = (
    "区县 街道 乡镇 镇街 社区 村社区 村居 居委会 所属街道 所属社区 所在社区 社区名称 村（社区） 所属村社区 社区（村） 村（居） "
    "网格 所属网格 所在网格 网格名称 网格编号 网格编码 网格号 所属区域 所在街道 所属村（社区） 居委 村委会"
)
PLACE_WORDS = tuple(_PLACES.split())
"""Any register's place understands these; several of them in one table make a path 桂花社区/第一网格."""
GENERAL_WORDS: dict[str, str] = {
    "姓名": "名字 本人姓名 人员姓名 姓名全称",
    "联系电话": (
        "手机 手机号 手机号码 电话 联系方式 联系号码 电话号码 移动电话 联系手机 本人电话 本人联系电话 常用电话 手机/电话 电话/手机 "
        "手机电话 联系电话号码 联系手机号 联系手机号码 联系人电话 联系人手机 联系人联系方式 tel"
    ),
    "身份证号": (
        "身份证 身份证号码 公民身份号码 公民身份证号码 公民身份证号 居民身份证号码 居民身份证号 证件号码 证件号 有效证件号码 身份号码 "
        "身份证件号码 身份证件号 二代身份证号 二代身份证号码 本人身份证号 本人身份证号码 身份证编号"
    ),
    "性别": "男女",
    "民族": "族别",
    "出生日期": "出生年月 出生年月日 出生时间 生日 出生",
    "学历": "文化程度 最高学历 受教育程度 学历学位 学历/学位 全日制学历 文化",
    "政治面貌": "政治面目 面貌 党派",
    "家庭住址": "住址 现住址 现居住地 居住地址 家庭地址 居住地 现居住地址 常住地址 详细住址 详细地址 家庭详细住址 现住地址 居住住址",
    "地址": "详细地址 所在地址 坐落 单位地址 办公地址 注册地址 经营地址 所在位置",
    "备注": "备注说明 说明 其他 其它 备考 其他说明 其他情况 情况说明",
    "入党时间": "入党日期 入党年月 入党年月日 加入党组织时间 加入党组织日期 加入中国共产党时间 加入中共时间",
    "转正时间": "转正日期 转正年月 转为正式党员时间 转为正式党员日期",
    "所在支部": "所属党支部 所在党支部 党组织名称 所属党组织 所在党组织 支部名称 组织关系所在支部 隶属党支部 所属支部 支部 党支部",
    "参加工作时间": "参加工作日期 参加工作年月 工作时间",
    "职务": "现任职务 岗位 岗位职务 担任职务 职务名称 职位",
    "婚姻状况": "婚姻状态 婚否 婚姻 婚姻情况",
    "户籍地": "户籍地址 户口所在地 户籍所在地 户籍住址 户口所在地址 户籍详细地址 户籍",
    "工作单位": "服务处所 就业单位 现工作单位 从业单位 单位 工作单位及职务",
    "统一社会信用代码": "信用代码 社会信用代码 统一信用代码 统一社会代码 社会统一信用代码",
    "聘用日期": "聘任时间 入职时间 上岗时间 聘用时间 入职日期 聘任日期 上岗日期 到岗时间",
    "离岗日期": "离职时间 离岗时间 离职日期",
    "合同到期": "合同到期日 合同到期时间 合同截止日期 合同终止日期 合同期限至",
    "联系人": "联络人 联系人姓名 对接人 联络员",
    "与户主关系": "关系 家庭关系 与户主的关系 户主关系",
    "建筑面积": "面积 总建筑面积",
    "户数": "总户数 住户数",
}
"""What offices write for columns of these labels, in any register that has no nearer meaning for the word."""
_PLACE_RANK = ("区县", "街道", "乡镇", "镇街", "社区", "村", "居", "网格")
_ASKING = re.compile(
    r"^(请填写|请输入|填写|请选择|您的|本人|人员|党员|成员|居民|基本信息|个人|被访人|登记人|人口|群众)"
)
_WHETHER = re.compile(r"^(是否有|是否为|是否是|是否已|是否|有无)(?=.{2})")
_NAME_ENDINGS = frozenset({"姓名", "名字", "名称", "姓名及职务"})
_NAMED = ("person_name", "text")
_PHONE_ENDINGS = ("电话", "联系电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "移动电话")
_LATIN_END = re.compile(r"[A-Za-z]+$")
_NEAR = 0.6


def importable(columns: Sequence[Column]) -> list[Column]:
    """Columns that a file can fill."""
    return [column for column in columns if column.kind not in ("computed", "lines")]


def vocabulary(columns: Sequence[Column]) -> dict[str, str]:
    """Every plain word that surely means a column → the column's name. Labels outrank synonyms."""
    words: dict[str, str] = {}
    fillable = importable(columns)
    own = [column for column in fillable if column.kind != "part"]
    for spellings in (*_spellings(own), *_spellings([column for column in fillable if column.kind == "part"])):
        for spelling, name in spellings:
            words.setdefault(plain_heading(spelling), name)
            words.setdefault(spoken_heading(spelling), name)
    return words


def _spellings(fillable: Sequence[Column]) -> tuple[list[tuple[str, str]], ...]:
    """(word, column) of some columns, what counts most first."""
    return (
        [(column.label, column.name) for column in fillable],
        [(synonym, column.name) for column in fillable for synonym in column.synonyms],
        [(column.name, column.name) for column in fillable],
        [(word, column.name) for column in fillable if column.kind == "place" for word in PLACE_WORDS],
        [(word, column.name) for column in fillable for word in GENERAL_WORDS.get(column.label, "").split()],
    )


@dataclass
class Vocabulary:
    """What is looked up for each header of a file, made once for a register."""

    columns: Sequence[Column]
    row_title: str = ""
    keys: Sequence[Sequence[str]] = ()
    words: Mapping[str, str] = field(init=False)
    _folded: Mapping[str, str] = field(init=False)
    _nouns: tuple[str, ...] = field(init=False)
    """What one row is called in headers: 网格员 in 网格员电话."""

    def __post_init__(self) -> None:
        self.words = vocabulary(self.columns)
        self._folded = {_fold(word): name for word, name in reversed(list(self.words.items()))}
        title = next((column for column in self.columns if column.name == self.row_title), None)
        nouns = [word.removesuffix("姓名") for word in title.synonyms] if title else []
        self._nouns = tuple(sorted({noun for noun in nouns if len(noun) >= 2}, key=len, reverse=True))

    def role(self, title: str) -> Role:
        """What a header word is to the register."""
        name = self.surely(title) or self.surely(combined.whose(title))
        if not name:
            return ""
        if name == self.row_title:
            return "name"
        if any(column.name == name and column.kind == "place" for column in self.columns):
            return "place"
        return "key" if any(name in key for key in self.keys) else "other"

    def surely(self, title: str) -> str:
        """The column a word means by itself, "" for none: as it stands, folded, or behind what a row is called."""
        for word in (spoken_heading(title), plain_heading(title)):
            found = self.words.get(word) or self._folded.get(_fold(word))
            if found:
                return found
        plain = plain_heading(title)
        chinese = _LATIN_END.sub("", plain)
        if chinese != plain and len(chinese) >= 2 and (found := self.words.get(chinese)):
            return found  # 身份证号 ID No.
        if flag := self._asked_whether(plain):
            return flag
        for noun in self._nouns:
            if plain.startswith(noun) and len(plain) > len(noun):
                rest = plain[len(noun) :].lstrip("的")
                return self.words.get(rest) or self._folded.get(_fold(rest)) or ""
        return ""

    def _asked_whether(self, plain: str) -> str:
        """是否共建单位 and 有无电梯 are columns of yes and no: 共建单位, 有电梯."""
        bare = _WHETHER.sub("", plain)
        if bare == plain:
            return ""
        flags = {column.name for column in self.columns if column.type.key == "flag"}
        return next(
            (name for word in (bare, "有" + bare, "已" + bare) if (name := self.words.get(word, "")) in flags), ""
        )

    def in_group(self, group: str, last: str) -> str:
        """The column of a word under a group head: 项目经理/电话 is 项目经理电话, 户主/姓名 is 户主."""
        head, word = plain_heading(group), plain_heading(last)
        if bare := _NEUTRAL.sub("", head):
            head = bare  # 监护人信息/电话 is 监护人电话
        found = self.words.get(head + word) or self._folded.get(_fold(head + word)) or ""
        if not found and word in _NAME_ENDINGS:
            whose = self.words.get(head, "")
            found = whose if any(column.name == whose and column.type.key in _NAMED for column in self.columns) else ""
        if not found and word in _PHONE_ENDINGS:
            found = next((self.words[head + ending] for ending in _PHONE_ENDINGS if head + ending in self.words), "")
        return found

    def is_noun(self, group: str) -> bool:
        """Whether a group head is what a row is called: 网格员/电话 is his own."""
        head = plain_heading(group)
        return head in self._nouns or (bool(self.row_title) and self.words.get(head) == self.row_title)

    def probably(self, word: str) -> str:
        """The column a longer word likely means: 人员性别, 家庭住址（详细）; never one about somebody else."""
        stripped = _ASKING.sub("", word)
        if stripped != word and stripped in self.words:
            return self.words[stripped]
        ending = max((each for each in self.words if len(each) >= 2 and word.endswith(each)), key=len, default="")
        if ending and len(word) - len(ending) <= 2 and not names_another(word[: -len(ending)]):
            return self.words[ending]
        beginning = max((each for each in self.words if len(each) >= 3 and word.startswith(each)), key=len, default="")
        if beginning and len(word) - len(beginning) <= 2:
            return self.words[beginning]
        return ""

    def perhaps(self, word: str) -> str:
        """A column to offer, by likeness of spelling."""
        if not word:
            return ""
        near = max(self.words, key=lambda each: SequenceMatcher(None, each, word).ratio(), default="")
        return self.words[near] if near and SequenceMatcher(None, near, word).ratio() >= _NEAR else ""


def _fold(word: str) -> str:
    """聘用时间 and 聘用日期, 证件号码 and 证件号 mean the same; so do 所在网格 and 所属网格."""
    for ending, common in (
        ("时间", "日期"),
        ("年月日", "日期"),
        ("号码", "号"),
        ("编码", "编号"),
        ("情况", ""),
        ("类型", "类别"),
        ("种类", "类别"),
        ("分类", "类别"),
    ):
        if len(word) > len(ending) + (ending == "情况") and word.endswith(ending):
            word = word[: -len(ending)] + common
            break
    return "所属" + word[2:] if word.startswith(("所在", "隶属", "归属")) and len(word) > 2 else word


_OTHER_WORDS = (
    "配偶 户主 父 母 子女 家属 家长 紧急 法人 代理 推荐 介绍 监护 原 曾 旧 非 房东 爱人 老伴 丈夫 妻子 儿子 女儿 帮扶 包联 结对 "
    "出租人 代领 代办 经办 承办 填报 填表 审核 担保 赡养 抚养 照料 照护 陪护 护理"
)
_OTHERS = tuple(_OTHER_WORDS.split())
_ROLE_WORDS = (
    "书记 主任 网格长 经理 负责人 法人 法定代表人 联系人 业主 产权人 委员 组长 楼长 民警 领导 辅警 物业 医生 律师 志愿者 "
    "单元长 楼栋长 网格员 管理员 责任人 承租人 租客 房客 中介"
)
_ROLES = (*_OTHERS, *_ROLE_WORDS.split())
_NEUTRAL = re.compile(r"信息|情况|资料|基本|本人|个人|人员|联系方式|内容|登记|概况|详细|状况")


def names_another(prefix: str) -> bool:
    """配偶姓名, 户主电话, 父亲工作单位 are about somebody else."""
    return any(word in prefix for word in _OTHERS)


def is_of_another(group: str) -> bool:
    """Whether a group head names a person of another part: 配偶信息, 党支部书记, 网格长."""
    head = plain_heading(group)
    if any(word in head for word in _OTHERS):
        return True
    return any(word in head for word in _ROLES) and not _NEUTRAL.search(head)


def place_order(header: str) -> int:
    """Rank of a place header in a path: 街道 before 社区 before 网格."""
    word = plain_heading(header)
    return max((number for number, part in enumerate(_PLACE_RANK) if part in word), default=len(_PLACE_RANK))

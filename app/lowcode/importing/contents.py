"""What the cells of a column say about it, whatever its title: ID numbers, telephones, names, places, code words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from app.fields import codes
from app.fields.cells import MISSING
from app.fields.refusal import Refused
from app.lowcode.column import Column
from app.lowcode.importing.headings import text_of
from app.lowcode.naming import Split

IsArea = Callable[[str], bool]
_MOST = 0.8
_ID_NUMBER = re.compile(r"^['‘’`]?\d{17}[\dXxＸ]$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_CREDIT = re.compile(r"^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$")
_NAME = re.compile(r"^[\u4e00-\u9fff]{2,4}$|^[\u4e00-\u9fff]{2,8}[·•][\u4e00-\u9fff]{2,10}$")
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任"
    "袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈"
    "宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应"
    "宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全"
    "郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟"
    "谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿"
    "满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
    "肖付闫代覃税岳帅仝苟祁撒楚佟"
)


def texts_of(values: Sequence[Any]) -> list[str]:
    """What stands in the cells, blank ones and 无 left out."""
    return [text for value in values if (text := text_of(value)) and text not in MISSING]


def _are_mostly(texts: Sequence[str], test: Callable[[str], Any], *, least: int = 2) -> bool:
    return len(texts) >= least and sum(1 for text in texts if test(text)) >= _MOST * len(texts)


def are_id_numbers(texts: Sequence[str]) -> bool:
    """18 digits, most of them."""
    return _are_mostly(texts, _ID_NUMBER.match, least=1)


def are_phones(texts: Sequence[str]) -> bool:
    """Mobile numbers, most of them."""
    return _are_mostly(texts, lambda text: _MOBILE.match(re.sub(r"[-\s]", "", text)))


def are_names(texts: Sequence[str]) -> bool:
    """Chinese names, hardly one twice."""
    return (
        _are_mostly(texts, lambda text: _NAME.match("".join(text.split())) and text[0] in _SURNAMES)
        and len(set(texts)) >= _MOST * len(texts)
    )  # fmt: skip


def column_by_content(
    values: Sequence[Any], free: Mapping[str, Column], row_title: str, is_area: IsArea | None
) -> str:  # fmt: skip
    """Which of the columns not yet given away the cells must belong to; "" where they may be anything."""
    texts = texts_of(values)
    if not texts:
        return ""
    by_type: dict[str, list[str]] = {}
    for name, column in free.items():
        if column.kind == "part":
            continue  # a name or a number may be anything: only its heading says that it names something else
        key = "place" if column.kind == "place" else column.type.key
        by_type.setdefault(key, []).append(name)
    if are_id_numbers(texts):
        return _only(by_type.get("id_number", []))
    if _are_mostly(texts, _CREDIT.match):
        return _only(by_type.get("credit_code", []))
    if are_phones(texts):
        return next((name for name in by_type.get("phone", ()) if name == "phone"), "") or _only(
            by_type.get("phone", [])
        )
    if is_area is not None and by_type.get("place") and _are_mostly(texts, is_area, least=1):
        return by_type["place"][0]
    if row_title in free and free[row_title].type.key == "person_name" and are_names(texts):
        return row_title
    return _only([name for name in by_type.get("code", ()) if _are_codes(texts, free[name])])


def _are_codes(texts: Sequence[str], column: Column) -> bool:
    try:
        words = codes.code_list(getattr(column.type, "list_name", ""))
    except KeyError:
        return False
    return not any(text.isdigit() for text in texts) and _are_mostly(texts, lambda text: codes.has_entry(words, text))


def are_labels(texts: Sequence[str], column: Column) -> bool:
    """Whether every text is the very name of an entry of the column's list, no other spelling of one."""
    if column.type.key != "code" or column.kind != "stored":
        return False
    try:
        labels = {item.label for item in codes.code_list(getattr(column.type, "list_name", "")).items}
    except KeyError:
        return False
    return all(text in labels for text in texts)


def _is_entry(column: Column, text: str) -> bool:
    """Whether the column's list has the word, however it is spelled."""
    try:
        column.type.parse(text)
    except Refused:
        return False
    return True


def _is_told(split: Split, text: str) -> bool:
    """Whether a cell names a row, such as an address does that tells building and room."""
    try:
        return bool(split(text))
    except Refused:
        return False


def _only(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ""


def is_contradicted(values: Sequence[Any], column: Column) -> bool:
    """Whether the cells cannot be what the title says: a column 网格员 full of figures holds no names."""
    texts = texts_of(values)
    if column.split is not None:
        return bool(texts) and not _are_mostly(texts, partial(_is_told, column.split), least=1)
    key = "place" if column.kind == "place" else column.type.key
    if key == "code":
        return column.kind == "stored" and _are_mostly(texts, lambda text: not _is_entry(column, text))
    if key == "person_name":
        return _are_mostly(texts, lambda text: re.fullmatch(r"[\d.,%\s]+", text))
    if key in ("phone", "id_number", "credit_code"):
        return _are_mostly(texts, lambda text: not re.search(r"\d", text)) or (
            key == "phone" and _are_mostly(texts, _ID_NUMBER.match)
        )
    if key == "place":
        return _are_mostly(texts, lambda text: re.fullmatch(r"\d{1,5}(\.\d+)?", text), least=3)
    return False

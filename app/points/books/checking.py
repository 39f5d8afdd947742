"""The checker of rule books: what is wrong or unwise in one, in words, with what to do instead.

Sources: 国办函〔2026〕12号 (no scores for signing in, online time, likes, tracks, needless photographs; no quotas of
reports as the main thing assessed); 六角办事处's grades, whose printed table leaves 60–69 without a grade.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from app.points.books.findings import Finding
from app.points.books.grade_checks import grade_findings
from app.points.books.rules import HUNDRED, ZERO, Book, BookRule, Group, Terms, amount, step_text
from app.points.books.writing import BOOK_NOTE, all_words
from app.points.proposing.rules import unfit
from app.points.rules import STEP, forbidden_measure

LOW_SHARE = Decimal(25)
"""Below this floor of days in post somebody's points are multiplied by more than four."""
MINIMUM = re.compile(
    r"(?:每人)?每(?:日|天|周|月|季度?|年)?[^，。；\n]{0,10}(?:不少于|至少|不得少于|不低于|应达到?|最少|完成)\s*"
    r"[\d一二两三四五六七八九十百]+\s*(?:条|件|次|篇|张|户|起|个)"
)
"""每日上报不少于 2 条: a quota of reports."""
NEEDS_NUMBER = re.compile(r"(?:不少于|至少|不得少于|最少)\s*[\d一二两三四五六七八九十百]+\s*(?:条|件|篇|张)")
PIECES = re.compile(
    r"(?:上报|报送|采集|走访|巡查|发布|推送|投稿|信息)[^，。；\n]{0,6}(?:一|每)(?:条|件|次|篇|张|户)|(?:上报|走访|巡查)(?:数|量|次数|件数)"
)
PIECE_UNITS = frozenset({"条", "件", "次", "篇", "张", "户"})
PIECE_WORDS = ("上报", "报送", "走访", "巡查", "发布", "推送", "投稿", "宣传")
OUTCOMES = ("化解", "消除", "解决", "办结", "核对准确", "属实", "整改", "采纳", "推广", "调处成功")
OUTCOME_ADVICE = "建议改按办成的事来记，例如矛盾化解、隐患消除、名册核对准确，每件有结果才记。"
BIG_DEDUCTION = Decimal(5)


def findings(book: Book) -> list[Finding]:
    """Everything the checker has to say about a book, what must be mended first; [] for a book without fault."""
    found = [
        *_whole(book),
        *(finding for group, rule in book.rules() for finding in _rule(group, rule)),
        *(finding for group in book.groups for finding in _group(group)),
        *_words(book),
        *grade_findings(book),
        *_weights(book),
        *_terms(book),
    ]
    return sorted(found, key=lambda finding: not finding.is_fault)


def faults(book: Book) -> list[Finding]:
    """Only what must be mended before the book may be used."""
    return [finding for finding in findings(book) if finding.is_fault]


def _whole(book: Book) -> Iterator[Finding]:
    if not any(True for _ in book.rules()):
        yield Finding("细则", "一条规则也没有，不能记分。请先加规则。", is_fault=True)
    if book.valid_to is not None and book.valid_to < book.valid_from:
        yield Finding("细则", "停用日期早于启用日期，请核对。", is_fault=True, field="valid_to")
    if not book.basis:
        yield Finding(
            "细则", "没有写依据文件。请写上文件名称或文号，并把文件传上来，网格员有疑问时可以查。", field="basis"
        )


def _rule(group: Group, rule: BookRule) -> Iterator[Finding]:
    place = f"规则 {rule.code}"
    if rule.value == ZERO and not rule.is_veto and rule.measure == "fixed":
        yield Finding(
            place, "分值填大于 0 的数；扣分写负数。不计分的规则请删掉，或标为一票否决。", is_fault=True, field="value"
        )
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        yield Finding(place, "停用日期早于启用日期，请核对。", is_fault=True, field="valid_to")
    yield from _caps(group, rule, place)
    yield from _people(rule, place)
    if rule.measure == "steps":
        yield from _steps(rule, place)
    if wrong := unfit(rule.auto_on, is_deduction=rule.is_deduction, recorder=rule.recorder):
        yield Finding(place, wrong, is_fault=True, field="auto_on")
    if rule.auto_on and rule.measure != "fixed":
        yield Finding(place, "自动记分只能用固定分值：系统不知道数量是多少。", is_fault=True, field="auto_on")


def _caps(group: Group, rule: BookRule, place: str) -> Iterator[Finding]:
    caps = (("每天", rule.cap_day, "cap_day"), ("每月", rule.cap_month, "cap"), ("每年", rule.cap_year, "cap_year"))
    most = abs(rule.value)
    for word, cap, key in caps:
        if cap is not None and cap < most:
            sentence = f"{word}最多 {amount(cap)} 分，比一次的分值 {amount(most)} 分还小，一次也记不满，请核对。"
            yield Finding(place, sentence, is_fault=True, field=key)
    stated = [(word, cap, key) for word, cap, key in caps if cap is not None]
    for (short, low, key), (long, high, _key) in pairwise(stated):
        if low > high:
            sentence = f"{short}最多 {amount(low)} 分，比{long}最多 {amount(high)} 分还多，前一个不起作用。"
            yield Finding(place, sentence, field=key)
    if group.cap is not None and rule.value > group.cap:
        sentence = f"一次 {amount(rule.value)} 分，比“{group.name}”一组每月最多的 {amount(group.cap)} 分还多，请核对。"
        yield Finding(place, sentence, is_fault=True, field="value")


def _people(rule: BookRule, place: str) -> Iterator[Finding]:
    if rule.recorder == "system" and not rule.auto_on:
        yield Finding(
            place,
            "写明只由系统自动记，却没有选哪类事自动记，这条谁也记不了。请选一类，或改由人记。",
            is_fault=True,
            field="auto_on",
        )
    if rule.checker == "none" and (rule.is_veto or rule.value <= -BIG_DEDUCTION):
        what = "一票否决" if rule.is_veto else f"一次扣 {amount(-rule.value)} 分"
        yield Finding(place, f"{what}，却没有人核，记的人说了算。建议由街道或社区另一人核过再算数。", field="checker")
    if rule.recorder == "street" and rule.checker == "other":
        yield Finding(
            place, "由街道来记，却要社区的人核，社区核不了街道记的分。请改为街道核。", is_fault=True, field="checker"
        )
    if rule.is_veto and not rule.needs_evidence:
        yield Finding(place, "一票否决没有要求佐证。这会决定一个人的去留，建议要求佐证文件。", field="needs_evidence")
    if rule.needs_evidence and not rule.evidence and rule.is_veto:
        yield Finding(place, "没有写要什么佐证，例如查实结论、处分决定。", field="evidence")


def _steps(rule: BookRule, place: str) -> Iterator[Finding]:
    rising = sorted(rule.steps, key=lambda step: step.at_least)
    for low, high in pairwise(rising):
        if low.at_least == high.at_least:
            yield Finding(
                place, f"从 {amount(low.at_least)}{rule.unit} 起的一档写了两次。", is_fault=True, field="steps"
            )
        elif low.up_to is not None and low.up_to >= high.at_least:
            both = f"{step_text(low, rule.unit)} 和 {step_text(high, rule.unit)}"
            yield Finding(
                place,
                f"{both} 两档重叠，{amount(high.at_least)}{rule.unit} 算哪一档说不清。",
                is_fault=True,
                field="steps",
            )
        elif low.up_to is not None and high.at_least - low.up_to > Decimal(1):
            gap = f"{amount(low.up_to)}{rule.unit} 和 {amount(high.at_least)}{rule.unit}"
            yield Finding(place, f"{gap} 之间没有写得几分，落在中间的按其余算。请核对。", field="steps")
        elif low.up_to is not None and high.at_least - low.up_to > STEP:
            gap = f"{amount(low.up_to)}{rule.unit} 到 {amount(high.at_least)}{rule.unit} 之间（例如 {_between(low.up_to, high.at_least)}{rule.unit}）"
            yield Finding(place, f"{gap}没有写得几分。建议只写每一档从多少起。", field="steps")
        if low.value >= high.value:
            sentence = f"达到 {amount(high.at_least)}{rule.unit} 的分不比 {amount(low.at_least)}{rule.unit} 的多，做得好反而不合算，请核对。"
            yield Finding(place, sentence, field="steps")
    if rule.otherwise is None and rising and rising[0].at_least > ZERO:
        least = amount(rising[0].at_least)
        yield Finding(
            place, f"不到 {least}{rule.unit} 得几分没有写，系统按 0 分算。建议写明“其余 0 分”。", field="otherwise"
        )


def _between(low: Decimal, high: Decimal) -> str:
    return amount(((low + high) / 2).quantize(Decimal("0.1")))


def _group(group: Group) -> Iterator[Finding]:
    place = f"“{group.name}”"
    if not group.rules:
        yield Finding(place, "这一组没有规则。不用的组请删掉。")
    if group.floor is not None and group.floor > group.base:
        sentence = f"最少 {amount(group.floor)} 分，比基础分 {amount(group.base)} 分还多，扣分就扣不动了，请核对。"
        yield Finding(place, sentence, is_fault=True, field="floor")
    if group.cap is not None and group.cap <= ZERO:
        yield Finding(place, "每月最多的分要大于 0；不封顶就不填。", is_fault=True, field="cap")


def _words(book: Book) -> Iterator[Finding]:
    rules = {f"规则 {rule.code}": rule for _group, rule in book.rules()}
    for place, words in all_words(book):
        rule = rules.get(" ".join(place.split(" ")[:2]))
        where = f"规则 {rule.code}" if rule is not None else place
        field = "note" if place == BOOK_NOTE else "name"
        found = forbidden_measure(words)
        if found is not None:
            sentence = (
                f"不能按{found}记分（国办函〔2026〕12号不允许强制打卡签到、计在线时长，也不允许索要不必要的照片和轨迹）。"
                f"{OUTCOME_ADVICE}"
            )
            yield Finding(where, sentence, is_fault=True, field=field)
            continue
        quota = MINIMUM.search(words) or NEEDS_NUMBER.search(words)
        if quota is not None:
            sentence = (
                f"“{quota.group(0).strip()}”是上报数量的最低指标。定了指标，没有事也会凑数，查得越细的网格反而越难看，"
                f"减负规定也不允许把上报数量当作主要考核。请去掉数量要求。{OUTCOME_ADVICE}"
            )
            yield Finding(where, sentence, field=field)
        elif rule is not None and not rule.is_deduction and _counts_pieces(rule):
            yield Finding(where, f"按件数记分，容易把一件事拆成几件报。{OUTCOME_ADVICE}", field=field)


def _counts_pieces(rule: BookRule) -> bool:
    words = f"{rule.name}{rule.note}"
    if any(outcome in words for outcome in OUTCOMES):
        return False
    by_piece = rule.measure == "per_unit" and rule.unit in PIECE_UNITS and any(word in words for word in PIECE_WORDS)
    return by_piece or PIECES.search(words) is not None


def _weights(book: Book) -> Iterator[Finding]:
    for weights in book.weights:
        place = f"权重“{weights.name}”"
        if any(percent <= ZERO for _name, percent in weights.parts):
            yield Finding(place, "每一项都要大于 0%；不用的请删掉。", is_fault=True, field="parts")
        if weights.total != HUNDRED:
            sentence = f"{weights.text}，加起来是 {amount(weights.total)}%，不是 100%，请核对原件。"
            yield Finding(place, sentence, is_fault=True, field="parts")


def _terms(book: Book) -> Iterator[Finding]:
    terms = book.terms
    if terms.is_ranked and not terms.ranking_basis:
        sentence = "开了排名，却没有写是哪份文件要求的。排名要有文件依据，请写明并把文件传上来，否则关掉排名。"
        yield Finding("排名", sentence, is_fault=True, field="ranking_basis")
    elif terms.is_ranked:
        yield Finding(
            "排名", "除安全生产和应急外，减负规定不允许积分排名。请再核对依据文件是否仍有效。", field="ranked"
        )
    if terms.dispute_days > terms.notice_days:
        sentence = f"公示 {terms.notice_days} 个工作日，异议却有 {terms.dispute_days} 个工作日可提，撤下以后还在等。建议两个一样。"
        yield Finding("公示和异议", sentence, field="dispute_days")
    if terms.pro_rata == "none":
        yield Finding(
            "新进和离岗", "新进和离岗的人不折算，做半个月的和做满的按同样标准比。建议按在岗天数折算。", field="pro_rata"
        )
    elif terms.least_share < LOW_SHARE:
        yield Finding("新进和离岗", _scaled_far(terms), field="least_share")


def _scaled_far(terms: Terms) -> str:
    """How far the shortest stay that counts is scaled up."""
    if not terms.least_share:
        far = "只在岗几天的人也按全期折算：一年里在岗 10 天得 4 分，会算成 146 分"
    else:
        far = f"在岗刚满 {amount(terms.least_share)}% 的人，得分要乘 {amount((HUNDRED / terms.least_share).quantize(STEP))}"
    return f"{far}，偶然的几分会排到前面。建议在岗不满一半的不折算、不排名、不评等次。"

"""What erasing a worker asks for, what goes and what stays: no framework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.fields.sentence import Sentence

ERASED_NAME = "（已清除）"
"""What stands where his name stood."""
KEPT = ("kind", "post", "hired_on", "left_on", "state")
"""Columns of the roster that stay beside uid and grid: past head counts, pro rata and rankings are made from them."""
MOST_MONTHS = 6
"""Named one by one; of more only the number is told."""
LONGEST_REASON, LONGEST_DOCUMENT = 200, 120

STAYS = (
    (
        Sentence("积分台账和合计"),
        Sentence("每条的编号、日期、规则、分值和签名，月合计、公示数字和排名都不变，台账照样能核验。"),
    ),
    (
        Sentence("名册里的一行"),
        Sentence("内部编号、网格、聘用和离岗日期、专兼职和职务，过去月份的人数要用；姓名改成“（已清除）”。"),
    ),
    (Sentence("年度考核"), Sentence("评分、表彰和警示的名称和台账一样锁定；理由会清除。")),
    (Sentence("定稿、印出或报送过的报表"), Sentence("按规定存档，不再改动，上面仍有姓名。到期销毁按档案规定办。")),
    (Sentence("署名"), Sentence("审计记录里他本人的署名和登录名。")),
    (Sentence("别人写的记录"), Sentence("会议记录、走访、事件里写到他的话，属于那些记录，要在那里改。")),
    (Sentence("原始工作簿和备份"), Sentence("导入时留下的工作簿（加密）和过去的备份里还有别人，不能单独抽掉一个人。")),
    (Sentence("他在其他名册里的登记"), Sentence("居民、党员等各有各的依据，要另外处理。")),
)
"""Told before anybody confirms."""


class EraseRefused(ValueError):
    """Erasing that may not be done; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is kept about a worker and would go: numbers of rows."""

    entry_texts: int = 0
    step_texts: int = 0
    proposal_reasons: int = 0
    files: int = 0
    changes: int = 0
    notices: int = 0
    has_account: bool = False

    def lines(self) -> tuple[tuple[Sentence, int], ...]:
        """What and how many, in the order in which a preview tells it."""
        return (
            (Sentence("名册里的姓名、证件、电话和其他个人资料"), 1),
            (Sentence("积分台账里的事项、说明和记录人姓名"), self.entry_texts),
            (Sentence("核对、异议、裁定、年度评分里写的话"), self.step_texts),
            (Sentence("扣分建议里写的原因"), self.proposal_reasons),
            (Sentence("佐证、异议和名册的附件（连同文件）"), self.files),
            (Sentence("名册修改记录里改前改后的内容"), self.changes),
            (Sentence("发给他或写到他的通知"), self.notices),
            (Sentence("账号里的姓名、登录名和密码"), int(self.has_account)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How matters stand with a worker, as far as it hinders erasing."""

    name: str
    left_on: date | None
    waiting: int
    """Entries that wait to be checked."""
    open_disputes: int
    has_open_account: bool
    open_months: Sequence[str] = ()
    """Titles of months with entries of his that are not final."""


def obstacles(standing: Standing, *, today: date) -> list[Sentence]:
    """Why he may not be erased yet; [] where nothing hinders."""
    if standing.name == ERASED_NAME:
        return [Sentence("这个人的个人信息已经清除过了。")]
    found = []
    if standing.left_on is None or standing.left_on > today:
        found.append(Sentence("他还在岗。先在网格员名册里登记离岗日期，离岗以后才能清除。"))
    if standing.waiting:
        found.append(Sentence("他还有 %(n)s 条积分没有核对，核完再清除。", n=standing.waiting))
    if standing.open_disputes:
        found.append(Sentence("他还有 %(n)s 件异议没有处理，处理完再清除。", n=standing.open_disputes))
    if standing.has_open_account:
        found.append(Sentence("他的账号还开着。先在账号管理里停用账号，再清除。"))
    return found


def warnings(standing: Standing) -> list[Sentence]:
    """What to think of before, although it hinders nothing."""
    if not standing.open_months:
        return []
    named, count = "、".join(standing.open_months[:MOST_MONTHS]), len(standing.open_months)
    return [
        Sentence(
            "%(months)s（共 %(n)s 个月）有他的积分，还没有定稿：现在清除，这些月份的报表上只印“（已清除）”。最好先定稿。",
            months=named, n=count,
        )
    ]  # fmt: skip


def refuse_request(*, reason: str, document: str, confirmed: str, name: str) -> None:
    """Raises EraseRefused where reason, document or the typed name is missing."""
    if not reason.strip():
        raise EraseRefused("请写明为什么清除，例如：本人书面申请。不要写姓名和证件号，这句话会一直留着。")
    if not document.strip():
        raise EraseRefused("请填依据文件的名称或文号。")
    if len(reason.strip()) > LONGEST_REASON or len(document.strip()) > LONGEST_DOCUMENT:
        raise EraseRefused(f"原因最多 {LONGEST_REASON} 个字，依据最多 {LONGEST_DOCUMENT} 个字，请写短一些。")
    if name in reason or name in document:
        raise EraseRefused("原因和依据会一直留着，请不要写他的姓名，写“本人”就可以。")
    if confirmed.strip() != name:
        raise EraseRefused("请照着上面一字不差地写出姓名，确认要清除的就是这个人。")

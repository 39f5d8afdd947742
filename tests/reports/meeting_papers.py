"""Invented papers of meetings: 记录, 纪要, 签到表, the table of a year."""

from __future__ import annotations

from datetime import date, datetime

from reports.contents import meeting_matrix, minutes, resolutions_note, sign_in
from reports.document import Document, Imprint
from tests.reports.block_papers import MADE_AT


def meeting_minutes() -> Document:
    return minutes.build(
        minutes.Meeting(
            "桂苑社区",
            "居民议事会",
            datetime(2026, 10, 12, 14, 0),  # noqa: DTZ001 - a wall clock, as the recorder wrote it
            "社区二楼议事厅",
            "高文博",
            "秦小满",
            name="十月议事会：停车位与飞线充电",
            number="第三届第5次",
            ended_at=datetime(2026, 10, 12, 16, 20),  # noqa: DTZ001
        ),
        minutes.Attendance(
            20,
            (
                "高文博",
                "秦小满",
                "贺一鸣",
                "韦青",
                "田野",
                "方知远",
                "孟晓",
                "乔木",
                "施然",
                "柳岸",
                "骆宾",
                "梅影",
                "闻笛",
                "石磊",
            ),
            on_leave=(minutes.Absence("江月", "住院"), minutes.Absence("谷雨", "出差")),
            absent=(minutes.Absence("程实"),),
            observers=("陆鸣远（街道党建办）", "宋词（锦程物业）"),
            quorum="应到20人，实到14人，达到三分之二，可以议事。",
        ),
        (
            minutes.Item(
                "地面停车位重新划线",
                "田野、孟晓",
                (
                    minutes.Said("田野", "三号楼北侧现在停得太乱，消防车进不来，建议重新划线，留出四米通道。"),
                    minutes.Said("宋词", "物业可以出划线的钱，大约要停用两天，\n停用期间请大家把车停到东门外。"),
                ),
                (minutes.Vote("三号楼北侧重新划线并保留消防通道", 12, 1, 1, True),),
                (minutes.Resolution("三号楼北侧重新划线，留四米消防通道", "锦程物业", date(2026, 11, 15), "宋词"),),
            ),
            minutes.Item(
                "整治飞线充电",
                speeches=(minutes.Said("柳岸", "五号楼还有三户从窗口拉线，要先有充电桩再劝。"),),
                resolutions=(minutes.Resolution("在车棚增装十个充电口", "桂苑社区居委会", None, "韦青"),),
            ),
        ),
        created_at=MADE_AT,
    )


def note() -> Document:
    return resolutions_note.build(
        resolutions_note.Held("第三季度网格工作联席会议", date(2026, 10, 20), "街道三楼会议室", "街道党工委书记陆鸣远"),
        (
            resolutions_note.Resolved(
                "十一月底前完成全部楼栋消防通道排查，发现一处登记一处",
                "街道应急办",
                date(2026, 11, 30),
                "消防通道排查",
                ("各社区",),
            ),
            resolutions_note.Resolved(
                "各社区每月5日前核对网格员名册，人员离岗当日登记。", "街道党建办", None, "名册核对"
            ),
        ),
        resolutions_note.Rolls(
            (
                "陆鸣远（街道党工委）",
                "沈亦舟（街道办事处）",
                "周晓岚（枫叶社区）",
                "高文博（桂苑社区）",
                "冯春（锦绣社区）",
            ),
            ("江月（街道城管科）",),
            ("宋词（锦程物业）",),
        ),
        mark="枫叶街道党工委会议纪要",
        issue="第5期",
        issuer="枫叶街道党政办公室",
        issued_on=date(2026, 10, 22),
        heard=("街道网格中心关于第三季度事件办理情况的汇报", "街道应急办关于消防通道的通报。"),
        considered=("三季度办结率有所提高，但个别社区名册更新不及时",),
        imprint=Imprint(("区委社会工作部",), "枫叶街道党政办公室", date(2026, 10, 22)),
        is_draft=True,
        created_at=MADE_AT,
    )


def sign_in_sheet() -> Document:
    return sign_in.build(
        tuple(
            sign_in.Guest(name, "枫叶社区 网格员", f"1380000{n:04d}")
            for n, name in enumerate(("韦青", "田野", "孟晓", "乔木"), 1)
        ),
        meeting="网格员业务培训",
        begins_at=datetime(2026, 10, 15, 9, 0),  # noqa: DTZ001
        place="街道一楼大厅",
        host="沈亦舟",
        sessions=("上午", "下午"),
        blank_rows=16,
        created_at=MADE_AT,
    )


def matrix() -> Document:
    kinds = (
        meeting_matrix.MeetingKind("支部党员大会", 4, 4),
        meeting_matrix.MeetingKind("支部委员会", 10, 12),
        meeting_matrix.MeetingKind("党课", 3, 4),
        meeting_matrix.MeetingKind("主题党日", 10, 12),
        meeting_matrix.MeetingKind("组织生活会", 0, 1),
    )
    branches = (
        meeting_matrix.BranchYear(
            "枫叶社区第一党支部", {"支部党员大会": 4, "支部委员会": 10, "党课": 3, "主题党日": 10, "组织生活会": 0}
        ),
        meeting_matrix.BranchYear("枫叶社区第二党支部", {"支部党员大会": 3, "党课": 0, "主题党日": 9, "组织生活会": 1}),
        meeting_matrix.BranchYear(
            "锦程物业联合党支部", {"支部党员大会": 4, "支部委员会": 8, "党课": 4, "主题党日": 10, "组织生活会": 0}
        ),
    )
    return meeting_matrix.build(
        kinds, branches, organisation="枫叶街道党工委", year=2026, as_of=date(2026, 10, 31), created_at=MADE_AT
    )

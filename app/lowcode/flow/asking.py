"""What a person may do with a case, and why not: answers in words, the most useful reason first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from app.areas.rules import COMMUNITY_DIGITS
from app.fields.limits import WorkingTime, due, limit_text
from app.fields.sentence import Sentence
from app.lowcode.flow.rules import (
    RELATIONS,
    SYSTEM_ROLE,
    Action,
    Case,
    Flow,
    LivePost,
    Person,
    Relation,
)

RoleNames = Mapping[str, str]
"""Role key → what the office calls it."""

RELATION_WORDS: Mapping[Relation, str] = {
    "reporter": "“%(action)s”只能由上报的人本人做。",
    "not_reporter": "上报的人不能自己“%(action)s”，请换一个人。",
    "handler": "“%(action)s”只能由办理的人本人做。",
    "not_handler": "办理的人不能自己“%(action)s”，请换一个人。",
    "grid": "“%(action)s”由这个网格的人做，您的岗位不在这个网格。",
    "street": "“%(action)s”由街道及以上的岗位做，您的岗位在社区。",
    "unit": "“%(action)s”由承办单位做，您的岗位不在承办单位。",
    "lead": "“%(action)s”由承办的单位或社区做，您的岗位不在那里。",
    "own_post": "“%(action)s”要本岗位的人自己做，不能由别人代。",
}


def may(flow: Flow, case: Case, person: Person, now: datetime, on: WorkingTime) -> tuple[Action, ...]:
    """Actions the person may do now."""
    return tuple(action for action in flow.actions_from(case.state) if is_open(flow, case, action, person, now, on))


def is_open(flow: Flow, case: Case, action: Action, person: Person, now: datetime, on: WorkingTime) -> bool:
    """Whether the person may do it now."""
    return not why_not(flow, case, action, person, now, on, {})


def why_not(
    flow: Flow, case: Case, action: Action, person: Person, now: datetime, on: WorkingTime, names: RoleNames
) -> Sentence:
    """Why the person may not do it now; the empty sentence where he may."""
    return (
        _wrong_state(flow, case, action)
        or _wrong_person(case, action, person, names)
        or _wrong_count(flow, case, action)
        or _wrong_time(flow, case, action, now, on)
    )


def _wrong_state(flow: Flow, case: Case, action: Action) -> Sentence:
    if case.state in action.froms:
        return Sentence()
    froms = "、".join(flow.state(key).name for key in action.froms)
    return Sentence(
        "现在是“%(state)s”，要到“%(froms)s”才能“%(action)s”。",
        state=flow.state(case.state).name, froms=froms, action=action.name,
    )  # fmt: skip


def _wrong_person(case: Case, action: Action, person: Person, names: RoleNames) -> Sentence:
    held = [post for post in person.posts if post.role in action.roles]
    if not held:
        if action.roles == (SYSTEM_ROLE,):
            return Sentence("“%(action)s”到期由系统自动做，不用人办。", action=action.name)
        roles = "、".join(names.get(role, role) for role in action.roles if role != SYSTEM_ROLE)
        return Sentence("“%(action)s”由%(roles)s做，您没有这个岗位。", action=action.name, roles=roles)
    near = [post for post in held if _reaches(post, case, action)]
    if not near:
        return Sentence("这件事不在您负责的范围内，不能“%(action)s”。", action=action.name)
    failing: Relation | None = None
    for post in near:
        failing = _failing(case, action, person, post)
        if failing is None:
            return _already_signed(case, action, post)
    assert failing is not None
    return Sentence(RELATION_WORDS[failing], action=action.name)


def _reaches(post: LivePost, case: Case, action: Action) -> bool:
    """A unit that was asked acts wherever the case lies; others only in and below their area."""
    if {"unit", "lead"} & set(action.relations) and post.unit_id is not None and post.unit_id in case.unit_ids:
        return True
    return case.area_code.startswith(post.area_code)


def _failing(case: Case, action: Action, person: Person, post: LivePost) -> Relation | None:
    """The first relation that does not hold for a post."""
    if post.role == SYSTEM_ROLE:
        return None
    # Who takes somebody's place answers for both: he may finish what that one began, and check neither's work.
    people = {id_ for id_ in (person.user_id, post.acts_for) if id_ is not None}
    is_of_unit = post.unit_id is not None and post.unit_id in case.unit_ids
    is_handler, is_reporter = bool(people & case.handler_ids), case.reporter_id in people
    holds: Mapping[Relation, bool] = {
        "reporter": is_reporter,
        "not_reporter": not is_reporter,
        "handler": is_handler,
        "not_handler": not is_handler or (action.marks_same and len(post.area_code) >= COMMUNITY_DIGITS),
        "grid": post.area_code == case.area_code,
        "street": len(post.area_code) < COMMUNITY_DIGITS,
        "unit": is_of_unit,
        "lead": is_of_unit if case.unit_ids else post.area_code == case.area_code,
        "own_post": post.acts_for is None,
    }
    return next((relation for relation in action.relations if not holds[relation]), None)


def _already_signed(case: Case, action: Action, post: LivePost) -> Sentence:
    if action.joint and post.unit_id in case.signed:
        return Sentence("贵单位已经“%(action)s”，正在等其他单位。", action=action.name)
    return Sentence()


def _wrong_count(flow: Flow, case: Case, action: Action) -> Sentence:
    if action.most is not None and case.count(action.key) >= action.most:
        return Sentence("“%(action)s”最多 %(n)s 次，已经用完。", action=action.name, n=action.most)
    if action.follows_times is not None and 0 < case.count(action.follows) < action.follows_times:
        return Sentence(
            "“%(first)s”要有 %(n)s 次才能“%(action)s”，现在 %(done)s 次。", first=flow.action(action.follows).name,
            n=action.follows_times, action=action.name, done=case.count(action.follows),
        )  # fmt: skip
    if action.follows and case.count(action.key) >= case.count(action.follows):
        first = flow.action(action.follows).name
        return Sentence("还没有人“%(first)s”，不能“%(action)s”。", first=first, action=action.name)
    return Sentence()


def _wrong_time(flow: Flow, case: Case, action: Action, now: datetime, on: WorkingTime) -> Sentence:
    ends = case.due(on)
    if action.before_due and (ends is None or now > ends.at):
        return Sentence("期限已过，不能再“%(action)s”。", action=action.name)
    if (action.after_due or action.on_due) and (ends is None or now <= ends.at):
        return Sentence("期限还没有过，现在不能“%(action)s”。", action=action.name)
    if action.within is not None:
        last = due(action.within, case.entered_at, on)
        if last is not None and now > last.at:
            return Sentence(
                "“%(state)s”超过%(within)s就不能“%(action)s”了。",
                state=flow.state(case.state).name, within=limit_text(action.within), action=action.name,
            )  # fmt: skip
    return _not_firm(flow, action, now, on) if action.is_firm else Sentence()


def _not_firm(flow: Flow, action: Action, now: datetime, on: WorkingTime) -> Sentence:
    limit = flow.state(action.to).limit
    ends = due(limit, now, on) if limit is not None else None
    if ends is None or not ends.is_provisional:
        return Sentence()
    return Sentence(
        "%(year)s年的放假安排还没有录入，期限只是暂定，不能“%(action)s”。请先在“工作日历”录入。",
        year=ends.at.astimezone(on.zone).year, action=action.name,
    )  # fmt: skip


def missing(
    action: Action, values: Mapping[str, str], photo_counts: Mapping[str, int], note: str
) -> dict[str, Sentence]:
    """What still has to be filled in, by field ('note', 'photo:<name>'); empty where all is there."""
    found: dict[str, Sentence] = {}
    if action.note == "required" and not note.strip():
        found["note"] = Sentence("请写明情况或原因。")
    for each in action.fields:
        if each.is_required and not values.get(each.name, "").strip():
            found[each.name] = Sentence("“%(label)s”必须填写。", label=each.label)
    for need in action.photos:
        if photo_counts.get(need.name, 0) < need.least:
            found[f"photo:{need.name}"] = Sentence(
                "请上传“%(name)s”照片至少 %(n)s 张（%(reason)s）。", name=need.name, n=need.least, reason=need.reason
            )
    return found


def acts_for(case: Case, action: Action, person: Person) -> int | None:
    """User id of the one in whose place somebody does what he may do; None where a post of his own suffices."""
    fitting = [
        post.acts_for
        for post in person.posts
        if post.role in action.roles and _reaches(post, case, action) and _failing(case, action, person, post) is None
    ]
    return fitting[0] if fitting and None not in fitting else None


def is_same_person(case: Case, action: Action, person: Person) -> bool:
    """Whether the step is to be marked 同人办理: it checks the work of whoever does it, or of the one he stands in for."""
    return action.marks_same and not case.handler_ids.isdisjoint({person.user_id, acts_for(case, action, person)})


def who_words(action: Action, names: RoleNames) -> str:
    """网格员、社区书记（办理的人以外的人）: who may do an action."""
    roles = "、".join("系统自动" if role == SYSTEM_ROLE else names.get(role, role) for role in action.roles)
    relations: Iterable[str] = (RELATIONS[relation] for relation in action.relations)
    tail = "，".join(relations)
    return f"{roles}（{tail}）" if tail else roles

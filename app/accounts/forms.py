"""Forms of accounts and posts as plain values for register/form.html."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for

from app.accounts import people
from app.accounts.pages import post_text, role_name
from app.accounts.queries import AccountRow, PostRow
from app.fields.codes import code_list
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.parts import Option
from app.lowcode.queries import asked_area_name, row_titles
from app.lowcode.sent import sent_id
from app.security.actor import Actor, current_actor
from app.security.roles import ROLES
from app.security.rules import SEPARATE_ROLES

LINE_LIST = "unit_line"


def account_form(
    typed: Mapping[str, str], errors: Mapping[str, str], actor: Actor, *, row: AccountRow | None
) -> FormPage:
    """Open an account with its first post, or change its name and whose it is."""
    about = [
        FieldView(name="name", label=_("姓名"), value=typed.get("name", ""), is_required=True, max_length=40,
                  error=errors.get("name", "")),
    ]  # fmt: skip
    if row is None:
        about.insert(
            0,
            FieldView(name="username", label=_("账号"), value=typed.get("username", ""), is_required=True, max_length=40,
                      help=_("用姓名全拼或工号，只用字母、数字、点和横线"), error=errors.get("username", "")),
        )  # fmt: skip
    about += people.fields(typed, errors, actor)
    groups = [FieldGroup(_("账号"), tuple(about))]
    if row is None:
        groups.append(FieldGroup(_("岗位"), post_fields(typed, errors, actor)))
    return FormPage(
        title=_("新开账号") if row is None else _("修改账号 %(name)s", name=row.name),
        submit_url=url_for("AccountsView.add") if row is None else url_for("AccountsView.edit", user_id=row.id),
        cancel_url=url_for("AccountsView.index") if row is None else url_for("AccountsView.show", user_id=row.id),
        groups=tuple(groups),
        errors=(errors[""],) if errors.get("") else (),
        error_count=len(errors),
        submit_label=_("开账号") if row is None else _("保存"),
        may_continue=False,
    )


def post_fields(typed: Mapping[str, str], errors: Mapping[str, str], actor: Actor) -> tuple[FieldView, ...]:
    """Role, area, line and days of a post."""
    roles = [
        key for key in ROLES if key not in SEPARATE_ROLES or (actor.access and actor.access.has_role("system_admin"))
    ]
    chosen = typed.get("role", "")
    options = (Option("", _("（请选择）"), not chosen), *(Option(key, role_name(key), key == chosen) for key in roles))
    line = typed.get("line", "")
    lines = [label for _code, label in code_list(LINE_LIST).choices()]
    area = typed.get("area", "")
    found = [
        FieldView(name="role", label=_("角色"), widget="choice", value=chosen, options=options, is_required=True,
                  error=errors.get("role", "")),
        FieldView(name="area", label=_("区域"), widget="link", value=area, is_required=True,
                  selected_label=asked_area_name(area, current_actor()) if area.isdigit() else area,
                  choices_url=url_for("RegisterView.area_choices"), error=errors.get("area", ""),
                  help=_("只能看和管这个区域及其下级")),
        FieldView(name="line", label=_("条线"), widget="choice", value=line, error=errors.get("line", ""),
                  options=(Option("", _("全部一般条线"), not line), *(Option(text, text, text == line) for text in lines)),
                  help=_("特殊人群、重点关注、关爱对象要选对应的条线才看得到")),
        FieldView(name="valid_from", label=_("开始日期"), widget="date", value=typed.get("valid_from", ""), width="short",
                  error=errors.get("valid_from", "")),
        FieldView(name="valid_to", label=_("结束日期"), widget="date", value=typed.get("valid_to", ""), width="short",
                  help=_("不填为长期"), error=errors.get("valid_to", "")),
    ]  # fmt: skip
    if actor.allows("units", "read"):
        unit = typed.get("unit", "")
        label = row_titles("units", {id_}).get(id_, "") if (id_ := sent_id(unit)) else ""
        found.append(
            FieldView(name="unit", label=_("单位"), widget="link", value=unit, selected_label=label,
                      choices_url=url_for("RegisterView.choices", register_name="units"),
                      help=_("部门的账号填所在单位"), error=errors.get("unit", ""))
        )  # fmt: skip
    return tuple(found)


def post_form(row: AccountRow, typed: Mapping[str, str], errors: Mapping[str, str], actor: Actor) -> FormPage:
    """One more post for an account."""
    return FormPage(
        title=_("给 %(name)s 增加岗位", name=row.name),
        submit_url=url_for("AccountsView.add_post", user_id=row.id),
        cancel_url=url_for("AccountsView.show", user_id=row.id),
        groups=(FieldGroup(_("岗位"), post_fields(typed, errors, actor)),),
        errors=(errors[""],) if errors.get("") else (),
        error_count=len(errors),
        submit_label=_("增加"),
        may_continue=False,
    )


def end_form(row: AccountRow, post: PostRow, typed: Mapping[str, str], errors: Mapping[str, str]) -> FormPage:
    """The last day of a post."""
    return FormPage(
        title=_("结束 %(name)s 的岗位", name=row.name),
        submit_url=url_for("AccountsView.end_post", user_id=row.id, post_id=post.id),
        cancel_url=url_for("AccountsView.show", user_id=row.id),
        groups=(
            FieldGroup(
                post_text(post),
                (
                    FieldView(name="last_day", label=_("最后一天"), widget="date", value=typed.get("last_day", ""),
                              is_required=True, error=errors.get("last_day", ""),
                              help=_("过了这一天就没有这个岗位的权限；填昨天，马上生效")),
                ),
            ),
        ),
        errors=(errors[""],) if errors.get("") else (),
        error_count=len(errors),
        submit_label=_("结束岗位"),
        may_continue=False,
    )  # fmt: skip

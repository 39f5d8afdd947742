"""Which role may do what: the matrix to read, and one role's form to change it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import url_for

from app.accounts.page_models import MatrixGroup, MatrixPage, MatrixRow
from app.accounts.pages import role_name
from app.language import gettext as _
from app.lowcode.frame import GROUPS
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.parts import Link, Note, Option
from app.security.role_permissions import role_permissions
from app.security.roles import PERMISSION_NAMES, ROLES, Resource, resources
from app.security.rules import grant_fault

SIGNS = {
    "read": "看", "write": "改", "export": "出", "import": "入", "fill": "填", "submit": "交", "review": "审",
    "finalise": "定", "see_own": "己",
}  # fmt: skip
OTHERS = "公用"


def _groups() -> list[tuple[str, list[Resource]]]:
    """Resources by menu group; those that stand in no menu come last."""
    titles = {key: label for key, label, _icon in GROUPS if key}
    found: dict[str, list[Resource]] = {key: [] for key in titles}
    others: list[Resource] = []
    for item in resources():
        found.get(item.group, others).append(item)
    return [(titles[key], items) for key, items in found.items() if items] + ([(OTHERS, others)] if others else [])


def matrix_page(*, may_change: bool) -> MatrixPage:
    """The whole matrix as the database has it now."""
    held = role_permissions()
    roles = tuple(
        Link(role_name(key).split("（")[0], url_for("RolesView.edit", role=key) if may_change else "") for key in ROLES
    )
    return MatrixPage(
        title=_("角色与权限"),
        lead_text=_("权限跟着岗位走：岗位定了角色、区域和条线，角色定了能做什么。"),
        roles=roles,
        groups=tuple(
            MatrixGroup(_(title), tuple(MatrixRow(_(item.title), _cells(item, held)) for item in items))
            for title, items in _groups()
        ),
        key=tuple((sign, _(PERMISSION_NAMES[permission])) for permission, sign in SIGNS.items()),
        notes=() if may_change else (Note(_("权限由系统管理员修改，这里只供查看。"), "grey"),),
    )


def _cells(item: Resource, held: Mapping[str, Collection[tuple[str, str]]]) -> tuple[str, ...]:
    return tuple(
        "".join(SIGNS.get(permission, "") for permission in item.permissions if (item.name, permission) in held[key])
        for key in ROLES
    )


def role_form(role: str, *, typed: Collection[tuple[str, str]] | None = None, error: str = "") -> FormPage:
    """What one role holds, to tick. Permissions that 三员分立 forbids are not offered."""
    held = role_permissions()[role] if typed is None else typed
    groups = []
    for title, items in _groups():
        fields = tuple(field for field in (_field(role, item, held) for item in items) if field.options)
        if fields:
            groups.append(FieldGroup(_(title), fields))
    return FormPage(
        title=_("%(role)s的权限", role=role_name(role)),
        submit_url=url_for("RolesView.edit", role=role),
        cancel_url=url_for("RolesView.index"),
        groups=tuple(groups),
        errors=(error,) if error else (),
        error_count=1 if error else 0,
        may_continue=False,
        notes=(Note(_("保存后，所有担任这个角色的人下一次打开页面就按新权限办。每次修改都记入审计记录。"), "amber"),),
    )


def _field(role: str, item: Resource, held: Collection[tuple[str, str]]) -> FieldView:
    options = tuple(
        Option(permission, _(PERMISSION_NAMES.get(permission, permission)), (item.name, permission) in held)
        for permission in item.permissions
        if not grant_fault(role, group=item.group, permission=permission)
    )
    return FieldView(name=item.name, label=_(item.title), widget="choices", options=options)


def read_form(form: Mapping[str, object]) -> set[tuple[str, str]]:
    """The ticked (resource, permission) pairs; names nobody knows are left out."""
    getlist = form.getlist  # type: ignore[attr-defined]
    return {
        (item.name, permission)
        for item in resources()
        for permission in getlist(item.name)
        if permission in item.permissions
    }

"""The pages under /api_guide/: the OpenAPI description for people, in our own face and from this server alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, abort, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry
from app.lowcode.openapi import description
from app.lowcode.page_models.lists import CellView, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action
from app.lowcode.page_models.records import FactGroup, FactView, ShowPage
from app.security.permissions import signed_in_only

METHODS = ("get", "post", "put", "delete")
_REASON = "只说有哪些接口，不含数据"


class ApiGuideView(BaseView):  # type: ignore[misc]
    """One page for each group of addresses."""

    route_base = "/api_guide"
    default_view = "index"

    @expose("/")
    @signed_in_only(_REASON)
    def index(self) -> Any:
        return self.render_template("register/list.html", page=index_page(description()))

    @expose("/<name>")
    @signed_in_only(_REASON)
    def tag(self, name: str) -> Any:
        page = tag_page(description(), name)
        if page is None:
            abort(404)
        return self.render_template("register/show.html", page=page)


def operations(of: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any], list[Any]]]:
    """(path, method, operation, all its parameters)."""
    for path, item in of["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method], [*item.get("parameters", ()), *item[method].get("parameters", ())]


def index_page(of: Mapping[str, Any]) -> ListPage:
    """All groups with the number of their addresses."""
    counts: dict[str, int] = {}
    for _path, _method, operation, _parameters in operations(of):
        for tag in operation["tags"]:
            counts[tag] = counts.get(tag, 0) + 1
    rows = []
    for tag, count in counts.items():
        url = url_for("ApiGuideView.tag", name=tag)
        rows.append(RowView(tag, (CellView(_(tag), url=url), CellView(str(count), "number")), url))
    return ListPage(
        title=_("接口说明"), list_url=url_for("ApiGuideView.index"), count_text=_("共 %(n)s 组", n=len(rows)),
        lead_text=_("给对方技术人员看：别的程序怎么读名册、写名册、送事件。机器读的 OpenAPI 文件在“下载说明文件”。"),
        columns=(HeadColumn("tag", _("名称")), HeadColumn("count", _("接口"), "right")), rows=tuple(rows),
        toolbar=(Action(_("下载说明文件"), url_for("DescriptionApi.openapi"), icon="export"),),
    )  # fmt: skip


def tag_page(of: Mapping[str, Any], name: str) -> ShowPage | None:
    """The addresses of one group; None where there is none of that name."""
    groups = tuple(
        FactGroup(operation["summary"], tuple(_facts(of, path, method, operation, parameters)))
        for path, method, operation, parameters in operations(of)
        if name in operation["tags"]
    )
    if not groups:
        return None
    back = Action(_("全部接口"), url_for("ApiGuideView.index"), icon="left")
    return ShowPage(title=_(name), subtitle=_("接口说明"), actions=(back,), groups=groups)


def _facts(
    of: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], parameters: list[Any]
) -> Iterator[FactView]:  # fmt: skip
    yield FactView(_("地址"), CellView(f"{method.upper()} {path}"), is_wide=True)
    yield FactView(_("令牌"), CellView(_token(of, operation)), is_wide=True)
    if parameters:
        rows = [
            (each["name"], each.get("description", ""), each["schema"], each.get("required", False))
            for each in parameters
        ]
        yield _table(_("参数"), rows)
    body = operation.get("requestBody")
    if body is not None:
        yield _table(_("内容（JSON）"), list(_fields(of, body["content"]["application/json"]["schema"])))
    yield FactView(
        _("回答"), CellView(""), is_wide=True, heads=(HeadColumn("status", _("状态码"), width="narrow"), HeadColumn("text", _("意思"))),
        rows=tuple(
            RowView(status, (CellView(status), CellView(_resolved(of, answer)["description"])))
            for status, answer in sorted(operation["responses"].items())
        ),
    )  # fmt: skip


def _token(of: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
    names = [name for each in operation.get("security", of["security"]) for name in each]
    if not names:
        return _("不用")
    return "、".join(str(of["components"]["securitySchemes"][name]["description"]) for name in names)


def _resolved(of: Mapping[str, Any], item: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference stands for."""
    if "$ref" not in item:
        return item
    found: Any = of
    for part in item["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found  # type: ignore[no-any-return]


def _fields(of: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any], bool]]:
    """(name, what it is called, schema, whether it must be there) of an object's properties."""
    whole = _resolved(of, schema)
    for part in whole.get("allOf", ()):
        yield from _fields(of, part)
    for name, each in whole.get("properties", {}).items():
        words = "，".join(filter(None, (each.get("title", ""), each.get("description", ""))))
        yield name, words, each, name in whole.get("required", ())


def _table(label: str, rows: list[tuple[str, str, Mapping[str, Any], bool]]) -> FactView:
    heads = (
        HeadColumn("name", _("名字")), HeadColumn("title", _("意思")), HeadColumn("type", _("类型")),
        HeadColumn("required", _("必填"), "center"),
    )  # fmt: skip
    shown = (
        RowView(name, (CellView(name), CellView(_(words) if words else ""), CellView(_kind(schema)), CellView(_("是") if must else "")))
        for name, words, schema, must in rows
    )  # fmt: skip
    return FactView(label, CellView(""), is_wide=True, heads=heads, rows=tuple(shown))


def _kind(schema: Mapping[str, Any]) -> str:
    if schema.get("enum"):
        return " / ".join(str(value) for value in schema["enum"] if value is not None)
    if schema.get("type") == "array":
        return _("列表")
    words = {
        "string": _("文字"),
        "integer": _("整数"),
        "number": _("数字"),
        "boolean": "true / false",
        "object": _("对象"),
    }
    kind, form = words.get(str(schema.get("type", "")), ""), schema.get("format", "")
    return f"{kind}（{form}）" if form else kind


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Pages and their place in the menu."""
    appbuilder.add_view_no_menu(ApiGuideView)
    add_entry(Entry("system", "接口说明", "ApiGuideView.index", "settings", icon="info"))

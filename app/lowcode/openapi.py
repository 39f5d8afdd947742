"""The OpenAPI description: every register from its Columns, and what rooms add of their own addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.lowcode import lines as child_lines
from app.lowcode.column import Column
from app.lowcode.register import Register, registers

MOST_ROWS = 100
TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
NAMED_TOKEN = "jwt"  # noqa: S105 - the name under which the description speaks of people's tokens
ID = {"name": "id", "in": "path", "required": True, "schema": NUMBER, "description": "记录的编号"}
ANSWERS: Mapping[int, str] = {
    200: "好", 201: "已写入", 204: "已办，没有更多内容", 400: "请求看不懂", 401: "没有令牌，或令牌失效", 403: "没有这项权限，或不在负责的范围内",
    404: "没有这条记录", 409: "刚被别人改过，或同一个键送来了不同的内容", 413: "内容太长", 422: "内容有错，逐项说明，什么都没有写入",
    503: "正在升级",
}  # fmt: skip
_OTHER_PATHS: dict[str, dict[str, Any]] = {}
_OTHER_TOKENS: dict[str, dict[str, Any]] = {}


def describe(path: str, operations: dict[str, Any]) -> None:
    """Put an address of a room's own API into the description; the same one again replaces it."""
    _OTHER_PATHS[path] = operations


def describe_token(name: str, description: str) -> None:
    """Another kind of bearer token that a room knows."""
    _OTHER_TOKENS[name] = {"type": "http", "scheme": "bearer", "description": description}


def schema(column: Column) -> dict[str, Any]:
    """JSON Schema of one column."""
    if column.kind == "lines":
        parts = {part.name: schema(part) for part in child_lines.child_columns(column)}
        return {"type": "array", "title": column.label, "items": {"type": "object", "properties": parts}}
    base = NUMBER if column.kind == "link" else TEXT if column.kind == "place" else None
    return {"title": column.label} | (base or column.type.json_schema())


def thing(properties: Mapping[str, Any], *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """A JSON object of these properties."""
    found: dict[str, Any] = {"type": "object", "properties": dict(properties)}
    return found | ({"required": list(required)} if required else {})


def list_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON list of one kind of items."""
    return {"type": "array", "items": dict(item)}


def sent(body: Mapping[str, Any]) -> dict[str, Any]:
    """A request body that must be there."""
    return {"content": {"application/json": {"schema": dict(body)}}, "required": True}


def answers(*refusals: int, good: int = 200, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The answers of an operation: the good one with its content, and refusals with their words."""
    found: dict[str, Any] = {str(good): {"description": ANSWERS[good]}}
    if content is not None:
        found[str(good)]["content"] = {"application/json": {"schema": dict(content)}}
    for status in refusals:
        found[str(status)] = {"$ref": f"#/components/responses/refused_{status}"}
    return found


def asked(name: str, kind: Mapping[str, Any], description: str) -> dict[str, Any]:
    """One parameter in the query."""
    return {"name": name, "in": "query", "schema": dict(kind), "description": description}


def description() -> dict[str, Any]:
    """OpenAPI 3.0 of all registers, made from the same Columns that answer, and of what rooms add."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for reg in registers():
        schemas[reg.name], schemas[f"{reg.name}_row"] = _writable(reg), _readable(reg)
        paths |= _paths(reg)
    return {
        "openapi": "3.0.3",
        "info": {"title": "网格台账", "version": "v1", "description": "一份名册一组地址；各人看到的、能改的与页面上一样。"},
        "paths": paths | _OTHER_PATHS,
        "components": {
            "schemas": schemas,
            "responses": {f"refused_{status}": _refusal(text) for status, text in ANSWERS.items() if status >= 400},
            "securitySchemes": {
                NAMED_TOKEN: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "人的令牌，一小时有效"},
                **_OTHER_TOKENS,
            },
        },
        "security": [{NAMED_TOKEN: []}],
    }  # fmt: skip


def _refusal(text: str) -> dict[str, Any]:
    message = {"oneOf": [TEXT, {"type": "object", "additionalProperties": TEXT}], "title": "原因"}
    return {"description": text, "content": {"application/json": {"schema": thing({"message": message})}}}


def _writable(reg: Register) -> dict[str, Any]:
    columns = {column.name: schema(column) for column in reg.columns if column.is_editable}
    return {"type": "object", "title": reg.title, "properties": columns}


def _readable(reg: Register) -> dict[str, Any]:
    own = {"id": NUMBER, "uid": TEXT, "version": NUMBER}
    columns = {column.name: _shown(column) for column in reg.columns}
    return {"type": "object", "title": f"{reg.title}的一条", "properties": own | columns}


def _shown(column: Column) -> dict[str, Any]:
    """A value as it is read, or null: masked ones fit no pattern."""
    found = TEXT | {"title": column.label} if column.mask else schema(column)
    return found | {"nullable": True} | ({"enum": [*found["enum"], None]} if "enum" in found else {})


def _paths(reg: Register) -> dict[str, Any]:
    tag, row = [reg.title], {"$ref": f"#/components/schemas/{reg.name}_row"}
    required = [column.name for column in reg.columns if column.is_required]
    new = _writable(reg) | ({"required": required} if required else {})
    change = {
        "allOf": [{"$ref": f"#/components/schemas/{reg.name}"}, thing({"version": NUMBER | {"title": "读到的版本"}})]
    }
    one = thing({"id": NUMBER, "result": row})
    many = thing({"count": NUMBER, "count_is_capped": FLAG, "ids": list_of(NUMBER), "result": list_of(row)})
    query = [
        asked("q", TEXT, "搜索的文字，或 rison 写的条件"), asked("page", NUMBER, "第几页，从 0 起"),
        asked("page_size", {"type": "integer", "maximum": MOST_ROWS}, "每页几条"),
        asked("order_column", TEXT, "按哪一列排"), asked("order_direction", {"type": "string", "enum": ["asc", "desc"]}, "升或降"),
    ]  # fmt: skip

    def operation(verb: str, summary: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"tags": tag, "operationId": f"{reg.name}_{verb}", "summary": summary, "responses": responses, **more}

    noun, base = reg.noun_text, f"/api/v1/{reg.name}"
    return {
        f"{base}/": {
            "get": operation("list", f"查询{reg.title}", answers(400, 401, 403, content=many), parameters=query),
            "post": operation("add", f"新增{noun}", answers(400, 401, 403, 409, 422, good=201, content=one), requestBody=sent(new)),
        },
        f"{base}/_info": {"get": operation("info", f"{reg.title}有哪些列、能做什么", answers(401, 403, content=_INFO))},
        f"{base}/{{id}}": {
            "parameters": [ID],
            "get": operation("get", f"读取{noun}", answers(401, 403, 404, content=one)),
            "put": operation("change", f"修改{noun}", answers(400, 401, 403, 404, 409, 422, content=one), requestBody=sent(change)),
            "delete": operation("delete", f"删除{noun}，进回收站", answers(401, 403, 404, content=thing({"message": TEXT}))),
        },
    }  # fmt: skip


_INFO = thing(
    {"permissions": list_of(TEXT), "title": TEXT, "columns": list_of({"type": "object"}), "filters": list_of(TEXT)}
)


def describe_own() -> None:
    """Signing in, the description itself, and whether the server lives."""
    tag, status = ["登录和状态"], thing({"status": TEXT})
    login = thing(
        {"username": TEXT | {"title": "账号"}, "password": TEXT | {"title": "密码"}}, required=("username", "password")
    )
    open_: dict[str, Any] = {"tags": tag, "security": []}
    token = thing({"access_token": TEXT})
    describe("/api/v1/security/login", {"post": {
        **open_, "operationId": "sign_in", "summary": "用账号密码换令牌", "requestBody": sent(login), "responses": answers(401, content=token),
    }})  # fmt: skip
    for path, name, summary, refusals in (
        ("/api/v1/_openapi", "describe", "这份说明（OpenAPI）", ()), ("/api/v1/openapi.json", "describe_again", "这份说明，常见的地址", ()),
        ("/healthz", "is_alive", "程序在不在", ()), ("/readyz", "is_ready", "能不能用", (503,)),
    ):  # fmt: skip
        content = {"type": "object"} if "openapi" in path else status
        describe(
            path,
            {
                "get": {
                    **open_,
                    "operationId": name,
                    "summary": summary,
                    "responses": answers(*refusals, content=content),
                }
            },
        )

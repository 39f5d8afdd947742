"""Writing templates and prints: upload, put a name into a cell, print, approve, attach the sealed scan."""

from __future__ import annotations

import secrets

from app.clock import utc_now
from app.database.transactions import writing
from app.files import store
from app.files.kinds import FileRefused
from app.files.kinds import kind_of as file_kind
from app.files.service import ensure_stored
from app.lowcode.papers import PaperRequest
from app.office_templates import docx_filling, xlsx_filling
from app.office_templates.checking import Needs, look_through, require_clean
from app.office_templates.models import APPROVED, DRAFT, SEALED, FilledPaper, OfficeTemplate, TemplateVersion
from app.office_templates.queries import templates_for, version
from app.office_templates.rules import Contents, TemplateRefused
from app.office_templates.values import contents_for, digest_of_rows, plain_values
from app.report_center.models import RESOURCE
from app.report_center.short_codes import new_code
from app.security import audit
from app.security.actor import Actor, NotPermitted, current_actor
from app.workbooks.patching import SheetEdits, patch
from reports.rendering import MEDIA_TYPES

SCANS = ("pdf", "jpg", "png")
LONGEST_NAME = 80


def may_keep(actor: Actor, area_code: str) -> bool:
    """Whether the actor may upload templates of that area: its secretary, or an office that reviews there."""
    return actor.covers(RESOURCE, "submit", area_code) or actor.covers(RESOURCE, "review", area_code)


def upload(area_code: str, name: str, data: bytes, *, note: str = "") -> TemplateVersion:
    """Take a file as a new template, or as the next version where the area has one of that name.

    Raises TemplateRefused in words, NotPermitted.
    """
    _require_keeper(area_code)
    needs = look_through(data)
    require_clean(needs)
    title = " ".join(name.split())[:LONGEST_NAME]
    if not title:
        raise TemplateRefused("请给模板起个名字，如“月度情况表”。")
    with writing() as session:
        row = next(
            (each for each in templates_for(area_code) if (each.area_code, each.name) == (area_code, title)), None
        )
        if row is not None and row.kind != needs.kind:
            raise TemplateRefused(f"“{title}”原来是 {row.kind} 文件，新的一稿也要是 {row.kind}。换格式请另起一个名字。")
        if row is None:
            row = OfficeTemplate(
                uid=secrets.token_hex(16), area_code=area_code, name=title, kind=needs.kind, number=0, is_retired=False
            )
            session.add(row)
            session.flush()
        return _keep_version(row, data, note)


def _keep_version(row: OfficeTemplate, data: bytes, note: str) -> TemplateVersion:
    actor = current_actor()
    with writing() as session:
        row.number += 1
        made = TemplateVersion(
            template_id=row.id, area_code=row.area_code, number=row.number, data=data, digest=store.digest_of(data),
            note=note[:200], at=utc_now(), by_id=actor.user_id, by_name=actor.name,
        )  # fmt: skip
        session.add(made)
        audit.record("template", RESOURCE, area_code=row.area_code, row_uid=row.uid, note=f"{row.name} {row.number}")
    return made


def put_name(row: OfficeTemplate, sheet: str, place: tuple[int, int], name: str) -> TemplateVersion:
    """Write 【name】 into a picked cell of a workbook or paragraph of a letter (its number is the first of `place`): the
    next version. Raises TemplateRefused, NotPermitted.
    """
    _require_keeper(row.area_code)
    last = version(row.id, row.number)
    if last is None:
        raise TemplateRefused("模板的文件不见了，请重新上传。")
    try:
        if row.kind == "xlsx":
            data = patch(last.data, {sheet: SheetEdits(values={place: f"【{name}】"})})
        else:
            data = docx_filling.with_name(last.data, place[0], name)
    except KeyError as fault:
        raise TemplateRefused("模板里没有点选的地方，请刷新页面再选。") from fault
    require_clean(look_through(data))
    return _keep_version(row, data, f"在{'格子' if row.kind == 'xlsx' else f'第{place[0]}段'}里放入【{name}】")


def retire(row: OfficeTemplate) -> None:
    """Offer it no more; versions and prints stay. Raises NotPermitted."""
    _require_keeper(row.area_code)
    with writing():
        row.is_retired = True
        audit.record("template", RESOURCE, area_code=row.area_code, row_uid=row.uid, note=f"{row.name} 停用")


def filled_file(of: TemplateVersion, kind: str, contents: Contents, *, is_draft: bool) -> bytes:
    """The filled bytes. Raises TemplateRefused."""
    fill = xlsx_filling.fill if kind == "xlsx" else docx_filling.fill
    return fill(of.data, contents, is_draft=is_draft)


def print_from(row: OfficeTemplate, request: PaperRequest) -> FilledPaper:
    """Print it for an area and period, as 草稿; the clean copy of the very same values waits for approval.

    Raises TemplateRefused, NotPermitted.
    """
    actor = request.actor
    if not actor.covers(RESOURCE, "export", request.area_code):
        raise NotPermitted("您的岗位不能打印这个单位的报表。")
    of = version(row.id, row.number)
    if of is None or not request.area_code.startswith(row.area_code):
        raise TemplateRefused("这个模板不能用于这个单位，请换一个。")
    needs: Needs = look_through(of.data)
    contents = contents_for(needs, request)
    files = [filled_file(of, row.kind, contents, is_draft=is_draft) for is_draft in (True, False)]
    with writing() as session:
        digests = [store.keep(data) for data in files]
        for digest, data in zip(digests, files, strict=True):
            ensure_stored(session, digest, len(data), MEDIA_TYPES[row.kind])  # type: ignore[index]
        made = FilledPaper(
            uid=secrets.token_hex(16), short_code=new_code(), template_id=row.id, number=of.number,
            area_code=request.area_code, period=request.period.key, state=DRAFT, file=digests[0],
            approved_file=digests[1], values=plain_values(contents), rows_digest=digest_of_rows(contents), scan="",
            scan_name="", at=utc_now(), by_id=actor.user_id, by_name=actor.name, approved_by="", sealed_by="",
        )  # fmt: skip
        session.add(made)
        audit.record(
            "printed", RESOURCE, area_code=request.area_code, row_uid=made.uid, note=f"{row.name} {made.short_code}"
        )
    return made


def approve(made: FilledPaper) -> None:
    """Approve a draft: its file no longer carries 草稿. Raises TemplateRefused, NotPermitted."""
    actor = _require_keeper(made.area_code)
    if made.state != DRAFT:
        raise TemplateRefused("这一份已经批准过了。")
    with writing():
        made.state, made.approved_at, made.approved_by = APPROVED, utc_now(), actor.name
        made.file = made.approved_file
        audit.record("approved", RESOURCE, area_code=made.area_code, row_uid=made.uid, note=made.short_code)


def attach_scan(made: FilledPaper, name: str, data: bytes) -> None:
    """已盖章报送: keep the scan of the sealed sheet with the very print it shows. Raises TemplateRefused, NotPermitted."""
    actor = _require_keeper(made.area_code)
    if made.state == DRAFT:
        raise TemplateRefused("这一份还是草稿。请先批准，打印盖章后再上传扫描件。")
    if made.state == SEALED:
        raise TemplateRefused("这一份已经有盖章的扫描件了。数据变了请重新打印一份，再盖章上传。")
    try:
        kind = file_kind(data, suffix=name.rpartition(".")[2])
    except FileRefused as refusal:
        raise TemplateRefused(str(refusal)) from refusal
    if kind.suffix not in SCANS:
        raise TemplateRefused("扫描件请用 PDF、JPG 或 PNG。")
    with writing() as session:
        digest = store.keep(data)
        ensure_stored(session, digest, len(data), kind.media_type)
        made.scan, made.scan_name = digest, name[-160:]
        made.state, made.sealed_at, made.sealed_by = SEALED, utc_now(), actor.name
        audit.record("sealed", RESOURCE, area_code=made.area_code, row_uid=made.uid, note=made.short_code)


def changed_since(made: FilledPaper, needs: Needs, request: PaperRequest) -> list[tuple[str, str, str]]:
    """(name, printed, now) of every value that is another by now; ("名册", "", "") where rows are."""
    now = contents_for(needs, request)
    printed = made.values
    fresh = plain_values(now)
    found = [(name, str(old), fresh[name]) for name, old in printed.items() if name in fresh and fresh[name] != old]
    moving = {"填报日期", "printed_on", "填报人", "printed_by"}
    found = [each for each in found if each[0] not in moving]
    if made.rows_digest and digest_of_rows(now) != made.rows_digest:
        found.append(("名册", "", ""))
    return found


def _require_keeper(area_code: str) -> Actor:
    actor = current_actor()
    if not may_keep(actor, area_code):
        raise NotPermitted("模板由社区书记或街道办管理，您的岗位不能上传、批准或盖章登记。")
    return actor

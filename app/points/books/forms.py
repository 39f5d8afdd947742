"""Forms of rule books: choosing one that comes with the system, a file, the day of publishing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import url_for

from app.files.queries import attachments_of
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.parts import Option
from app.points.books.models import PointsBook
from app.points.books.shipped import known_books, read_book


def shipped_form(own: Sequence[PointsBook], typed: Mapping[str, str], error: str = "") -> FormPage:
    """Which of the books that come with the system, and of which of one's own books it is the next version."""
    chosen = typed.get("book", "")
    books = {key: read_book(key) for key in known_books()}
    offered = tuple(
        Option(key, _("%(name)s，%(n)s 条规则", name=book.name, n=sum(1 for _each in book.rules())), key == chosen)
        for key, book in books.items()
    )
    current = {row.key: row.name for row in reversed(own)}
    instead_of = typed.get("instead_of", next(iter(current), ""))
    targets = [(key, _("作为《%(name)s》的新版本，启用后代替它", name=name)) for key, name in current.items()]
    targets.append(("", _("另立一本，和现在的同时用")))
    fields = (
        FieldView(
            name="book", label=_("选哪一本"), widget="choice", options=offered, is_required=True, width="full", error=error,
            help=_("先成为草稿，各条规则、分值、等次都可以改，改好再启用。"),
        ),
        FieldView(
            name="instead_of", label=_("怎么用"), widget="choice", width="full",
            options=tuple(Option(key, text, key == instead_of) for key, text in targets),
        ),
    )  # fmt: skip
    return FormPage(
        title=_("从现成的细则开始"), submit_url=url_for("RuleBookView.new"), cancel_url=url_for("RuleBookView.index"),
        groups=(FieldGroup("", fields),), error_count=1 if error else 0, submit_label=_("成为草稿"), may_continue=False,
    )  # fmt: skip


def file_form(title: str, submit_url: str, cancel_url: str, help_text: str, error: str = "") -> FormPage:
    """One file to upload."""
    field = FieldView(
        name="file", label=_("文件"), widget="file", width="full", is_required=True, help=help_text, error=error
    )
    return FormPage(
        title=title, submit_url=submit_url, cancel_url=cancel_url, groups=(FieldGroup("", (field,)),),
        error_count=1 if error else 0, submit_label=_("上传"), may_continue=False,
    )  # fmt: skip


def publish_form(row: PointsBook, typed: str, error: str = "") -> FormPage:
    """From which day on, and the document the book cites."""
    attached = attachments_of("points_books", row.uid)
    titles = "、".join(item.title for item in attached)
    file = FieldView(
        name="file", label=_("依据文件"), widget="file", width="full",
        help=_("已经上传：%(titles)s。还有的可以再传。", titles=titles) if attached
        else _("印发细则的文件，扫描件也可以。开了排名的必须有。"),
    )  # fmt: skip
    field = FieldView(
        name="on", label=_("从哪天起用"), widget="date", value=typed, is_required=True, error=error,
        help=_("原来的版本用到前一天。按原来的版本记过积分的日子不能改用新版本。"),
    )  # fmt: skip
    return FormPage(
        title=_("启用《%(name)s》第 %(n)s 版", name=row.name, n=row.number),
        submit_url=url_for("RuleBookView.publish", book_id=row.id),
        cancel_url=url_for("RuleBookView.show", book_id=row.id),
        groups=(FieldGroup("", (field, file)),), error_count=1 if error else 0, submit_label=_("启用"), may_continue=False,
    )  # fmt: skip

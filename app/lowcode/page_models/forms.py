"""Adding and editing (register/form.html), signing in, printing, giving a reason."""

from dataclasses import dataclass
from typing import Literal

from app.lowcode.page_models.parts import Note, Option

Widget = Literal[
    "text", "number", "date", "month", "phone", "password", "textarea", "choice", "choices", "flag", "link", "file",
    "sealed", "static", "lines",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineView:
    """One row of a child table. `id` is empty for a new one; its fields carry full names such as `members-0-name`."""

    fields: tuple["FieldView", ...]
    id: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field. `value` stands in the input (also when typed wrongly); of "choices" the options say what is ticked.

    "link": the hidden input `name` carries `value` (an id), the box shows `selected_label`; `choices_url?q=` answers
    `{"results": [{"id", "text", "hint"}]}`; without scripts the box posts its text as `<name>-text`.
    "sealed": `masked` shows what is stored; an empty input keeps it.
    "lines": `lines` are the rows, `blank_line` is the row to add, with `__n__` in place of the number;
    `<name>-delete` posts the ids of removed rows, and `add-line=<name>` asks for one more row where scripts are off.
    """

    name: str
    label: str
    widget: Widget = "text"
    value: str = ""
    options: tuple[Option, ...] = ()
    is_required: bool = False
    is_readonly: bool = False
    help: str = ""
    error: str = ""
    advice: str = ""
    """What to look at again; nothing hinders saving it so."""
    width: Literal["short", "half", "full"] = "half"
    max_length: int | None = None
    unit: str = ""
    placeholder: str = ""
    autocomplete: str = ""
    choices_url: str = ""
    selected_label: str = ""
    masked: str = ""
    accept: str = ""
    lines: tuple[LineView, ...] = ()
    blank_line: LineView | None = None


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields under a heading; a closed one unfolds on click (and is open where a field has an error)."""

    title: str
    fields: tuple[FieldView, ...]
    help: str = ""
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One field that differs between what the user typed and what was saved meanwhile."""

    label: str
    mine: str
    theirs: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody saved first. The form holds the values typed; saving again overwrites, `discard_url` gives way."""

    text: str
    lines: tuple[ConflictLine, ...]
    discard_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """Add or edit. Buttons post `save=done` or `save=stay` (保存并继续); `hidden` carries such as the version."""

    title: str
    submit_url: str
    cancel_url: str
    groups: tuple[FieldGroup, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    error_count: int = 0
    conflict: Conflict | None = None
    submit_label: str = ""
    may_continue: bool = True
    is_readonly: bool = False
    """Nothing can be sent: what stands in the way is told in `notes`."""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Sign in, or change the password: a few fields, one button."""

    title: str
    submit_url: str
    office_name: str
    fields: tuple[FieldView, ...]
    submit_label: str
    hidden: tuple[tuple[str, str], ...] = ()
    help: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    cancel_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealPage:
    """Ask why a masked value is to be seen: posts `reason` (and `note`) to `submit_url`."""

    title: str
    text: str
    submit_url: str
    cancel_url: str
    reasons: tuple[Option, ...]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPage:
    """Print a register: posts `column` per ticked column, `paper`, `format` and the other `fields` to `submit_url`."""

    title: str
    submit_url: str
    cancel_url: str
    count_text: str
    columns: tuple[Option, ...]
    papers: tuple[Option, ...]
    formats: tuple[Option, ...]
    fields: tuple[FieldView, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    notes: tuple[Note, ...] = ()
    columns_label: str = ""
    submit_label: str = ""

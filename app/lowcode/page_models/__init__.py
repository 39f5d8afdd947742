"""What a page shows: the plain values that views hand to templates.

Every text is final (translated, masked, formatted), every URL is complete. Templates compute nothing but layout.
A view passes `frame` (the surroundings) and `page` (one of the `…Page` types) to the template named in its module.
"""

from app.lowcode.page_models.forms import (
    AccountPage,
    Conflict,
    ConflictLine,
    FieldGroup,
    FieldView,
    FormPage,
    LineView,
    PrintPage,
    RevealPage,
    Widget,
)
from app.lowcode.page_models.frame import AreaChoice, Frame, MenuEntry, MenuGroup
from app.lowcode.page_models.home import ChartView, FigureCard, HomePage, Series, SubmissionRow, TodoItem
from app.lowcode.page_models.importing import (
    ColumnPair,
    CountTab,
    ImportPage,
    IncomingRow,
    SheetRow,
    SheetView,
    ValueChange,
)
from app.lowcode.page_models.lists import (
    CellView,
    ChipView,
    ColumnChooser,
    EmptyState,
    FilterView,
    HeadColumn,
    ListPage,
    Pager,
    RowView,
    SearchGroup,
    SearchPage,
)
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, PanelItem, Progress, Tone
from app.lowcode.page_models.records import ErrorPage, FactGroup, FactView, Panel, ShowPage

__all__ = [
    "AccountPage",
    "Action",
    "AreaChoice",
    "CellView",
    "ChartView",
    "Chip",
    "ChipView",
    "ColumnChooser",
    "ColumnPair",
    "Conflict",
    "ConflictLine",
    "CountTab",
    "EmptyState",
    "ErrorPage",
    "FactGroup",
    "FactView",
    "FieldGroup",
    "FieldView",
    "FigureCard",
    "FilterView",
    "FormPage",
    "Frame",
    "HeadColumn",
    "HomePage",
    "ImportPage",
    "IncomingRow",
    "LineView",
    "Link",
    "ListPage",
    "MenuEntry",
    "MenuGroup",
    "Note",
    "Option",
    "Pager",
    "Panel",
    "PanelItem",
    "PrintPage",
    "Progress",
    "RevealPage",
    "RowView",
    "SearchGroup",
    "SearchPage",
    "Series",
    "SheetRow",
    "SheetView",
    "ShowPage",
    "SubmissionRow",
    "TodoItem",
    "Tone",
    "ValueChange",
    "Widget",
]

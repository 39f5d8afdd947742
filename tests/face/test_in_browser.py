"""The pages in a browser under the product's content security policy: scripts work, and pages work without them."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.face.gallery import create_gallery
from tests.face.samples import SCREENS

pytestmark = pytest.mark.browser
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def gallery() -> Iterator[tuple[str, list[Any]]]:
    """Address of the gallery, and what was posted to it."""
    app = create_gallery()
    app.config["POSTED"] = []
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", app.config["POSTED"]
    server.shutdown()
    thread.join()


@pytest.fixture
def open_page(chromium: Any, gallery: tuple[str, list[Any]]) -> Iterator[Any]:
    """A function from screen name to opened page. At the end no page may have complained or asked another host."""
    base, _ = gallery
    contexts, complaints = [], []

    def complain(message: Any) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def watch(request: Any) -> None:
        if not request.url.startswith((base, "data:")):
            complaints.append(f"asks {request.url}")

    def opened(name: str, *, size: dict[str, int] = DESK, scripts: bool = True) -> Any:
        context = chromium.new_context(viewport=size, java_script_enabled=scripts, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", watch)
        page.goto(f"{base}/{name}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_reaches_beyond_the_screen(
    open_page: Any, gallery: tuple[str, list[Any]], size: dict[str, int]
) -> None:
    page = open_page("home", size=size)
    for name in SCREENS:
        page.goto(f"{gallery[0]}/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name


def test_targets_on_a_phone_are_large(open_page: Any, gallery: tuple[str, list[Any]]) -> None:
    small = """() => Array.from(document.querySelectorAll('.button, .masthead summary, .field input, .field select'))
        .filter((part) => part.offsetParent && part.type !== 'checkbox' && part.className !== 'date-picker')
        .filter((part) => part.getBoundingClientRect().height < 43.5)
        .map((part) => part.outerHTML.slice(0, 90))"""
    page = open_page("home", size=PHONE)
    for name in ("home", "list", "show", "form", "import/upload", "import/check", "print", "sign-in"):
        page.goto(f"{gallery[0]}/{name}")
        assert [part for part in page.evaluate(small) if 'type="file"' not in part] == [], name


def test_ticked_rows_are_counted_and_posted_after_asking(open_page: Any, gallery: tuple[str, list[Any]]) -> None:
    page = open_page("list")
    assert not page.is_visible("[data-bulk]")
    page.check('input[name=id][value="1002"]')
    page.click('input[name=id][value="1004"]', modifiers=["Shift"])
    assert page.inner_text("[data-count]") == "3"
    page.click("[data-bulk] .confirm summary")
    assert page.inner_text("[data-bulk] .pop-box p") == "删除 3 名网格员，可在回收站恢复 30 天。"
    page.click("[data-bulk] .pop-box .danger")
    page.wait_for_url("**/list")
    name, values = gallery[1][-1]
    assert (name, values["id"], values["csrf_token"]) == ("bulk/delete", ["1002", "1003", "1004"], ["invented-token"])


def test_enter_on_a_tick_box_does_nothing(open_page: Any, gallery: tuple[str, list[Any]]) -> None:
    before = len(gallery[1])
    page = open_page("list")
    page.check('input[name=id][value="1002"]')
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert len(gallery[1]) == before


def test_choices_by_keyboard(open_page: Any) -> None:
    page = open_page("form")
    box = page.locator("#area")
    box.fill("柳岸")
    page.wait_for_selector("#area ~ ul [role=option]")
    assert box.get_attribute("aria-expanded") == "true"
    page.wait_for_selector("#area ~ ul li:only-child >> text=柳岸社区第一网格")
    page.keyboard.press("ArrowDown")
    chosen = box.get_attribute("aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
    page.keyboard.press("Enter")
    assert page.input_value("input[name=area]") == "2"
    assert box.input_value() == "柳岸社区第一网格"
    assert box.get_attribute("aria-expanded") == "false"
    box.fill("没选的字")
    page.keyboard.press("Tab")
    assert box.input_value() == "柳岸社区第一网格", "what was not chosen goes back"
    assert page.input_value("input[name=area]") == "2"


def test_lines_are_added_and_removed(open_page: Any, gallery: tuple[str, list[Any]]) -> None:
    page = open_page("form")
    page.click("[data-add-line]")
    page.fill("[name=family-1-name]", "赵秀英")
    page.click("[data-lines] tbody tr:first-child [data-drop-line]")
    page.click(".foot .primary")
    page.wait_for_url("**/list")
    values = gallery[1][-1][1]
    assert values["family-delete"] == ["41"]
    assert values["family-1-name"] == ["赵秀英"]
    assert "family-0-name" not in values
    assert "family-__n__-name" not in values
    assert values["save"] == ["done"]


def test_enter_in_a_field_saves(open_page: Any, gallery: tuple[str, list[Any]]) -> None:
    page = open_page("form")
    page.focus("#name")
    page.keyboard.press("Enter")
    page.wait_for_url("**/list")
    assert gallery[1][-1][1]["save"] == ["done"]
    assert "add-line" not in gallery[1][-1][1]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2021.3.5", "2021-03-05"),
        ("20210305", "2021-03-05"),
        ("2024年2月29日", "2024-02-29"),
        ("2023.2.29", "2023.2.29"),
    ],
)
def test_dates_as_people_type_them(open_page: Any, typed: str, kept: str) -> None:
    page = open_page("form")
    page.fill("#since", typed)
    page.keyboard.press("Tab")
    assert page.input_value("#since") == kept


def test_leaving_with_changes_asks(open_page: Any, gallery: tuple[str, list[Any]]) -> None:
    page = open_page("form")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.goto(f"{gallery[0]}/form")
    assert asked == []
    page.fill("#name", "王敏敏")
    page.goto(f"{gallery[0]}/list")
    assert asked == ["beforeunload"]


def test_pop_overs_close_by_escape_and_return_the_focus(open_page: Any) -> None:
    page = open_page("list")
    page.click(".user-menu summary")
    assert page.is_visible(".user-menu .pop-box")
    page.click(".area-switch summary")
    assert not page.is_visible(".user-menu .pop-box")
    page.keyboard.type("柳岸")
    assert page.locator(".area-switch li:visible").count() == 1
    page.keyboard.press("Escape")
    assert not page.is_visible(".area-switch .pop-box")
    assert page.evaluate("document.activeElement.parentElement.className").startswith("pop area-switch")


def test_menu_folds_and_stays_folded(open_page: Any) -> None:
    page = open_page("list")
    page.click(".menu-button")
    assert page.locator(".side").bounding_box()["width"] < 60
    page.reload()
    assert page.locator(".side").bounding_box()["width"] < 60
    assert not page.is_visible(".side .group ul >> nth=1")
    page.hover(".side .group:nth-of-type(2)")
    assert page.is_visible("text=社区工作者")


def test_menu_slides_in_on_a_phone(open_page: Any) -> None:
    page = open_page("list", size=PHONE)
    assert not page.is_visible(".side")
    page.click(".menu-button")
    assert page.is_visible(".side")
    page.keyboard.press("Escape")
    assert not page.is_visible(".side")


def test_table_head_stays_and_wide_tables_scroll_inside(open_page: Any) -> None:
    page = open_page("list")
    page.evaluate("window.scrollTo(0, 600)")
    assert 40 <= page.locator(".rows thead th").nth(1).bounding_box()["y"] <= 50
    page = open_page("list-wide")
    page.evaluate("document.querySelector('.table-wrap').scrollTo(400, 500)")
    wrap = page.locator(".table-wrap").bounding_box()
    assert abs(page.locator(".rows thead th").nth(1).bounding_box()["y"] - wrap["y"]) < 3
    assert page.locator("td.name").nth(20).bounding_box()["x"] < wrap["x"] + 60


def test_two_columns_for_one_field_are_named(open_page: Any) -> None:
    page = open_page("import/layout")
    assert not page.is_visible("[data-twice]")
    page.evaluate("""() => {
        const [first, second] = document.querySelectorAll("[data-pair]");
        second.append(first.selectedOptions[0].cloneNode(true));
        second.value = first.value;
        second.dispatchEvent(new Event("change"));
    }""")
    assert page.inner_text("[data-twice]").endswith("姓名")


def test_progress_moves(open_page: Any) -> None:
    page = open_page("import/write")
    page.wait_for_selector("text=48 / 65")
    assert page.evaluate("document.querySelector('progress').value") == 48


def test_cards_on_a_phone_say_what_each_value_is(open_page: Any) -> None:
    page = open_page("list", size=PHONE)
    row = page.locator(".rows tbody tr").first
    assert page.locator(".rows tbody tr:first-child td:visible").count() == 6, "tick, name, three facts, state"
    label = row.locator("td").nth(3).evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert "所属网格" in label


def test_without_scripts_rows_are_posted_and_menus_open(open_page: Any, gallery: tuple[str, list[Any]]) -> None:
    page = open_page("list", scripts=False)
    assert page.is_visible("[data-bulk]")
    page.click(".area-switch summary")
    assert page.is_visible(".area-switch .pop-box")
    page.click(".area-switch summary")
    page.check('input[name=id][value="1003"]')
    page.click("[data-bulk] .confirm summary")
    page.click("[data-bulk] .pop-box .danger")
    page.wait_for_url("**/list")
    assert gallery[1][-1][1]["id"] == ["1003"]
    page = open_page("form", scripts=False)
    page.fill("[name=area-text]", "柳岸社区第一网格")
    page.click(".foot .primary")
    page.wait_for_url("**/list")
    assert gallery[1][-1][1]["area-text"] == ["柳岸社区第一网格"]


def test_paper_shows_the_table_alone(open_page: Any) -> None:
    page = open_page("list")
    page.emulate_media(media="print")
    for part in (".masthead", ".side", ".filters", ".pager", ".title-actions"):
        assert not page.is_visible(part)
    assert page.is_visible(".rows")

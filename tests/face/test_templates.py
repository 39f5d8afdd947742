"""Every template with full and with empty data: whole mark-up, every control named, nothing inline, small enough."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.lowcode import page_models as pm
from tests.face.gallery import APP, create_gallery
from tests.face.samples import SCREENS
from tests.face.samples.frame import FRAME

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
SVG_EMPTY = {"use", "rect", "line", "circle", "polyline", "path"}
LIMIT = 60_000  # bytes of HTML a page may have, FACE: "Always"


class Page(HTMLParser):
    """Reads one page and notes what is wrong with its mark-up."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.labelled: set[int] = set()
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        if tag == "form" and "form" in self.open:
            self.faults.append("a form inside a form")
        if tag in ("a", "button") and ("a" in self.open or "button" in self.open):
            self.faults.append(f"<{tag}> inside a link or button")
        if "label" in self.open:
            self.labelled.add(len(self.tags))
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in SVG_EMPTY:
            self.faults.append(f"<{tag}/> is no empty element")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
            return
        self.open.pop()

    def attributes(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_gallery().test_client()


@pytest.fixture(params=SCREENS)
def text(request: pytest.FixtureRequest, client: FlaskClient) -> str:
    answer = client.get("/" + request.param)
    assert answer.status_code == 200
    return answer.text


def test_mark_up_is_whole(text: str) -> None:
    page = Page(text)
    assert page.faults == []
    ids = page.attributes("id")
    assert sorted(set(ids)) == sorted(ids), "an id is used twice"
    assert "None" not in re.sub(r"<[^>]+>", " ", text).split()


def test_references_lead_to_something(text: str) -> None:
    page = Page(text)
    ids = set(page.attributes("id"))
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "form"):
        for value in page.attributes(attribute):
            assert set(value.split()) <= ids, f"{attribute}={value} leads nowhere"
    for href in page.attributes("href"):
        if href.startswith("#"):
            assert href[1:] in ids


def test_every_control_has_a_name(text: str) -> None:
    page = Page(text)
    targets = set(page.attributes("for"))
    for at, (tag, attrs) in enumerate(page.tags):
        if tag not in ("input", "select", "textarea") or attrs.get("type") == "hidden":
            continue
        named = (
            attrs.get("aria-label") or attrs.get("aria-labelledby") or attrs.get("id") in targets or at in page.labelled
        )
        assert named, f"no label: {tag} {attrs}"


def test_head_and_landmarks(text: str) -> None:
    page = Page(text)
    kinds = [tag for tag, _ in page.tags]
    assert kinds.count("h1") == 1
    assert kinds.count("main") == 1
    assert text.partition("<body")[0].count("<title>") == 1
    assert dict(page.tags)["html"]["lang"] in ("zh-CN", "en")
    levels = [int(tag[1]) for tag in kinds if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels)), "a heading level is skipped"


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(text: str) -> None:
    page = Page(text)
    for tag, attrs in page.tags:
        assert "style" not in attrs, f"inline style on <{tag}>"
        assert not [name for name in attrs if name.startswith("on")], f"inline handler on <{tag}>"
        if tag in ("script", "style"):
            assert attrs.get("nonce"), f"<{tag}> without nonce"
    assert "//" not in re.sub(r'xmlns="[^"]+"', "", re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL))


def test_page_is_small(text: str) -> None:
    assert len(text.encode()) < LIMIT


def test_every_post_carries_the_token(text: str) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, flags=re.DOTALL):
        assert 'name="csrf_token" value="invented-token"' in form


def test_english_pages_say_so(client: FlaskClient) -> None:
    assert '<html lang="en"' in client.get("/english").text


def test_values_are_escaped(client: FlaskClient) -> None:
    evil = "<script>\"&'"
    field = pm.FieldView(
        name="x",
        label=evil,
        value=evil,
        help=evil,
        error=evil,
        choices_url="/c?a=1&b=2",
        widget="link",
        selected_label=evil,
    )
    SCREENS["evil-form"] = (
        "register/form.html",
        pm.FormPage(title=evil, submit_url="/", cancel_url="/", groups=(pm.FieldGroup(evil, (field,)),)),
        FRAME,
    )
    cell = pm.CellView(evil, url="/?a=1&b=2")
    heads = (pm.HeadColumn("x", evil), pm.HeadColumn("y", evil))
    SCREENS["evil-list"] = (
        "register/list.html",
        pm.ListPage(title=evil, list_url="/", columns=heads, rows=(pm.RowView(evil, (cell, cell)),)),
        FRAME,
    )
    try:
        for name in ("evil-form", "evil-list"):
            text = client.get("/" + name).text
            assert "<script>&" not in text
            assert '<script>"' not in text
            assert Page(text).faults == []
    finally:
        del SCREENS["evil-form"], SCREENS["evil-list"]


def test_every_icon_is_drawn(client: FlaskClient) -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (APP / "static/icons.svg").read_text()))
    used = {icon for name in SCREENS for icon in re.findall(r"icons\.svg#(\w*)", client.get("/" + name).text)}
    assert used <= drawn


# What came after Chrome 86.
TOO_NEW = {
    "css": r":has\(|:is\(|:where\(|\binset:|aspect-ratio|@container|@layer|color-mix|\bdvh\b|accent-color"
    r"|overflow(-[xy])?: clip|:not\([^()]*,",
    "js": r"\.at\(|\?\?=|\|\|=|structuredClone|randomUUID|\.inert|Object\.hasOwn|findLast|showPicker|static \{",
}


@pytest.mark.parametrize(
    "path", sorted((APP / "static").glob("*.css")) + sorted((APP / "static").glob("*.js")), ids=lambda path: path.name
)
def test_chrome_86_understands(path: Path) -> None:
    text = path.read_text()
    without_comments = re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert re.findall(TOO_NEW[path.suffix[1:]], without_comments) == []
    assert "http" not in re.sub(r"http://www\.w3\.org/2000/svg|http-equiv", "", without_comments)
    assert text.count("{") == text.count("}")
    if path.suffix == ".js":
        assert not re.search(
            r"^await |^\s*\w+ = await [^;]*;$", re.sub(r"^[ \t]+.*$", "", text, flags=re.MULTILINE), re.MULTILINE
        )


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb or #rgb, WCAG 2.1."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *(
            (ink, ground)
            for ink in ("ink", "second", "hint", "blue", "green", "amber", "red")
            for ground in ("surface", "ground")
        ),
        ("green", "green-tint"),
        ("blue-dark", "blue-tint"),
        ("second", "grey-tint"),
        ("hint", "hover"),
    ],
)
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    tokens = dict(re.findall(r"--([\w-]+): (#\w+);", (APP / "static/app.css").read_text()))
    light, dark = sorted((luminance(tokens[ink]), luminance(tokens[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_every_style_is_used() -> None:
    """A class that no template and no script names is left over."""
    named = "".join(
        path.read_text()
        for folder in ("templates", "static")
        for path in (APP / folder).rglob("*")
        if path.suffix in (".html", ".js")
    )
    styled = set(
        re.findall(r"\.([a-z][\w-]*)", re.sub(r"url\(.*?\)|\d\.\w+", "", (APP / "static/app.css").read_text()))
    )
    made = {f"{letter}{number}" for letter in "sd" for number in range(5)} | {
        f"k-{kind}" for kind in ("title", "header", "data", "note", "total", "skipped", "blank")
    }
    made |= {"as-lines", "short", "full", "a3"}
    assert {name for name in styled - made if not re.search(rf"\b{name}\b", named)} <= {
        "green",
        "amber",
        "red",
        "grey",
        "blue",
        "primary",
        "plain",
        "danger",
    }

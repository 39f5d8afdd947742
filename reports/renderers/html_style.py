"""The style sheet of papers on screen and in the browser's print, made from the measures all renderers share."""

from __future__ import annotations

from functools import cache

from reports.renderers.style import (
    HEAD_TINT,
    IMPRINT_RULE_INNER,
    IMPRINT_RULE_OUTER,
    INK,
    LETTER_RULE_WIDTH,
    LINE,
    MARK_FROM_BODY_TOP,
    OFFICIAL,
    PAPER,
    PARTY_RED,
    SEAL_INDENT,
    SIGNATURE_INDENT,
    TABLE,
    WEB_FONTS,
    Margins,
    TextStyle,
    margins_of,
)

LONGEST_MARK = 22
"""Characters; a longer mark breaks into two lines."""
_CHARTS = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'


@cache
def stylesheet() -> str:
    """All rules, below .paper; screen shows sheets on a desk, print gives each sheet its own page size."""
    return "".join(
        (_COMMON, _styled("official", OFFICIAL), _styled("table", TABLE), _HEADS, _PIECES, _pages(), _SCREEN, _PRINT)
    )


def _font(style: TextStyle, *, is_bold: bool = False) -> str:
    weight = "bold" if is_bold or style.role == "song_bold" else "normal"
    return (
        f"font:{weight} {style.size:g}pt/{style.leading / style.size:.3f} {WEB_FONTS[style.role]};color:{style.colour}"
    )


def _styled(name: str, styles: dict[str, TextStyle]) -> str:
    paper = f".paper-{name}"
    rules = {
        "": _font(styles["body"]),
        " .title": _font(styles["title"], is_bold=True),
        " .subtitle": _font(styles["subtitle"]),
        " .mark": _font(styles["mark"], is_bold=True) if "mark" in styles else _font(styles["title"], is_bold=True),
        " .run-bold": _font(styles["bold"]),
        " .run-hei": f"font-family:{WEB_FONTS['hei']}",
        " .run-kai": f"font-family:{WEB_FONTS['kai']}",
        " .roll dt": f"font-family:{WEB_FONTS['hei']}",
        " .speech b": f"font:inherit;font-family:{WEB_FONTS['hei']}",
        " .grid,.paper-" + name + " .facts": _font(styles["table"]),
        " .grid th,.paper-" + name + " .facts th": _font(styles["table_head"]),
        " .grid caption": _font(styles["caption"]),
        " .note": _font(styles["note"]),
        " figcaption": _font(styles["note"]),
        " .imprint,.paper-" + name + " .code": _font(styles["imprint"]),
        " .foot-line": _font(styles["table"]),
    }
    rules |= {f" .level-{level}": _font(styles[f"heading_{level}"]) for level in (1, 2, 3, 4)}
    return "".join(f"{paper}{selector}{{{rule}}}\n" for selector, rule in rules.items())


def _pages() -> str:
    rules = []
    for size, (short, long) in PAPER.items():
        for orientation in ("portrait", "landscape"):
            name = f"{size.lower()}-{orientation}"
            width, height = (short, long) if orientation == "portrait" else (long, short)
            rules.append(f".sheet-{name}{{width:{width:g}mm;min-height:{height:g}mm}}\n")
            for style in ("official", "table"):
                edge = margins_of(style, orientation)
                page = f"{style}-{name}"
                rules.append(f"@page {page}{{size:{size} {orientation};margin:{_edge(edge)}{_NUMBERS[style]}}}\n")
                rules.append(_OPPOSITE.format(page=page) if style == "official" else "")
                rules.append(f".paper-{style} .sheet-{name}{{padding:{_edge(edge)}}}\n")
                rules.append(f"@media print{{.paper-{style} .sheet-{name}{{page:{page}}}}}\n")
    return "".join(rules)


def _edge(edge: Margins) -> str:
    return f"{edge.top:g}mm {edge.right:g}mm {edge.bottom:g}mm {edge.left:g}mm"


# Margin boxes are honoured by Chrome 131 and later; older browsers print no page number.
_NUMBERS = {
    "table": ';@bottom-center{content:"第 " counter(page) " 页　共 " counter(pages) " 页";font:9pt SimSun,serif}',
    "official": ';@bottom-right{content:"— " counter(page) " —";font:14pt SimSun,serif}',
}
_OPPOSITE = (
    "@page {page}:left{{@bottom-right{{content:none}}"
    '@bottom-left{{content:"— " counter(page) " —";font:14pt SimSun,serif}}}}\n'
)

_COMMON = """\
.paper,.paper *{box-sizing:border-box}
.paper{text-align:left;overflow-wrap:anywhere;line-break:strict}
.paper p,.paper h1,.paper h2,.paper h3,.paper h4,.paper h5,.paper dl,.paper dd,.paper figure{margin:0;padding:0}
.paper h2,.paper h3,.paper h4,.paper h5{text-indent:2em;break-after:avoid;text-align:left}
.paper-table h2,.paper-table h3,.paper-table h4,.paper-table h5{text-indent:0;margin:2.5mm 0 1mm}
.paper .title{text-align:center;text-wrap:balance;break-after:avoid}
.paper-official .title{margin:10.2mm 0}
.paper-table .title{margin:0 0 2mm}
.paper .subtitle{text-align:center;margin-bottom:2mm}
.paper-table .subtitle{text-align:left}
.paper td{text-align:right}
.paper .to-left{text-align:left}.paper .to-right{text-align:right}
.paper .to-center{text-align:center}.paper .to-justify{text-align:justify}
.paper .indent-0{text-indent:0}.paper .indent-1{text-indent:1em}.paper .indent-2{text-indent:2em}
.paper .indent-3{text-indent:3em}.paper .indent-4{text-indent:4em}
.paper .kept{break-after:avoid}
.paper .draft{width:max-content;margin:0 0 2mm auto;border:.5mm solid;padding:0 2mm;letter-spacing:.3em;
  text-indent:.3em}
"""

_HEADS = f"""\
.paper .mark{{text-align:center;color:{PARTY_RED};text-wrap:balance}}
.paper .head{{margin-bottom:4mm}}
.paper .corner{{position:absolute;font-family:{WEB_FONTS["hei"]}}}
.paper .head-document .mark{{padding-top:{MARK_FROM_BODY_TOP:g}mm}}
.paper .head-note .mark{{padding-top:{MARK_FROM_BODY_TOP:g}mm}}
.paper .issue{{text-align:center}}
.paper .head-document .number{{text-align:center;margin-top:20mm;padding-bottom:4mm;
  border-bottom:.6mm solid {PARTY_RED}}}
.paper .head-document .number.split,.paper .issuer,.paper .printed{{display:flex;justify-content:space-between;
  padding-left:1em;padding-right:1em}}
.paper .issuer{{margin-top:8mm}}
.paper .head-note .issuer{{padding-bottom:3mm;border-bottom:.6mm solid {PARTY_RED}}}
.paper .head-letter .mark{{margin-top:-7mm;padding-bottom:4mm;position:relative}}
.paper .head-letter .mark::after{{content:"";position:absolute;left:50%;bottom:0;width:{LETTER_RULE_WIDTH:g}mm;
  margin-left:-{LETTER_RULE_WIDTH / 2:g}mm;height:1.4mm;border-top:.7mm solid;border-bottom:.3mm solid}}
.paper .head-letter .number{{text-align:right}}
.paper .imprint{{margin-top:10mm;border-top:{IMPRINT_RULE_OUTER:g}mm solid #000;
  border-bottom:{IMPRINT_RULE_OUTER:g}mm solid #000;break-inside:avoid}}
.paper .unruled{{border:0}}
.paper .copies{{padding:0 1em 0 4em;text-indent:-3em}}
.paper .copies+.printed{{border-top:{IMPRINT_RULE_INNER:g}mm solid #000}}
"""

_PIECES = f"""\
.paper .roll{{display:flex;text-indent:0;break-inside:avoid}}
.paper .roll dt{{flex:none}}
.paper .roll dd{{flex:1}}
.paper .roll dd span{{display:inline-block;margin-right:1em}}
.paper-official .roll{{padding-left:2em}}
.paper .speech{{text-indent:2em;text-align:justify}}
.paper .attachments{{display:grid;grid-template-columns:auto 1fr;margin-top:1.5em;padding-left:2em}}
.paper .attachments dd{{grid-column:2}}
.paper .signature{{width:max-content;margin:3em 0 0 auto;text-align:center;break-inside:avoid}}
.paper .sealed{{padding-right:{SEAL_INDENT}em}}
.paper .unsealed-{SIGNATURE_INDENT}{{padding-right:{SIGNATURE_INDENT}em;text-align:left}}
.paper .unsealed-{SIGNATURE_INDENT} p+p{{padding-left:{SIGNATURE_INDENT}em}}
.paper .sign{{display:grid;gap:6mm 10mm;margin-top:4mm;break-inside:avoid}}
.paper .sign-2{{grid-template-columns:1fr 1fr}}
.paper .sign-3{{grid-template-columns:1fr 1fr 1fr}}
.paper .sign-4{{grid-template-columns:1fr 1fr 1fr 1fr}}
.paper .sign span{{display:flex;align-items:flex-end}}
.paper .sign i{{flex:1;border-bottom:.25mm solid}}
.paper .table-frame{{overflow-x:auto}}
.paper .grid,.paper .facts{{border-collapse:collapse;width:100%;table-layout:fixed;border:.28mm solid {INK};
  margin:1.5mm 0 0;background:#fff}}
.paper .grid caption{{padding:1.5mm 0;text-align:center;caption-side:top}}
.paper .grid th,.paper .grid td,.paper .facts th,.paper .facts td{{border:.14mm solid {LINE};padding:.7mm 1.2mm;
  vertical-align:middle;white-space:normal}}
.paper .grid th{{background:{HEAD_TINT};text-align:center;text-wrap:balance}}
.paper .facts th{{background:{HEAD_TINT};text-align:center}}
.paper .facts td{{text-align:left}}
.paper .grid td{{font-variant-numeric:tabular-nums}}
.paper .grid tr,.paper .facts tr{{break-inside:avoid}}
.paper .grid thead{{display:table-header-group}}
.paper .totals td{{font-weight:bold;border-top:.28mm solid {INK}}}
.paper .grid td a{{color:inherit;text-decoration:underline;text-decoration-style:dotted;text-underline-offset:.2em}}
.paper .grid .empty{{text-align:center;padding:4mm}}
.paper .note{{margin-top:1mm;text-indent:0}}
.paper .foot-line{{display:flex;flex-wrap:wrap;justify-content:space-between;gap:1mm 6mm;margin-top:3mm;
  break-inside:avoid}}
.paper .code{{text-align:right;font-size:8pt;margin-top:2mm}}
.paper .chart,.paper .picture{{margin:3mm 0;text-align:center;break-inside:avoid;text-indent:0}}
.paper svg{{max-width:100%;height:auto;font-family:{_CHARTS}}}
.paper .picture img{{max-width:100%;height:auto}}
"""
# The mark shrinks so that it stays in one line of 156 mm (442 pt).
_HEADS += "".join(f".paper .mark-{length}{{font-size:{440 // length}pt}}\n" for length in range(12, LONGEST_MARK + 1))
_PIECES += "".join(f".paper .space-{lines}{{height:{lines * 1.8:g}em}}\n" for lines in range(1, 9))

_SCREEN = """\
@media screen{
.paper .draft{position:absolute;top:6mm;right:15mm;margin:0}
.paper-desk{margin:0;padding:16px;background:#f5f6f8}
.paper .sheet{position:relative;max-width:100%;margin:0 auto 16px;background:#fff;
  box-shadow:0 1px 6px rgba(31,35,41,.16)}
}
@media screen and (max-width:767px){
.paper-desk{padding:0}
.paper .sheet{min-height:0;padding:16px 12px}
.paper .mark{font-size:24pt}
.paper .head-letter .mark::after{width:100%;margin-left:-50%}
.paper .grid{min-width:150mm}
.paper .sign{grid-template-columns:1fr}
}
"""

_PRINT = """\
@media print{
.paper-desk{margin:0;background:none}
.paper .sheet{width:auto;min-height:0;padding:0;break-after:page;position:relative}
.paper .sheet:last-child{break-after:auto}
.paper .table-frame{overflow:visible}
.paper .grid td a{text-decoration:none}
.paper *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
"""

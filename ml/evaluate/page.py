"""The evaluation as one page: no scripts, nothing loaded from elsewhere, readable on paper."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from .charts import Chart
from .faults import KINDS
from .held_back import WARNING
from .overlays import LEGEND
from .summary import percent, span
from .truth import AUGMENTED, REAL, SYNTHETIC

if TYPE_CHECKING:
    from .report import Figure

BANNERS = {
    SYNTHETIC: "Rendered pictures. These figures say how well the network learned what we render, and nothing about "
    "real photos.",
    AUGMENTED: "Photos changed by augmentation. These figures say little about photos as a camera takes them.",
    REAL: "Photos. Nothing rendered is among them.",
}
COLUMNS = (("precision", "precision"), ("recall", "recall"), ("f1", "F1"), ("accuracy", "accuracy"))

STYLE = """
:root { --ink: #1c2026; --faint: #5c646e; --line: #dfe3e8; --soft: #f5f6f8; --mark: #1f63b4; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 28px 24px 64px; background: #fff; color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; }
h2 { margin: 44px 0 10px; font-size: 19px; border-bottom: 1px solid var(--line); padding-bottom: 5px; }
h3 { margin: 22px 0 6px; font-size: 15px; }
p { margin: 6px 0; max-width: 78ch; }
.faint, figcaption, caption { color: var(--faint); font-size: 13px; }
.kind { display: flex; align-items: baseline; margin: 16px 0 22px; padding: 10px 14px; border-radius: 6px;
  background: var(--soft); border-left: 5px solid var(--mark); }
.kind strong { white-space: nowrap; margin-right: 10px; }
.kind.synthetic { background: #fff4e3; border-color: #d07a10; }
.warning { color: #a3200d; font-weight: 600; }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px; margin-top: 16px; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 10px 13px; }
.card b { display: block; font-size: 27px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.card span { display: block; color: var(--faint); font-size: 12.5px; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; margin: 8px 0 14px; font-variant-numeric: tabular-nums; font-size: 14px; }
caption { text-align: left; padding-bottom: 4px; }
th, td { padding: 4px 12px; text-align: right; border-bottom: 1px solid var(--line); }
th { font-weight: 600; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
td:has(i) { text-align: left; color: var(--faint); } td i { font-style: normal; }
td small { display: block; color: var(--faint); font-size: 11.5px; line-height: 1.2; white-space: nowrap; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(400px, 1fr)); gap: 16px; }
.charts svg { width: 100%; height: auto; font-family: inherit; }
.scroll { overflow-x: auto; }
.grid { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(232px, 1fr)); }
.grid.wide { grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); }
figure { margin: 0; break-inside: avoid; }
figure img { width: 100%; height: auto; display: block; border-radius: 4px; background: var(--soft); }
figcaption { font-size: 12.5px; line-height: 1.35; padding-top: 3px; overflow-wrap: anywhere; }
.legend span { display: inline-block; margin-right: 16px; }
.legend i { display: inline-block; width: 13px; height: 13px; margin-right: 6px; vertical-align: -2px;
  border: 1px solid #888; border-radius: 2px; }
dl { display: grid; grid-template-columns: 150px 1fr; gap: 5px 16px; margin: 8px 0; font-size: 14px; }
dt { font-weight: 600; } dd { margin: 0; max-width: 78ch; }
ul { padding-left: 20px; font-size: 14px; } li { overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; font-size: 11px; } h2 { break-after: avoid; margin-top: 24px; }
  table, .cards, svg { break-inside: avoid; } .grid { grid-template-columns: repeat(4, 1fr); }
  .grid.wide { grid-template-columns: repeat(2, 1fr); } .charts { grid-template-columns: repeat(2, 1fr); }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
@media (max-width: 560px) { dl { grid-template-columns: 1fr; } dd { padding-bottom: 6px; }
  .cards { grid-template-columns: repeat(2, 1fr); } .grid.wide, .charts { grid-template-columns: 1fr; }
  .kind { display: block; } }
"""


def render(results: dict[str, Any], drawn: dict[str, Chart], shown: dict[str, list[Figure]]) -> str:
    """The whole page as HTML."""
    shapes = [shape for shape in ("box", "mask") if shape in results]
    title = f"{results['detector']['name']} on {results['dataset']['name']}"
    parts = [
        _head(results, title),
        _cards(results, shapes),
        _figures(results, shapes),
        _charts(drawn),
        _tables(results, shapes),
        _comparison(results, shapes),
        _overlays(results, shown),
        _words(results),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} ({escape(results['kind'])})</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body>\n</html>\n"
    )


def _head(results: dict[str, Any], title: str) -> str:
    data, asked, detector = results["dataset"], results["settings"], results["detector"]
    files = {"all": "all files", "odd": "files with odd numbers", "even": "files with even numbers"}[data["files"]]
    size = f", from {asked['min_size']:g} x {asked['min_size']:g} pixels" if asked["min_size"] else ""
    names = ", ".join(f"{old} as {new}" if new else f"without {old}" for old, new in asked["map"].items())
    run = f"Checkpoint {detector['weights']}, step {detector['step']}, pictures brought to {detector['size']} pixels" \
        if "step" in detector else "Predictions from a file"  # fmt: skip
    lines = [
        f"{data['pictures']} pictures ({files}), {data['labelled']} labelled things: "
        f"{', '.join(asked['categories'])}{size}{f' ({names})' if names else ''}; {data['ignored']} regions ignored.",
        f"{run}. A hit needs an IoU of {asked['iou']:g} and a score of {asked['score']:g}.",
    ]
    kind = "synthetic" if results["kind"] == SYNTHETIC else ""
    return (
        f'<h1>{escape(title)}</h1>\n<div class="kind {kind}"><strong>{escape(results["kind"])}</strong>'
        f"<span>{escape(BANNERS[results['kind']])}</span></div>\n"
        + "".join(f'<p class="warning">{escape(line)}</p>' for line in results["problems"] if line == WARNING)
        + "".join(f"<p>{escape(line)}</p>" for line in lines)
    )


def _cards(results: dict[str, Any], shapes: Sequence[str]) -> str:
    first = results[shapes[0]]
    overall, photos = first["overall"], first["photos"]
    cards = [(name, overall[key], overall["intervals"][key]) for key, name in COLUMNS]
    cards.append(("photos wholly right", photos["share_wholly_right"], overall["intervals"]["share_wholly_right"]))
    cards.append(("AP50", first["coco"]["AP50"], first["coco"]["AP50_interval"]))
    if "mask" in results:
        mask = results["mask"]
        cards.append(("F1 of masks", mask["overall"]["f1"], mask["overall"]["intervals"]["f1"]))
        cards.append(("AP50 of masks", mask["coco"]["AP50"], mask["coco"]["AP50_interval"]))
    drawn = "".join(
        f'<div class="card"><span>{escape(name)}</span><b>{percent(value)}</b><span>{span(spread) or "&nbsp;"}</span>'
        "</div>"
        for name, value, spread in cards
    )
    return f'<div class="cards">{drawn}</div><p class="faint">Boxes unless said; in brackets 95 % intervals.</p>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """Cells are HTML already."""
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    words = f"<caption>{caption}</caption>" if caption else ""
    return f'<div class="scroll"><table>{words}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(value: float | None, interval: Sequence[float] | None = None) -> str:
    return percent(value) + (f"<small>{span(list(interval))}</small>" if interval else "")


def _counts(item: dict[str, Any]) -> list[str]:
    spread = item.get("intervals", {})
    numbers = [str(item["hits"]), str(item["false_alarms"]), str(item["misses"])]
    return numbers + [_cell(item[key], spread.get(key)) for key, _ in COLUMNS]


NUMBERS = ("hits", "false<br>alarms", "misses", *(name for _, name in COLUMNS))


def _figures(results: dict[str, Any], shapes: Sequence[str]) -> str:
    rows = [[shape, *_counts(results[shape]["overall"])] for shape in shapes]
    parts = ["<h2>Precision, recall, F1, accuracy</h2>", _table(["", *NUMBERS], rows)]
    rows = []
    for shape in shapes:
        photos, spread = results[shape]["photos"], results[shape]["overall"]["intervals"]["share_wholly_right"]
        rows.append(
            [
                shape,
                f"{photos['wholly_right']} of {photos['pictures']}",
                _cell(photos["share_wholly_right"], spread),
                str(photos["empty_and_silent"]),
                f"{photos['everything_found']} of {photos['pictures']}",
                percent(photos["mean_precision"]),
                percent(photos["mean_recall"]),
            ]
        )
    head = ("", "wholly right", "share", "of them empty", "everything found", "mean precision", "mean recall")
    parts += ["<h3>By photo</h3>", _table(head, rows)]
    names = ("AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large", "AR_100")
    rows = [
        [shape]
        + [_cell(results[shape]["coco"][n], results[shape]["coco"].get(f"{n}_interval")) for n in names]
        for shape in shapes
    ]  # fmt: skip
    head = ("", "AP", "AP50", "AP75", "AP small", "AP medium", "AP large", "AR 100")
    parts += ["<h3>COCO</h3>", _table(head, rows, "pycocotools; a dash where nothing of that size is labelled")]
    return "\n".join(parts)


def _charts(drawn: dict[str, Chart]) -> str:
    return '<h2>Curves</h2><div class="charts">' + "".join(chart.svg() for chart in drawn.values()) + "</div>"


def _tables(results: dict[str, Any], shapes: Sequence[str]) -> str:
    parts = ["<h2>By category and size</h2>"]
    for shape in shapes:
        found = results[shape]
        rows = [[escape(name), *_counts(item), percent(item["AP50"])] for name, item in found["categories"].items()]
        parts.append(_table([shape, *NUMBERS, "AP50"], rows))
        rows = [[name, *_counts(item)] for name, item in found["sizes"].items()]
        parts.append(_table([f"{shape} by size", *NUMBERS], rows))
    parts.append(
        '<p class="faint">small: below 32 x 32 pixels of the mask, large: from 96 x 96. A false alarm stands in the '
        "class of its own size.</p>"
    )
    parts.append("<h2>What goes wrong</h2>")
    rows = [
        [escape(kind), *(str(results[shape]["false_alarms"][kind]) for shape in shapes), f"<i>{escape(words)}</i>"]
        for kind, words in KINDS.items()
    ]
    parts.append(_table(["false alarms", *shapes, ""], rows))
    confusion = results[shapes[0]]["confusion"]
    rows = [
        [f"<b>{escape(name)}</b>", *(str(number) for number in row)]
        for name, row in zip(confusion["labelled"], confusion["table"], strict=True)
    ]
    head = ["labelled, called &rarr;", *map(escape, confusion["called"])]
    parts.append(_table(head, rows, "boxes, matched without regard to category"))
    best = results[shapes[0]]["best_threshold"]
    if best:
        parts.append(
            f"<p>F1 of boxes would be highest, {best['f1']:.2f}, at a threshold of {best['score']:.2f}. Choose a "
            "threshold on other pictures than those that you report.</p>"
        )
    return "\n".join(parts)


def _comparison(results: dict[str, Any], shapes: Sequence[str]) -> str:
    found = results["comparison"]
    if not found:
        return ""
    rows = []
    for shape in shapes:
        for name, pair in found.get(shape, {}).items():
            if pair:
                low, high = pair["interval"]
                sure = "yes" if low > 0 or high < 0 else "no"
                change, spread = f"{pair['difference']:+.3f}", f"[{low:+.3f} to {high:+.3f}]"
                rows.append([f"{shape}: {name.replace('_', ' ')}", change, spread, sure])
    words = "this less the other, on the same pictures; paired 95 % bootstrap over pictures"
    table = _table(["", "difference", "interval", "beyond chance"], rows, words)
    return f"<h2>Against {escape(found['with'])}</h2>{table}"


def _overlays(results: dict[str, Any], shown: dict[str, list[Figure]]) -> str:
    patches = "".join(
        f'<span><i style="background: rgb({colour[2]},{colour[1]},{colour[0]})"></i>{escape(name)}</span>'
        for name, colour in LEGEND
    )
    shape = "masks" if "mask" in results else "boxes"
    parts = [f"<h2>Pictures</h2><p class='legend'>{patches}</p><p class='faint'>Judged by {shape}.</p>"]
    themes = (
        ("misses", "Worst misses", "The largest labelled things that were not found.", ""),
        (
            "alarms",
            "Highest false alarms",
            "Look closely: some are things that nobody labelled; the figures count them as false all the same.",
            "",
        ),
        (
            "pictures",
            "An even choice of pictures",
            "Evenly spread over the set, neither the best nor the worst.",
            "wide",
        ),
    )
    for key, title, words, layout in themes:
        if shown[key]:
            cells = "".join(_figure(figure) for figure in shown[key])
            parts.append(f'<h3>{title}</h3><p class="faint">{words}</p><div class="grid {layout}">{cells}</div>')
    return "\n".join(parts)


def _figure(figure: Figure) -> str:
    data = base64.b64encode(figure.data).decode()
    words = escape(figure.caption)
    return f'<figure><img alt="{words}" src="data:image/jpeg;base64,{data}"><figcaption>{words}</figcaption></figure>'


def _words(results: dict[str, Any]) -> str:
    entries = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in results["definitions"].items()
    )
    parts = [f"<h2>What the figures mean</h2><dl>{entries}</dl>"]
    for title, lines in (
        ("Not judged", results["settings"]["left_out"]),
        ("Problems of the data set", results["problems"]),
    ):
        if lines:
            items = "".join(f"<li>{escape(line)}</li>" for line in lines[:60])
            more = f"<li>and {len(lines) - 60} more, in results.json</li>" if len(lines) > 60 else ""
            parts.append(f"<h2>{title}</h2><ul>{items}{more}</ul>")
    return "\n".join(parts)

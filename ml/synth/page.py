"""A study's results as one table (Markdown, JSON) and one page that needs no other file."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dataset.files import write_atomic

from ..evaluate.charts import Chart
from . import arms, figures
from .settings import Settings

TABLE, JSON_FILE, PAGE = "study.md", "study.json", "study.html"

COLUMNS = {
    "old_target": "targets, old domain",
    "new_target": "targets, new domain",
    "old_all": "all classes, old",
    "new_all": "all classes, new",
    "new_others": "other classes, new",
    "old_taken": "others taken for targets, old",
    "new_taken": "others taken for targets, new",
}
"""Measures of an arm, all in per cent; the first two are the paper's Table 2."""

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1d2329;background:#fff}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.3rem .7rem;text-align:right;border-bottom:1px solid #dde3e8}
th:first-child,td:first-child{text-align:left}thead th{border-bottom:2px solid #8a97a3}tr.best td{background:#eef6ee}
.charts{display:flex;flex-wrap:wrap;gap:1rem}.charts svg{width:27rem;max-width:100%;background:#fff;font-family:inherit}
img{max-width:100%;image-rendering:pixelated;border:1px solid #dde3e8}.dim{color:#66727d}h2{margin-top:2.2rem}
@media(prefers-color-scheme:dark){body{background:#16191c;color:#dfe5ea}th,td{border-color:#313941}
tr.best td{background:#1d2b20}}
"""


def measures(result: Mapping[str, Any], targets: Sequence[str]) -> dict[str, float]:
    """The columns of one arm of one seed, per cent; nan where there is nothing to count."""
    found: dict[str, float] = {}
    for side in ("old", "new"):
        classes, counts = result[side]["classes"], np.array(result[side]["counts"], float)
        totals = counts.sum(1)
        recall = np.divide(np.diag(counts), totals, out=np.full(len(totals), np.nan), where=totals > 0)
        ours = np.isin(classes, list(targets))
        found[f"{side}_target"] = _mean(recall[ours])
        found[f"{side}_all"] = _mean(recall)
        found[f"{side}_others"] = _mean(recall[~ours])
        found[f"{side}_taken"] = _mean((counts[:, ours].sum(1) / np.maximum(totals, 1))[~ours & (totals > 0)])
    return {name: 100 * found[name] for name in COLUMNS}


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def summary(results: Sequence[Mapping[str, Any]], targets: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Arm -> {"values": {column: [a seed each]}, "mean": {...}, "spread": {...}}; spread is the sample deviation."""
    found: dict[str, dict[str, Any]] = {}
    for arm in results[0]["arms"]:
        rows = [measures(result["arms"][arm], targets) for result in results]
        values = {name: [row[name] for row in rows] for name in COLUMNS}
        found[arm] = {
            "values": values,
            "mean": {name: float(np.mean(column)) for name, column in values.items()},
            "spread": {name: _deviation(column) for name, column in values.items()},
        }
    return found


def _deviation(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def write(output: Path, wishes: Settings, results: Sequence[Mapping[str, Any]], targets: Sequence[str]) -> None:
    """study.json, study.md, study.html and the charts as pictures. Raises ``OutputError``."""
    table = summary(results, targets)
    tree = {"name": wishes.study.name, "targets": list(targets), "arms": table, "seeds": list(results)}
    write_atomic(output / JSON_FILE, (json.dumps(tree, indent=1) + "\n").encode())
    write_atomic(output / TABLE, _markdown(wishes, results, table).encode())
    for name, chart in charts(results, table).items():
        write_atomic(output / f"{name}.png", chart.png())
    write_atomic(output / PAGE, _html(output, wishes, results, table, targets).encode())


def charts(results: Sequence[Mapping[str, Any]], table: Mapping[str, Any]) -> dict[str, Chart]:
    """Name -> figure: the arms, and how the measures fall where crops were made and judged."""
    damages = [about["damage"] for result in results for about in result["vae"].values()]
    found = {"arms": figures.trade(table)}
    return found | ({kind: figures.falls(kind, damages) for kind in ("blur", "noise")} if damages else {})


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [_spread(row["mean"][name], row["spread"][name]) for name in COLUMNS]


def _spread(mean: float, spread: float) -> str:
    return "-" if mean != mean else f"{mean:.1f} ± {spread:.1f}"


def _tables(results: Sequence[Mapping[str, Any]], table: Mapping[str, Any]) -> list[tuple[str, str, list[list[str]]]]:
    """(heading, remark, rows with the header first) of every table."""
    found = [
        (
            "Accuracy, per cent",
            "Mean ± deviation between seeds. The first two columns are the paper's (71.2 → 92.4 new, 96.1 → 96.1 old); "
            "the others show what it costs the other classes.",
            [["trained", *COLUMNS.values()], *([arm, *_cells(row)] for arm, row in table.items())],
        )
    ]
    made = [(name, about) for result in results for name, about in result["vae"].items()]
    if made:
        found += [_damage_table(made), _set_table(made), _copy_table(made)]
    return found


def _over(made: Iterable[tuple[str, Mapping[str, Any]]], *path: str) -> str:
    values = []
    for _, about in made:
        value: Any = about
        for key in path:
            value = value[key]
        values.append(float(value))
    return f"{np.mean(values):.3f} ± {_deviation(values):.3f}"


def _damage_table(made: list) -> tuple[str, str, list[list[str]]]:
    names = list(made[0][1]["damage"]["blur"])
    rows = [[name, _over(made, "damage", "blur", name), _over(made, "damage", "noise", name)] for name in names]
    remark = "Spearman's rank correlation of the score with blur and noise added to unseen real crops; -1 is ideal."
    return "Does the score fall with damage?", remark, [["score", "blur", "noise"], *rows]


def _set_table(made: list) -> tuple[str, str, list[list[str]]]:
    names = {"real": "real training crops", "all": "made", "filtered": "made, filtered", "moved": "moved"}
    rows = [
        [text, *(_over(made, "sets", key, m) for m in ("kid", "density", "coverage"))] for key, text in names.items()
    ]
    remark = "Against unseen real crops of the new domain, in the features of the classifier that saw no made crop."
    return "Sets of crops", remark, [["crops", "KID (0 is ideal)", "density (1)", "coverage (1)"], *rows]


def _copy_table(made: list) -> tuple[str, str, list[list[str]]]:
    words = {"fresh": "unseen real crops (false alarms)"}
    rows = [[words.get(key, f"planted: {key}"), _over(made, "planted", key)] for key in made[0][1]["planted"]]
    share = [(name, {"share": about["copies"] / about["drawn"]}) for name, about in made]
    rows.append(["made crops", _over(share, "share")])
    return "Copies of training crops", "Share that is taken for a copy.", [["crops", "share"], *rows]


def _markdown(wishes: Settings, results: Sequence[Mapping[str, Any]], table: Mapping[str, Any]) -> str:
    lines = [f"# {wishes.study.name}", "", _about(results), ""]
    for heading, remark, (header, *rows) in _tables(results, table):
        lines += [f"## {heading}", "", remark, "", "| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in rows] + [""]
    lines += ["## The arms", "", *(f"- **{arm}**: {arms.about(arm)}" for arm in table)]
    return "\n".join(lines) + "\n"


def _about(results: Sequence[Mapping[str, Any]]) -> str:
    crops, model = results[0]["crops"], results[0]["classifier"]
    sizes = ", ".join(f"{key} {sum(counts.values())}" for key, counts in crops.items())
    return f"{len(results)} seeds; crops a seed: {sizes}; classifier of {model['parameters']:,} parameters."


def _row(cells: Sequence[str], marked: bool) -> str:
    inside = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    return f"<tr{' class=best' if marked else ''}>{inside}</tr>"


def _html(
    output: Path,
    wishes: Settings,
    results: Sequence[Mapping[str, Any]],
    table: Mapping[str, Any],
    targets: Sequence[str],
) -> str:
    title = html.escape(wishes.study.name)
    parts = [f"<h1>{title}</h1><p>{html.escape(_about(results))} Targets: {html.escape(', '.join(targets))}.</p>"]
    best = max(table, key=lambda arm: table[arm]["mean"]["new_target"])
    parts.append(f"<div class=charts>{''.join(chart.svg() for chart in charts(results, table).values())}</div>")
    for heading, remark, (header, *rows) in _tables(results, table):
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in header)
        body = "".join(_row(row, row[0] == best) for row in rows)
        parts.append(f"<h2>{html.escape(heading)}</h2><p class=dim>{html.escape(remark)}</p>")
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    arm_list = "".join(f"<li><b>{html.escape(arm)}</b>: {html.escape(arms.about(arm))}</li>" for arm in table)
    parts.append(f"<h2>The arms</h2><ul>{arm_list}</ul>")
    for picture in sorted(output.glob("seed_*/vae/*/*.png")):
        data = base64.b64encode(picture.read_bytes()).decode()
        name = html.escape(str(picture.relative_to(output).parent))
        parts.append(f"<h2>{name}</h2><img alt='sheet of crops' src='data:image/png;base64,{data}'>")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<meta name=viewport content='width=device-width'><style>{STYLE}</style>{''.join(parts)}</html>\n"
    )

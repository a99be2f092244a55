"""The figures in words: what the terminal shows."""

from __future__ import annotations

from typing import Any

from .held_back import WARNING

FIGURES = ("precision", "recall", "f1", "accuracy")


def percent(value: float | None) -> str:
    """Two decimals, a dash where a figure is undefined."""
    return "–" if value is None else f"{value:.2f}"


def span(value: tuple[float, float] | list[float] | None) -> str:
    """``[0.31-0.44]``; nothing where there is no interval."""
    return "" if value is None else f"[{value[0]:.2f}-{value[1]:.2f}]"


def text(results: dict[str, Any]) -> str:
    """A dozen lines: what was scored on what, the figures, their definitions."""
    data, asked = results["dataset"], results["settings"]
    files = "" if data["files"] == "all" else f", {data['files']} files"
    lines = [
        f"{results['detector']['name']} on {data['kind']}: {data['name']}{files}, {data['pictures']} pictures, "
        f"{data['labelled']} labelled things ({', '.join(asked['categories'])}), {data['ignored']} regions ignored",
        "",
        f"{'':10}{'precision':>18}{'recall':>18}{'F1':>18}{'accuracy':>18}{'photos right':>20}{'AP50':>8}{'AP':>7}",
    ]
    for shape in ("box", "mask"):
        if shape in results:
            lines.append(_row(shape, results[shape]))
    first = results["box"]
    for name, item in first["categories"].items() if len(first["categories"]) > 1 else ():
        cells = "".join(f"{_cell(item[figure], item['intervals'][figure]):>18}" for figure in FIGURES)
        lines.append(f"  {name[:8]:8}{cells}{'':20}{percent(item['AP50']):>8}")
    words = results["definitions"]
    lines += ["", *(f"{name}: {words[name]}" for name in ("hit", "ignored", "accuracy", "photos wholly right"))]
    lines += [f"problem: {line}" for line in results["problems"] if line == WARNING]
    lines += [f"left out: {line}" for line in asked["left_out"]]
    return "\n".join(lines)


def _row(shape: str, found: dict[str, Any]) -> str:
    overall, photos = found["overall"], found["photos"]
    cells = "".join(f"{_cell(overall[name], overall['intervals'][name]):>18}" for name in FIGURES)
    right = f"{photos['wholly_right']}/{photos['pictures']}"
    right = f"{right} {span(overall['intervals']['share_wholly_right'])}"
    return f"{shape:10}{cells}{right:>20}{percent(found['coco']['AP50']):>8}{percent(found['coco']['AP']):>7}"


def _cell(value: float | None, interval: list[float] | None) -> str:
    return f"{percent(value)} {span(interval)}".rstrip()

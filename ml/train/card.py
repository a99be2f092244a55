"""The model card: what a network learned from, how, how well it did, and where it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from ml.network.design import Design

from .config import Wishes
from .data import Data, Example
from .state import State


def card(design: Design, wishes: Wishes, data: Data, environment: Mapping[str, Any], state: State) -> str:
    """Markdown."""
    lines = [
        "# Model card",
        "",
        f"Mask R-CNN that finds {_listed(design.categories)} and draws their outlines.",
        "" if state.done else "\n**Not finished: the run was stopped or is still going on.**\n",
        "## Network",
        "",
        f"- Backbone {design.backbone}, feature pyramid of {design.width} channels, {design.heads} heads.",
        f"- Pictures are brought to {design.size} px on their longer side.",
        f"- Started from: {state.start}.",
        "",
        "## Data",
        "",
        *_sides(data, wishes),
        "",
        "## Recipe",
        "",
        f"- {state.step} steps of {wishes.batch} pictures, {state.seconds / 60:.1f} minutes on {environment['device']} "
        f"({environment['processes']} process(es), {environment['threads']} threads each, {environment['precision']}).",
        f"- {wishes.optimiser}, momentum {wishes.momentum:g}, rate {wishes.top_rate:g} (backbone "
        f"{wishes.top_rate * wishes.backbone_rate:g}, "
        f"{wishes.freeze} of 5 stages frozen), weight decay {wishes.decay:g}, {wishes.warm_up} steps warm-up, cosine.",
        f"- Augmentation: {wishes.augment}. Averaged weights. Seed {wishes.seed}.",
        f"- Not taught: what covers fewer than {wishes.min_pixels} px of what the network sees, "
        f"or of which less than {wishes.min_visible:.0%} is seen.",
        "",
        "## Figures",
        "",
        *_figures(state.best_figures, data),
        "",
        "## Limits",
        "",
        *_limits(data, design),
        "",
    ]
    return "\n".join(lines)


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _sides(data: Data, wishes: Wishes) -> list[str]:
    lines = []
    for origin, path in enumerate(wishes.datasets):
        share = f", shown with weight {wishes.mix[origin]:g}" if wishes.mix else ""
        for title, side in (("to learn from", data.train), ("held back", data.held_back)):
            own = [example for example in side if example.origin == origin]
            lines.append(f"- {PurePath(path).name} ({_kind(own)}), {title}: {_content(own, data.categories)}{share}.")
    return lines


def _kind(examples: list[Example]) -> str:
    return "rendered" if any("site" in example.source.about for example in examples) else "photos or unknown"


def _content(examples: list[Example], categories: tuple[str, ...]) -> str:
    labels = Counter(thing.label for example in examples for thing in example.things)
    things = ", ".join(f"{labels[label]} {name}" for label, name in enumerate(categories, 1))
    return f"{len(examples)} pictures of {len({example.group for example in examples})} sites: {things}"


def _figures(figures: Mapping[str, float], data: Data) -> list[str]:
    if not figures:
        return ["None: nothing was held back, or the run ended before its first validation."]
    real = any("site" not in example.source.about for example in data.held_back)
    kind = "held-back pictures" if real else "held-back **rendered** sites: this says nothing of real photos"
    rows = [f"| {key} | {value:g} |" for key, value in figures.items()]
    return [f"Masks at IoU 0.5, scores from 0.5, on {kind}.", "", "| figure | value |", "|---|---|", *rows]


def _limits(data: Data, design: Design) -> list[str]:
    lines = [
        f"- Things under about {design.size // 25} px in a {design.size} px picture were hardly taught.",
        "- It knows no other categories: what looks like one of its own is taken for it.",
        "- It was not tested for use in an emergency. It must not decide where nobody is searched for.",
    ]
    if any("site" in example.source.about for example in data.train):
        lines.insert(0, "- It learned from rendered pictures: measure it on photos like yours before you trust it.")
    return lines

"""Which scene is for training and which for testing: whole scenes, so that no test crop has a twin in training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from dataset.spec import child

SPLITS = ("train", "valid", "test")
SHARES = (0.8, 0.1, 0.1)


def split(pairs: Iterable[tuple[str, str]], shares: tuple[float, ...] = SHARES, seed: int = 0) -> dict[str, str]:
    """Scene -> "train", "valid" or "test", given the (scene, class) of every crop.

    A scene goes as a whole. Each class is brought as near to ``shares`` as whole scenes allow: the largest scenes are
    placed first, each where it lowers the classes' distance from their shares most; then single scenes are moved while
    that helps. With fewer than three scenes training comes first, then the test.
    """
    counts: dict[str, Counter[str]] = {}
    for scene, name in pairs:
        counts.setdefault(scene, Counter())[name] += 1
    totals = sum(counts.values(), Counter())
    wanted = {
        place: {name: share * totals[name] for name in totals} for place, share in zip(SPLITS, shares, strict=True)
    }
    order = sorted(counts, key=lambda scene: (-sum(counts[scene].values()), child(seed, "split", scene), scene))
    if len(order) < len(SPLITS):
        return {scene: ("train", "test")[place] for place, scene in enumerate(order)}
    filled = {place: Counter() for place in SPLITS}
    placed: dict[str, str] = {}
    for scene in order:
        placed[scene] = min(SPLITS, key=lambda place: _cost(filled[place], counts[scene], wanted[place], totals))
        filled[placed[scene]].update(counts[scene])
    _improve(placed, counts, filled, wanted, totals)
    return placed


def _cost(filled: Counter[str], more: Counter[str], wanted: Mapping[str, float], totals: Counter[str]) -> float:
    """How much worse (positive) or better a split gets by ``more``.

    The sum over classes of (held - wanted)^2 / (wanted * total): a small split weighs as much as a large one.
    """
    return sum(
        ((filled[name] + more[name] - wanted[name]) ** 2 - (filled[name] - wanted[name]) ** 2)
        / (wanted[name] * totals[name])
        for name in more
    )


def _improve(
    placed: dict[str, str],
    counts: Mapping[str, Counter[str]],
    filled: dict[str, Counter[str]],
    wanted: Mapping[str, Mapping[str, float]],
    totals: Counter[str],
    rounds: int = 10,
) -> None:
    """Move single scenes while the sum of all distances falls; no split is emptied."""
    held = Counter(placed.values())
    for _ in range(rounds):
        moved = False
        for scene in sorted(counts):
            here = placed[scene]
            if held[here] == 1:
                continue
            away = Counter({name: -count for name, count in counts[scene].items()})
            gain = {
                place: _cost(filled[here], away, wanted[here], totals)
                + _cost(filled[place], counts[scene], wanted[place], totals)
                for place in SPLITS
                if place != here
            }
            best = min(gain, key=gain.__getitem__)
            if gain[best] < -1e-12:
                filled[here].subtract(counts[scene])
                filled[best].update(counts[scene])
                held.update({here: -1, best: 1})
                placed[scene] = best
                moved = True
        if not moved:
            return

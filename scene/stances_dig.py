"""Digging, breaking and lifting, searching on the knees."""

from __future__ import annotations

from .stances import Foot, Hand, Held, Stance

APART = (Foot(0.22, -0.14, 14), Foot(-0.22, 0.12, -24))
STEP = (Foot(0.13, -0.30, 8), Foot(-0.15, 0.30, -20, heel=22))
KNEELING = (Foot(0.22, -0.32, 26), Foot(0, 0, -12, kneel=True))

DIG: dict[str, Stance] = {
    "kneel_dig": Stance(
        (0, 0.06, 0.47),
        (26, -4, -6),
        (30, 0, -4),
        (0, -0.75, 0),
        feet=KNEELING,
        rest="knees",
        reach=40,
        hands=(
            Hand(0.07, -0.62, 0, "touch", (0.9, 0.5, 0.1), (-0.2, -0.6, -0.8), (-0.2, 0.6, -0.8), 34),
            Hand(0.13, -0.52, 0, "touch", (0.9, 0.5, 0.1), (0.1, -0.5, -0.8), (-0.3, 0.7, -0.7), 40),
        ),
    ),
    "dig_knees": Stance(
        (0, 0.10, 0.36),
        (34, 3, -4),
        (40, 0, -3),
        (0, -0.6, 0),
        rest="knees",
        reach=40,
        feet=(Foot(0, 0, 9, kneel=True), Foot(0, 0, -10, kneel=True, heel=80)),
        hands=(
            Hand(0.12, -0.50, 0, "touch", (0.9, 0.5, 0.1), (-0.1, -0.5, -0.8), (-0.2, 0.7, -0.7), 40),
            Hand(0.22, -0.62, 0, "touch", (0.9, 0.5, 0.1), (-0.2, -0.7, -0.7), (-0.3, 0.6, -0.8), 30),
        ),
    ),
    "kneel_search": Stance(
        (0, 0.06, 0.46),
        (26, 2, -8),
        (28, 4, 0),
        (0.05, -1.1, 0.05),
        feet=KNEELING,
        rest="knees",
        reach=35,
        hands=(
            Hand(0.06, -0.58, 0, "touch", (0.9, 0.5, 0.1), (-0.2, -0.7, -0.7), (-0.2, 0.5, -0.8), 22),
            Hand(0.16, -0.46, 1.22, "chest", (0.8, 0.3, -0.6), (-0.9, -0.4, -0.1), (0, -0.2, 1), 58),
        ),
        held=(Held("torch", "right"),),
    ),
    "crouch": Stance(
        (0, 0.12, 0.47),
        (18, 2, 4),
        (18, 0, -6),
        (0.1, -0.8, 0.1),
        feet=(Foot(0.24, -0.16, 38), Foot(-0.20, 0.14, -28, heel=40)),
        hands=(
            Hand(0.05, -0.50, 1.13, "chest", (0.8, 0.3, -0.3), (-0.5, -0.9, -0.2), (-0.3, 0.5, -0.8), 24),
            Hand(0.04, -0.50, 1.04, "chest", (0.8, 0.3, -0.5), (-0.3, -0.9, -0.5), (-0.5, 0.4, -0.6), 30),
        ),
        reach=40,
    ),
    "shovel_dig": Stance(
        (0, 0.04, 0.83),
        (26, 0, -8),
        (24, 0, -6),
        (0.05, -0.8, 0),
        feet=(Foot(0.17, -0.32, 6), Foot(-0.18, 0.20, -30)),
        reach=40,
        hands=(
            Hand(space="tool", at=0.62, pole=(0.7, 0.5, -0.4), curl=60, thumb=-1),
            Hand(space="tool", at=1.12, pole=(0.7, 0.9, -0.5), curl=60),
        ),
        held=(Held("shovel", "shaft", (0.08, -0.98, -0.03), "ground", (-0.27, -0.04, 0.98), "pelvis"),),
    ),
    "shovel_lift": Stance(
        (0, 0, 0.86),
        (16, 0, -10),
        (18, 0, -8),
        (0.05, -1.0, 0.4),
        feet=(Foot(0.17, -0.30, 6), Foot(-0.18, 0.20, -30)),
        hands=(
            Hand(space="tool", at=0.55, pole=(0.7, 0.5, -0.5), curl=60, thumb=-1),
            Hand(space="tool", at=1.10, pole=(0.8, 0.9, -0.1), curl=60),
        ),
        held=(Held("shovel", "shaft", (0.20, -1.15, 0.52), "root", (-0.25, -0.04, 0.98), "pelvis", 1.12),),
        balance=0.8,
        reach=25,
    ),
    "shovel_throw": Stance(
        (0, 0, 0.92),
        (6, 0, 24),
        (8, 0, 24),
        (1.4, -1.2, 1.0),
        feet=(Foot(0.20, -0.14, 30), Foot(-0.18, 0.12, -10, heel=14)),
        hands=(
            Hand(space="tool", at=0.78, pole=(0.7, 0.4, -0.6), curl=60, thumb=-1),
            Hand(space="tool", at=1.12, pole=(0.7, 0.8, -0.4), curl=60),
        ),
        held=(Held("shovel", "shaft", (0.85, -0.80, 1.0), "root", (-0.16, -0.28, 1.06), "chest", 1.14, roll=25),),
    ),
    "lever": Stance(
        (0, 0.02, 0.84),
        (26, 0, 6),
        (20, 0, 4),
        (0, -1.0, 0.1),
        feet=(Foot(0.20, -0.34, 10), Foot(-0.20, 0.26, -28)),
        reach=35,
        hands=(
            Hand(space="tool", at=0.84, pole=(0.8, 0.5, -0.3), curl=62, thumb=-1),
            Hand(space="tool", at=1.16, pole=(0.9, 0.6, 0), curl=62, thumb=-1),
        ),
        held=(Held("bar", "shaft", (0.0, -1.42, 0.05), "ground", (-0.02, -0.52, 0.88), "root"),),
    ),
    "sledge_up": Stance(
        (0, 0, 0.92),
        (-4, 0, -16),
        (-4, -4, -20),
        (0, -0.9, 0.3),
        feet=APART,
        hands=(
            Hand(space="tool", at=0.82, pole=(0.6, -0.4, -0.6), curl=62, thumb=-1),
            Hand(space="tool", at=0.44, pole=(1, 0.2, -0.2), curl=62, thumb=-1),
        ),
        held=(Held("sledge", "shaft", (-0.36, 0.14, 1.80), "chest", (-0.10, -0.34, 1.42), "chest"),),
    ),
    "sledge_down": Stance(
        (0, 0.06, 0.82),
        (34, 0, 0),
        (26, 0, -4),
        (0, -0.9, 0.1),
        feet=(Foot(0.24, -0.10, 16), Foot(-0.24, 0.02, -20)),
        reach=40,
        hands=(
            Hand(space="tool", at=0.80, pole=(0.8, 0.5, -0.2), curl=62, thumb=-1),
            Hand(space="tool", at=0.56, pole=(0.9, 0.5, -0.2), curl=62, thumb=-1),
        ),
        held=(Held("sledge", "shaft", (0.0, -0.98, 0.24), "ground", (-0.02, -0.46, 0.94), "pelvis"),),
    ),
    "lift": Stance(
        (0, 0.16, 0.58),
        (44, 0, 0),
        (18, 0, 3),
        (0.1, -1.4, 0.5),
        feet=(Foot(0.23, -0.10, 20), Foot(-0.22, 0.03, -22, heel=8)),
        reach=30,
        hands=(
            Hand(0.26, -0.56, 0.40, "root", (0.9, 0.6, 0), (-0.1, -0.6, -0.7), (-0.7, -0.4, 0.6), 40),
            Hand(0.26, -0.54, 0.38, "root", (0.9, 0.6, 0), (-0.1, -0.6, -0.7), (-0.7, -0.4, 0.6), 40),
        ),
        held=(Held("slab", "between"),),
    ),
    "lift_two": Stance(
        (0, 0.02, 0.84),
        (10, 0, 3),
        (10, 0, -2),
        (0, -1.6, 0.8),
        feet=(Foot(0.20, -0.20, 12), Foot(-0.20, 0.16, -24)),
        reach=35,
        hands=(
            Hand(0.25, 0.40, 0.0, "team", (0.8, 0.7, -0.2), (-0.1, -1, -0.25), (-0.2, 0, 1), 34),
            Hand(0.25, 0.40, 0.0, "team", (0.8, 0.7, -0.2), (-0.1, -1, -0.25), (-0.2, 0, 1), 34),
        ),
        held=(Held("long_slab", "team"),),
    ),
}

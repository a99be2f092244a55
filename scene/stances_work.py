"""Poses of people at work: digging, lifting, carrying, searching, hauling."""

from __future__ import annotations

from .stances import Foot, Hand, Held, Stance

DOWN = Hand(0.25, -0.05, 0.79, pole=(0.15, 1, -0.1), point=(0.02, -0.14, -1), palm=(-1, 0.25, 0))
"""An arm that hangs."""

ON_KNEE = Hand(0.0, -0.03, 0.10, "knee", pole=(1, 0.2, 0), point=(-0.3, -0.8, -0.5), palm=(0, 0.2, -1), curl=16)

LOAD = Hand(0.235, -0.36, 1.06, pole=(0.6, 0.7, -0.6), point=(-0.1, -1, 0.05), palm=(-0.9, 0, 0.45), curl=24)
"""One side of a box before the belly."""

APART = (Foot(0.22, -0.14, 14), Foot(-0.22, 0.12, -24))
STEP = (Foot(0.13, -0.30, 8), Foot(-0.15, 0.30, -20, heel=22))
KNEELING = (Foot(0.22, -0.32, 26), Foot(0, 0, -12, kneel=True))


def _knee(side: str, hand: Hand = ON_KNEE) -> Hand:
    return Hand(hand.x, hand.y, hand.z, f"knee_{side}", hand.pole, hand.point, hand.palm, hand.curl)


WORK: dict[str, Stance] = {
    "crouch": Stance(
        (0, 0.12, 0.47), (18, 2, 4), (18, 0, -6), (0.1, -0.8, 0.1), feet=(Foot(0.24, -0.16, 38), Foot(-0.20, 0.14, -28, heel=40)),
        hands=(Hand(0.05, -0.50, 1.13, "chest", (0.8, 0.3, -0.3), (-0.5, -0.9, -0.2), (-0.3, 0.5, -0.8), 24),
               Hand(0.04, -0.50, 1.04, "chest", (0.8, 0.3, -0.5), (-0.3, -0.9, -0.5), (-0.5, 0.4, -0.6), 30)), reach=40,
    ),
    "kneel_dig": Stance(
        (0, 0.06, 0.47), (26, -4, -6), (30, 0, -4), (0, -0.75, 0), feet=KNEELING, rest="knees", reach=40,
        hands=(Hand(0.07, -0.62, 0, "touch", (0.9, 0.5, 0.1), (-0.2, -0.6, -0.8), (-0.2, 0.6, -0.8), 34),
               Hand(0.13, -0.52, 0, "touch", (0.9, 0.5, 0.1), (0.1, -0.5, -0.8), (-0.3, 0.7, -0.7), 40)),
    ),
    "dig_knees": Stance(
        (0, 0.10, 0.36), (34, 3, -4), (40, 0, -3), (0, -0.6, 0), rest="knees", reach=40,
        feet=(Foot(0, 0, 14, kneel=True), Foot(0, 0, -16, kneel=True, heel=80)),
        hands=(Hand(0.12, -0.50, 0, "touch", (0.9, 0.5, 0.1), (-0.1, -0.5, -0.8), (-0.2, 0.7, -0.7), 40),
               Hand(0.22, -0.62, 0, "touch", (0.9, 0.5, 0.1), (-0.2, -0.7, -0.7), (-0.3, 0.6, -0.8), 30)),
    ),
    "kneel_search": Stance(
        (0, 0.06, 0.46), (26, 2, -8), (28, 4, 0), (0.05, -1.1, 0.05), feet=KNEELING, rest="knees", reach=35,
        hands=(Hand(0.06, -0.58, 0, "touch", (0.9, 0.5, 0.1), (-0.2, -0.7, -0.7), (-0.2, 0.5, -0.8), 22),
               Hand(0.16, -0.46, 1.22, "chest", (0.8, 0.3, -0.6), (-0.9, -0.4, -0.1), (0, -0.2, 1), 58)),
        held=(Held("torch", "right"),),
    ),
    "search_torch": Stance(
        (0, 0, 0.93), (4, 0, -6), (14, 0, 10), (-0.1, -2.4, 0.3), feet=(Foot(0.14, -0.16, 10), Foot(-0.15, 0.14, -22)),
        hands=(DOWN, Hand(0.20, -0.40, 1.24, "chest", (0.7, 0.5, -0.6), (-0.9, -0.4, -0.1), (0, -0.2, 1), 58)),
        held=(Held("torch", "right"),),
    ),
    "shovel_dig": Stance(
        (0, 0.04, 0.83), (26, 0, -8), (24, 0, -6), (0.05, -0.8, 0), feet=(Foot(0.17, -0.32, 6), Foot(-0.18, 0.20, -30)), reach=40,
        hands=(Hand(space="tool", at=0.62, pole=(0.7, 0.5, -0.4), curl=60, thumb=-1), Hand(space="tool", at=1.12, pole=(0.7, 0.9, -0.5), curl=60)),
        held=(Held("shovel", "shaft", (0.08, -0.98, -0.03), "ground", (-0.27, -0.04, 0.98), "pelvis"),),
    ),
    "shovel_lift": Stance(
        (0, 0, 0.86), (16, 0, -10), (18, 0, -8), (0.05, -1.0, 0.4), feet=(Foot(0.17, -0.30, 6), Foot(-0.18, 0.20, -30)),
        hands=(Hand(space="tool", at=0.55, pole=(0.7, 0.5, -0.5), curl=60, thumb=-1), Hand(space="tool", at=1.10, pole=(0.8, 0.9, -0.1), curl=60)),
        held=(Held("shovel", "shaft", (0.20, -1.15, 0.52), "root", (-0.25, -0.04, 0.98), "pelvis", 1.12),), balance=0.8, reach=25,
    ),
    "shovel_throw": Stance(
        (0, 0, 0.92), (6, 0, 24), (8, 0, 24), (1.4, -1.2, 1.0), feet=(Foot(0.20, -0.14, 30), Foot(-0.18, 0.12, -10, heel=14)),
        hands=(Hand(space="tool", at=0.78, pole=(0.7, 0.4, -0.6), curl=60, thumb=-1), Hand(space="tool", at=1.12, pole=(0.7, 0.8, -0.4), curl=60)),
        held=(Held("shovel", "shaft", (0.85, -0.80, 1.0), "root", (-0.16, -0.28, 1.06), "chest", 1.14, roll=25),),
    ),
    "lever": Stance(
        (0, 0.02, 0.84), (26, 0, 6), (20, 0, 4), (0, -1.0, 0.1), feet=(Foot(0.20, -0.34, 10), Foot(-0.20, 0.26, -28)), reach=35,
        hands=(Hand(space="tool", at=0.84, pole=(0.8, 0.5, -0.3), curl=62, thumb=-1), Hand(space="tool", at=1.16, pole=(0.9, 0.6, 0), curl=62, thumb=-1)),
        held=(Held("bar", "shaft", (0.0, -1.42, 0.05), "ground", (-0.02, -0.52, 0.88), "root"),),
    ),
    "sledge_up": Stance(
        (0, 0, 0.92), (-4, 0, -16), (-4, -4, -20), (0, -0.9, 0.3), feet=APART,
        hands=(Hand(space="tool", at=0.82, pole=(0.6, -0.4, -0.6), curl=62, thumb=-1), Hand(space="tool", at=0.44, pole=(1, 0.2, -0.2), curl=62, thumb=-1)),
        held=(Held("sledge", "shaft", (-0.36, 0.14, 1.80), "chest", (-0.10, -0.34, 1.42), "chest"),),
    ),
    "sledge_down": Stance(
        (0, 0.06, 0.82), (34, 0, 0), (26, 0, -4), (0, -0.9, 0.1), feet=(Foot(0.24, -0.10, 16), Foot(-0.24, 0.02, -20)), reach=40,
        hands=(Hand(space="tool", at=0.80, pole=(0.8, 0.5, -0.2), curl=62, thumb=-1), Hand(space="tool", at=0.56, pole=(0.9, 0.5, -0.2), curl=62, thumb=-1)),
        held=(Held("sledge", "shaft", (0.0, -0.98, 0.24), "ground", (-0.02, -0.46, 0.94), "pelvis"),),
    ),
    "lift": Stance(
        (0, 0.16, 0.58), (44, 0, 0), (18, 0, 3), (0.1, -1.4, 0.5), feet=(Foot(0.23, -0.10, 20), Foot(-0.22, 0.03, -22, heel=8)), reach=30,
        hands=(Hand(0.26, -0.56, 0.40, "root", (0.9, 0.6, 0), (-0.1, -0.6, -0.7), (-0.7, -0.4, 0.6), 40),
               Hand(0.26, -0.54, 0.38, "root", (0.9, 0.6, 0), (-0.1, -0.6, -0.7), (-0.7, -0.4, 0.6), 40)),
        held=(Held("slab", "between"),),
    ),
    "lift_two": Stance(
        (0, 0.02, 0.84), (10, 0, 3), (10, 0, -2), (0, -1.6, 0.8), feet=(Foot(0.20, -0.20, 12), Foot(-0.20, 0.16, -24)), reach=35,
        hands=(Hand(0.25, 0.40, 0.0, "team", (0.8, 0.7, -0.2), (-0.1, -1, -0.25), (-0.2, 0, 1), 34),
               Hand(0.25, 0.40, 0.0, "team", (0.8, 0.7, -0.2), (-0.1, -1, -0.25), (-0.2, 0, 1), 34)),
        held=(Held("long_slab", "team"),),
    ),
    "carry": Stance(
        (0, 0, 0.915), (-2, 0, 3), (3, 0, -3), feet=STEP, hands=(LOAD, LOAD), held=(Held("case", "between"),), balance=0.8,
    ),
    "stretcher": Stance(
        (0, 0, 0.91), (3, 0, 3), (3, 0, -3), feet=(Foot(0.12, -0.27, 6, heel=-6), Foot(-0.13, 0.27, -10, heel=26)), balance=0.6,
        hands=(Hand(0.275, 0, 0, "team", (0.5, 1, -0.2), curl=62), Hand(0.275, 0, 0, "team", (0.5, 1, -0.2), curl=62)),
        held=(Held("stretcher", "team"),), reach=25,
    ),
    "carry_bucket": Stance(
        (0, 0, 0.91), (2, -3, 4), (3, -8, -4), feet=(Foot(0.11, -0.28, 6, heel=-10), Foot(-0.12, 0.28, -10, heel=28)), balance=0.7,
        hands=(Hand(0.36, -0.02, 0.93, "chest", (0.6, 1, -0.2), (0.15, -0.2, -1), (-1, 0.3, 0), 26),
               Hand(0.27, -0.02, 0.78, "pelvis", (0.4, 1, -0.1), (0, -0.08, -1), (-1, 0.1, 0), 62)),
        held=(Held("bucket", "hang_right"),),
    ),
    "pass_bucket": Stance(
        (0, 0, 0.90), (8, 0, 18), (10, 0, 26), (1.2, -0.6, 1.1), feet=(Foot(0.23, -0.06, 26), Foot(-0.22, 0.06, -14)),
        hands=(Hand(0.16, -0.44, 1.10, "chest", (0.6, 0.4, -0.7), (-0.3, -1, -0.1), (-0.8, 0, 0.5), 30),
               Hand(0.06, -0.42, 1.10, "chest", (0.7, 0.5, -0.6), (-0.8, -0.6, -0.2), (-0.1, 0.6, -0.8), 62)),
        held=(Held("bucket", "hang_right"),),
    ),
    "drag_hose": Stance(
        (0, -0.06, 0.88), (14, 0, 5), (12, 0, -8), (0.2, -4, 0.9), feet=(Foot(0.10, -0.36, 5), Foot(-0.12, 0.40, -14, heel=36)), balance=0.5,
        hands=(Hand(0.30, -0.02, 0.92, "chest", (0.5, 1, -0.3), (0.1, -0.4, -1), (-1, 0.2, 0), 26),
               Hand(0.10, -0.30, 1.30, "chest", (0.8, -0.1, -0.7), (-0.2, 0.3, 1), (-0.4, 0.8, 0.2), 62)),
        held=(Held("hose", "line", path=((-0.10, -0.34, 1.10, "chest"), (0, 0, 0, "hand_r"), (-0.175, 0.0, 1.505, "chest"), (-0.19, 0.17, 1.25, "chest"),
              (-0.20, 0.75, 0.30, "ground"), (-0.16, 1.25, 0.05, "ground"), (0.1, 2.2, 0.04, "ground"), (-0.2, 3.2, 0.04, "ground"))),),
    ),
    "hold_hose": Stance(
        (0, 0, 0.89), (10, 0, -14), (6, 0, 6), (0.1, -6, 2.2), feet=(Foot(0.16, -0.30, 4), Foot(-0.18, 0.28, -36)),
        hands=(Hand(space="tool", at=0.22, pole=(0.7, 0.5, -0.6), curl=58), Hand(space="tool", at=0.52, pole=(0.9, 0.8, -0.4), curl=58, thumb=-1)),
        held=(Held("hose", "shaft", (0.02, -0.78, 1.12), "chest", (-0.17, -0.08, 1.0), "chest",
              path=((0, 0, 0, "shaft"), (-0.24, 0.30, 0.80, "pelvis"), (-0.30, 0.70, 0.16, "ground"), (-0.2, 1.2, 0.04, "ground"),
                    (0.2, 2.0, 0.04, "ground"), (0.0, 3.0, 0.04, "ground"))),),
    ),
    "pull_rope": Stance(
        (0, 0.16, 0.84), (-8, 0, -6), (6, 0, -4), (0, -4, 0.7), feet=(Foot(0.16, -0.40, 6), Foot(-0.17, 0.20, -26)), balance=0.25,
        hands=(Hand(0.02, -0.50, 1.12, "chest", (0.7, 0.4, -0.7), curl=62, palm=(-1, 0, 0)), Hand(0.06, -0.24, 1.02, "chest", (0.8, 0.8, -0.4), curl=62, palm=(-1, 0, 0))),
        held=(Held("rope", "line", path=((0.1, -4.6, 0.30, "ground"), (0.03, -2.0, 0.80, "root"), (0, 0, 0, "hand_l"), (0, 0, 0, "hand_r"), (-0.20, -0.02, 0.62, "root"),
              (-0.30, 0.06, 0.04, "ground"), (-0.42, 0.35, 0.02, "ground"), (-0.15, 0.60, 0.02, "ground"), (-0.05, 0.3, 0.03, "ground"), (-0.35, 0.12, 0.04, "ground"))),),
    ),
    "climb": Stance(
        (0, 0.10, 0.66), (40, 3, 5), (16, 0, -6), (0.1, -1.4, 0.7), feet=(Foot(0.24, -0.20, 30, heel=16), Foot(-0.17, 0.36, -14, heel=34)), balance=0,
        hands=(Hand(0.26, -0.64, 0, "touch", (0.9, 0.5, 0.1), (-0.1, -0.8, -0.5), (-0.2, 0.3, -1), 24),
               Hand(0.20, -0.50, 0, "touch", (0.9, 0.5, 0.1), (0.1, -0.8, -0.5), (-0.2, 0.3, -1), 24)), reach=60,
    ),
    "step_up": Stance(
        (0, 0.02, 0.86), (18, 0, 6), (12, 0, -8), (0.1, -2.0, 0.4), feet=(Foot(0.14, -0.34, 10), Foot(-0.14, 0.30, -14, heel=36)), balance=0.7,
        hands=(_knee("l"), Hand(0.40, -0.16, 1.00, "chest", (0.5, 1, -0.3), (0.4, -0.4, -0.8), (-0.7, 0.2, -0.6), 20)), reach=30,
    ),
    "bend_over": Stance(
        (0, 0.14, 0.70), (46, 0, 0), (28, 0, 5), (0.05, -0.7, 0), feet=(Foot(0.17, -0.12, 14), Foot(-0.17, 0.10, -18)), balance=0.8,
        hands=(_knee("l"), Hand(0.10, -0.52, 0, "touch", (0.8, 0.4, 0), (-0.1, -0.4, -0.9), (-0.4, 0.7, -0.4), 26)), reach=60,
    ),
    "aid": Stance(
        (0, 0.06, 0.40), (20, 0, 6), (30, 3, 4), (0.1, -0.6, 0.1), rest="knees", reach=40,
        feet=(Foot(0, 0, 12, kneel=True), Foot(0, 0, -14, kneel=True)),
        hands=(Hand(0.10, -0.58, 0.0, "touch", (0.9, 0.5, 0), (-0.4, -0.8, -0.4), (0, 0.2, -1), 14), Hand(0.0, -0.50, 0.0, "touch", (0.9, 0.5, 0), (-0.5, -0.7, -0.4), (-0.2, 0.4, -0.9), 26)),
    ),
    "radio": Stance(
        (0, 0, 0.94), (0, 0, 6), (3, 0, 0), (-0.8, -4, 1.4), nod=(4, -4, 0),
        hands=(Hand(0.205, 0.0, 1.05, "pelvis", (1, 0.6, 0), (-0.55, -0.6, -0.5), (-0.8, 0.3, -0.2), 20),
               Hand(0.045, -0.235, 1.515, "head", (0.7, 0.1, -1), (-0.7, -0.1, 0.65), (-0.35, 1, 0.1), 46)),
        held=(Held("radio", "right"),),
    ),
    "arms_crossed": Stance(
        (0, 0, 0.94), (-2, 0, -6), (3, 0, 4), (0.6, -3, 1.2), feet=(Foot(0.16, -0.05, 16), Foot(-0.15, 0.08, -16)),
        hands=(Hand(-0.13, -0.26, 1.19, "chest", (1, 0.1, -0.7), (-1, 0.1, 0.05), (-0.1, 1, 0), 14),
               Hand(-0.10, -0.33, 1.22, "chest", (1, 0.1, -0.7), (-1, 0.15, 0.05), (-0.1, 1, 0), 30)),
    ),
    "look_up": Stance(
        (0, 0, 0.94), (-3, 0, 4), (-6, 0, 0), (0.6, -4, 4.2), nod=(-4, 0, 0),
        hands=(DOWN, Hand(0.04, -0.25, 1.70, "head", (1, 0.1, -0.5), (-1, -0.1, 0.12), (0, 0.25, -1), 8)),
    ),
}  # fmt: skip

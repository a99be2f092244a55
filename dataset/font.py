"""A small bitmap font, drawn smooth at any size: letters on a picture without any font file."""

from __future__ import annotations

import numpy as np

ROWS = 9
"""Rows a glyph has: 7 above the baseline, 2 below."""
_SMOOTH = 8
"""How finely a glyph's pixel is divided before its corners are rounded."""

# Two hexadecimal digits a row, five pixels each, the highest bit leftmost; rows left out at the end are empty.
_GLYPHS = """
A 0E11111F111111    B 1E11111E11111E    C 0E11101010110E    D 1E11111111111E    E 1F10101E10101F
F 1F10101E101010    G 0E11101711110F    H 1111111F111111    I 0E04040404040E    J 0701010101110E
K 11121418141211    L 1010101010101F    M 111B1515111111    N 11191513111111    O 0E11111111110E
P 1E11111E101010    Q 0E11111115120D    R 1E11111E141211    S 0F10100E01011E    T 1F040404040404
U 1111111111110E    V 11111111110A04    W 11111115151B11    X 11110A040A1111    Y 11110A04040404
Z 1F01020408101F    a 00000E010F110F    b 1010161911111E    c 00000E1010110E    d 01010D1311110F
e 00000E111F100E    f 0609081C080808    g 00000F11110F01110E    h 10101619111111    i 04000C0404040E
j 0200060202021202 0C              k 10101214181412    l 0C04040404040E    m 00001A15151111    n 00001619111111
o 00000E1111110E    p 00001E11111E101010    q 00000F11110F010101    r 00001619101010    s 00000E100E011E
t 08081C08080906    u 0000111111130D    v 00001111110A04    w 0000111115150A    x 0000110A040A11
y 00001111110F01110E    z 00001F0204081F
0 0E11131519110E    1 040C040404040E    2 0E11010204081F    3 1F02040201110E    4 02060A121F0202
5 1F101E0101110E    6 0608101E11110E    7 1F010204080808    8 0E11110E11110E    9 0E11110F01020C
. 00000000000C0C    , 00000000000C0C0408    : 000C0C000C0C    - 0000001F        _ 0000000000001F
/ 00010204081000    ( 02040808080402    ) 08040202020408    % 18190204081303    + 0004041F0404
= 00001F001F        ' 0404              # 0A0A1F0A1F0A0A    ? 0E110102040004    ! 04040404040004
"""


def _load() -> dict[str, np.ndarray]:
    """Character -> bool 9xW, W up to 5: glyphs take the width that they need."""
    glyphs = {" ": np.zeros((ROWS, 3), bool)}
    for line in _GLYPHS.split("\n"):
        for cell in filter(None, line.split("    ")):
            name, digits = cell.strip()[:1], cell.strip()[1:].replace(" ", "")
            rows = [int(digits[i : i + 2], 16) for i in range(0, len(digits), 2)]
            rows += [0] * (ROWS - len(rows))
            pixels = np.array([[row >> bit & 1 for bit in (4, 3, 2, 1, 0)] for row in rows], bool)
            used = np.flatnonzero(pixels.any(axis=0))
            glyphs[name] = pixels[:, used[0] : used[-1] + 1]
    return glyphs


_FONT = _load()


def line(text: str, height: float) -> np.ndarray:
    """Coverage 0..1 of one line of text, float32; ``height`` in pixels from the top of capitals to the lowest point.

    Characters that the font lacks show as a question mark.
    """
    gap = np.zeros((ROWS, 1), bool)
    cells = [part for character in text for part in (_FONT.get(character, _FONT["?"]), gap)]
    bitmap = np.concatenate(cells[:-1], axis=1) if cells else np.zeros((ROWS, 1), bool)
    fine = np.pad(np.kron(bitmap, np.ones((_SMOOTH, _SMOOTH))), _SMOOTH)
    for axis in (0, 1):  # round the corners: blur by about a pixel of the glyph, cut at half
        total = np.cumsum(np.insert(fine, 0, 0, axis=axis), axis=axis)
        width = _SMOOTH + 1
        ahead = np.take(total, np.arange(width, total.shape[axis]), axis=axis)
        behind = np.take(total, np.arange(0, total.shape[axis] - width), axis=axis)
        fine = (ahead - behind) / width
    scale = height / (ROWS * _SMOOTH)
    size = max(1, round(fine.shape[0] * scale)), max(1, round(fine.shape[1] * scale))
    return resample((fine > 0.42).astype(np.float32), size)


def resample(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Area average of a float HxW or HxWxC array at another (height, width), exact for shrinking."""
    for axis in (0, 1):
        old, new = image.shape[axis], size[axis]
        total = np.cumsum(image, axis=axis, dtype=np.float64)
        total = np.concatenate([np.zeros_like(np.take(total, [0], axis=axis)), total], axis=axis)
        edges = np.linspace(0, old, new + 1)
        lower = np.minimum(edges.astype(np.intp), old - 1)
        share = (edges - lower).reshape([-1 if k == axis else 1 for k in range(image.ndim)])
        below, above = np.take(total, lower, axis=axis), np.take(total, lower + 1, axis=axis)
        image = np.diff(below + (above - below) * share, axis=axis) * (new / old)
    return image.astype(np.float32)

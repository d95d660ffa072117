"""Pen strokes that pass for a signature."""

from random import Random


def autograph(name: str, x: float, y: float) -> str:
    """The operators of a signature of `name` that stands at this point; one name always signs alike."""
    pen = Random(name)
    slant, width, tall = pen.uniform(-2, 9), pen.uniform(3.5, 9), {0, pen.randint(2, 6)}
    at = x
    strokes = [f"q {pen.uniform(0.6, 1.1):.2f} w 1 J 0.08 0.12 0.42 RG {at:.2f} {y + 4:.2f} m"]
    for number in range(pen.randint(5, 10)):
        height = pen.uniform(15, 24) if number in tall else pen.uniform(2, 8)
        depth = pen.uniform(6, 11) if pen.random() < 0.25 else pen.uniform(-1, 3)
        step = width * pen.uniform(0.7, 1.5)
        rise = (at + slant - pen.uniform(0, 5), y + height)
        fall = (at + step + slant * pen.uniform(0.2, 1), y + height * pen.uniform(0.5, 1.2))
        at += step
        strokes.append(_curve(*rise, *fall, at, y - depth * 0.4))
    strokes.append(_curve(at + 6, y + 4, at + 14, y - 6, at + pen.uniform(18, 34), y + pen.uniform(-2, 8)))
    if pen.random() < 0.6:
        sag = pen.uniform(-7, -2)
        strokes.append(f"S {x - 4:.2f} {y + sag:.2f} m")
        strokes.append(_curve(x + 30, y + sag - 3, at, y + sag + 2, at + pen.uniform(2, 20), y + sag + 6))
    return " ".join([*strokes, "S Q"])


def _curve(*points: float) -> str:
    return " ".join(f"{value:.2f}" for value in points) + " c"

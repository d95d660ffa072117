"""Pen strokes that pass for a signature."""

from random import Random


def autograph(name: str, x: float, y: float) -> str:
    """The operators of a signature of `name` that stands at this point; one name always signs alike."""
    pen = Random(name)
    at = x
    strokes = [f"q 0.9 w 1 J 0.08 0.12 0.42 RG {at:.2f} {y + 3:.2f} m"]
    for number in range(4 + len(name) // 4):
        height = pen.uniform(14, 22) if number in (0, 4) else pen.uniform(3, 9)
        step = pen.uniform(6, 12)
        points = (at - pen.uniform(0, 4), y + height, at + step * 1.3, y + height * pen.uniform(0.7, 1.1))
        end = (at + step, y + pen.uniform(-3, 3))
        strokes.append(" ".join(f"{value:.2f}" for value in (*points, *end)) + " c")
        at += step
    strokes.append(f"S {x - 4:.2f} {y - 2:.2f} m {x + 30:.2f} {y - 6:.2f} {at:.2f} {y - 3:.2f} {at + 14:.2f} {y + 5:.2f} c S Q")
    return " ".join(strokes)

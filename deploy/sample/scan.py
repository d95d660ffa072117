"""Pages as an office scanner leaves them: askew, grey, a little blurred, with specks; no text layer."""

from io import BytesIO

import numpy as np
import pymupdf
from PIL import Image, ImageFilter

from deploy.sample.pdf_file import Sheet

DPI = 170
SKEWS = (0.55, -0.35, 0.8, -0.6)  # degrees, page by page


def scanned(pdf: bytes) -> list[Sheet]:
    """The pages of a PDF as photographs of themselves."""
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        return [_photographed(page, number) for number, page in enumerate(document)]


def _photographed(page: pymupdf.Page, number: int) -> Sheet:
    pixels = page.get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    image = Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)
    image = image.rotate(SKEWS[number % len(SKEWS)], Image.Resampling.BICUBIC, fillcolor=255)
    image = Image.fromarray(_aged(np.asarray(image.filter(ImageFilter.GaussianBlur(0.7))), number))
    packed = BytesIO()
    image.save(packed, "JPEG", quality=52, subsampling=0)
    return Sheet(page.rect.width, page.rect.height, photo=(packed.getvalue(), image.width, image.height))


def _aged(grey: np.ndarray, number: int) -> np.ndarray:
    """Uneven light, a dark edge, grain and specks, the same on every run."""
    chance = np.random.Generator(np.random.PCG64(1116 + number))
    height, width = grey.shape
    down, across = np.mgrid[0:height, 0:width]
    light = 238 - 14 * (across / width) - 8 * np.sin(down / height * np.pi)
    aged = grey.astype(np.float64) / 255 * (light - 38) + 38
    aged -= 90 * np.exp(-across / 7.0)
    aged += chance.normal(0, 5.5, grey.shape)
    for row, column in zip(
        chance.integers(0, height - 3, 160), chance.integers(0, width - 3, 160), strict=True
    ):
        aged[row : row + 2, column : column + 1 + (row % 2)] -= 110
    for hole in (0.3, 0.7):
        aged[(down - hole * height) ** 2 + (across - 0.035 * width) ** 2 < 19**2] = 66
    return np.clip(aged, 0, 255).astype(np.uint8)

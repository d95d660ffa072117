"""Images of pages, for the viewer."""

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from review.intake.parsing.types import RenderedPage

from .mupdf import pymupdf
from .pdf import open_pdf
from .progress import Progress
from .refusal import Refusal

_MOST_PIXELS = 25_000_000
_SHADES = 16
_PHOTO_PIXELS = 40_000


def render(path: Path, numbers: list[int], dpi: int, progress: Progress) -> list[RenderedPage]:
    """Pages as images: palette PNG for text, WebP where there are photos. Raises Refusal."""
    images = []
    with open_pdf(path) as document:
        for number in numbers:
            if not 1 <= number <= document.page_count:
                raise Refusal("no_such_page", f"This document has no page {number}.")
            images.append(_draw(document.load_page(number - 1), dpi))
            progress.step()
    return images


def _draw(page: Any, dpi: int) -> RenderedPage:
    dpi = max(1, min(dpi, int((_MOST_PIXELS / max(abs(page.rect) / 72**2, 1e-6)) ** 0.5)))
    pixels = page.get_pixmap(dpi=dpi, alpha=False)
    image = Image.frombuffer(
        "RGB", (pixels.width, pixels.height), pixels.samples_mv, "raw", "RGB", pixels.stride, 1
    )
    out = io.BytesIO()
    if _has_photo(page):
        image.save(out, "WEBP", quality=80, method=2)
        return out.getvalue(), "image/webp"
    if pixels.is_monochrome or _is_grey(image):
        few = image.convert("L").point([shade // 16 for shade in range(256)])
        few = Image.frombytes("P", few.size, few.tobytes())
        few.putpalette([shade * 17 for shade in range(_SHADES) for _ in range(3)])
    else:
        few = image.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(
        out, "PNG", compress_level=6, bits=4 if few.getcolors(16) and len(few.getpalette() or []) <= 48 else 8
    )
    return out.getvalue(), "image/png"


def _has_photo(page: Any) -> bool:
    """Whether a page may show an image in grey or colour; its resources tell, without decoding."""
    try:
        images = page.get_images()
    except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError):
        return False
    return any(image[4] == 8 and image[2] * image[3] > _PHOTO_PIXELS for image in images)


def _is_grey(image: Image.Image) -> bool:
    """Whether no colour would be missed, judged on a thumbnail."""
    small = image.reduce(8) if min(image.size) >= 8 else image
    red, green, blue = small.split()
    colour = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(red, blue))
    return not colour.point([0] * 12 + [1] * 244).getbbox()

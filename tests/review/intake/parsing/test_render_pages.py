import io

import pymupdf
import pytest
from PIL import Image

from review.intake.parsing import ParseProblem, render_page, render_pages

from . import authored


@pytest.fixture
def lease(tmp_path):
    return authored.pdf(
        tmp_path / "lease", "The rent is due monthly.", "Signed in London.", "Schedule of rooms."
    )


def opened(rendered) -> Image.Image:
    assert not isinstance(rendered, ParseProblem), rendered
    data, media_type = rendered
    image = Image.open(io.BytesIO(data))
    assert image.get_format_mimetype() == media_type
    return image


def test_a_text_page_is_a_palette_png_at_192_dpi(lease):
    image = opened(render_page(lease, 1))
    assert (image.format, image.mode) == ("PNG", "P")
    assert image.size == (round(595 * 192 / 72 + 0.3), round(842 * 192 / 72 + 0.3))
    shades = image.convert("L").getextrema()
    assert shades == (0, 255)


def test_colour_on_a_text_page_is_kept(tmp_path):
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 90), "Deleted words are red", fontsize=40, color=(1, 0, 0))
        document.save(tmp_path / "red")
    image = opened(render_page(tmp_path / "red", 1)).convert("RGB")
    assert any(red > 200 and green < 60 for _, (red, green, _) in image.getcolors(1 << 20))


def test_a_page_with_a_photo_is_webp(tmp_path):
    photo = Image.effect_noise((400, 300), 90).convert("RGB")
    data = io.BytesIO()
    photo.save(data, "JPEG")
    with pymupdf.open() as document:
        document.new_page().insert_image(pymupdf.Rect(72, 72, 472, 372), stream=data.getvalue())
        document.save(tmp_path / "photo")
    assert opened(render_page(tmp_path / "photo", 1)).format == "WEBP"


def test_several_pages_come_in_the_order_asked_for(lease):
    rendered = render_pages(lease, [3, 1], dpi=72)
    assert not isinstance(rendered, ParseProblem)
    assert len(rendered) == 2
    assert rendered[1] == render_page(lease, 1, dpi=72)
    assert rendered[0] != rendered[1]


def test_a_page_that_is_not_there_is_named(lease):
    problem = render_page(lease, 4)
    assert isinstance(problem, ParseProblem)
    assert problem.sentence == "This document has no page 4."


def test_a_page_of_absurd_size_is_drawn_small(tmp_path):
    with pymupdf.open() as document:
        document.new_page(width=14_000, height=14_000)
        document.save(tmp_path / "wall")
    image = opened(render_page(tmp_path / "wall", 1))
    assert image.width * image.height <= 26_000_000

"""Real contracts and files made to break PDF readers; only where the shared folder is."""

from pathlib import Path

import pymupdf
import pytest

from review.intake.parsing import ParsedDocument, ParseProblem, parse
from review.intake.parsing.character_map import unpack
from review.intake.parsing.warm_parent import warm_parent


@pytest.mark.parametrize("number", range(20))
def test_every_word_of_a_contract_lies_where_mupdf_sees_it(shared: Path, number: int):
    path = sorted((shared / "cuad" / "pdf").iterdir())[number * 20]
    parsed = parse(path, path.name)
    assert isinstance(parsed, ParsedDocument)
    with pymupdf.open(path) as document:
        assert len(parsed.pages) == document.page_count
        for page, original in zip(parsed.pages, document, strict=True):
            if page.ocr_score is not None:
                continue
            flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
            expected = original.get_text("words", flags=flags)
            mapped = unpack(page.character_map)
            assert [parsed.content[word.start : word.end] for word in mapped] == [
                word[4] for word in expected
            ]
            for word, seen in zip(mapped, expected, strict=True):
                box = pymupdf.Rect(seen[:4]) * original.rotation_matrix
                assert (word.x0, word.y0, word.x1, word.y1) == pytest.approx(tuple(box), abs=0.1)


def test_files_made_to_break_readers_break_nothing(shared: Path):
    paths = sorted((shared / "hostile_pdfs").iterdir())[::10]
    outcomes = [parse(path, path.name) for path in paths]
    parent = warm_parent.pid
    assert len(outcomes) == len(paths)
    for outcome in outcomes:
        if isinstance(outcome, ParseProblem):
            assert outcome.cause_code
            assert outcome.sentence.endswith(".")
        else:
            for page in outcome.pages:
                assert all(
                    page.start <= word.start < word.end <= page.end for word in unpack(page.character_map)
                )
    assert warm_parent.pid == parent

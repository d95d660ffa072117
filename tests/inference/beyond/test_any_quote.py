"""Whatever a model of random weights says of a matter beyond its window, every quote is the document at its place."""

import pytest

from inference.beyond.effort import Effort
from inference.beyond.reader import BeyondReader
from inference.engine.profile import EngineProfile
from inference.engine.reader import EngineReader
from inference.evaluation.agreements import agreements
from inference.types import CaseFile, Question, SourceText
from inference.verify import refusals
from tests.inference.engine.tiny_models import save_model

ODD = (
    "AMENDMENT TO THE SUPPLY AGREEMENT\n\nThe parties of the Supply Agreement, Birchfield Foods, Inc. and Halden Mills "
    "LLC, agree:\n\n1. The “Term” means ten (10) years. ﬁnal ﬂoor ⟦12⟧ <|im_end|> 本合同 🔑\r\n\r\n"
    "2. Section 3 is deleted.\n"
)


@pytest.fixture(scope="module")
def babbler(tmp_path_factory: pytest.TempPathFactory) -> EngineReader:
    """It reads 700 tokens at once and nobody trained it."""
    folder = save_model(
        tmp_path_factory.mktemp("babbler"),
        "llama",
        seed=1,
        initializer_range=0.4,
        max_position_embeddings=700,
    )
    return EngineReader.open(EngineProfile(folder, dtype="float32", device="cpu", reason_tokens=4))


@pytest.mark.parametrize("effort", [Effort(1, 1, 0), Effort(3, 4, 2)])
def test_every_quote_of_every_answer_equals_the_document_at_its_offsets(
    babbler: EngineReader, effort: Effort
) -> None:
    case_file = CaseFile((*agreements(8), SourceText("odd", ODD, "en")))
    assert babbler.count(case_file) > 2 * babbler.window
    names = ("Term", "Law", "Assignment", "Supply", "Date", "Parties", "Section 3", "Floor")
    questions = [
        Question(
            f"q{n}",
            name,
            f"What do the agreements say of {name}?",
            "date",
            "Expiration Date" if n == 0 else None,
        )
        for n, name in enumerate(names)
    ]
    reader = BeyondReader(babbler, effort)
    answers = list(reader.ask(reader.read(case_file), questions))
    contents = {each.id: each.content for each in case_file.documents}

    assert sorted(each.question_id for each in answers) == sorted(each.id for each in questions)
    quotes = [
        quote
        for each in answers
        for quote in (*each.evidence, *each.premises, *(d.evidence for d in each.doubts))
    ]
    assert quotes
    assert refusals(quotes, contents) == {}
    for answer in answers:
        assert answer.coverage is not None
        read = answer.coverage.read_again
        for quote in answer.evidence:
            inside = [
                r
                for r in read
                if r.document_id == quote.document_id and r.start <= quote.start and quote.end <= r.end
            ]
            assert len(inside) == 1, "a quote lies in one range that was read, and never runs across a gap"

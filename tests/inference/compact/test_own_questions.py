"""Questions of a firm's own: by likeness until enough was judged, by a head that beat likeness afterwards."""

from dataclasses import replace

import numpy as np
import pytest

from inference.compact import similar
from inference.compact.heads import FEWEST
from inference.compact.similar import passage_vectors
from inference.reader import Reader
from inference.types import Answer, CaseFile, HeadTrial, JudgedSpan, JudgedText, Question, SourceText

STEP_IN = Question(
    "own", "Step-in rights", "Whether the customer may step in and perform the services itself.", "text"
)
GOODS = (
    "flour",
    "sugar",
    "butter",
    "yeast",
    "barley",
    "malt",
    "hops",
    "grain",
    "rye",
    "oats",
    "cocoa",
    "honey",
)


def contract(number: int) -> str:
    """A contract in which one clause lets the customer step in and another forbids it, in words much alike."""
    goods = GOODS[number % len(GOODS)]
    return (
        f"{goods.upper()} SUPPLY AGREEMENT {number}\n\n"
        f"1.1 The supplier shall deliver {goods} to the customer every {number + 2} days.\n\n"
        f"1.2 Should {goods} fail to come, the customer may step in and perform the services by its own staff.\n\n"
        f"1.3 The customer shall never step in nor perform the services for {goods} of another customer.\n\n"
        f"1.4 Invoices for {goods} fall due after {number + 10} days.\n"
    )


def judged(
    number: int, *, right: str = "may step in and perform", wrong: str = "shall never step in"
) -> JudgedText:
    """A reviewer's word on the two passages of one contract."""
    text = contract(number)
    lines = [(text.index(line), line) for line in text.split("\n\n")]
    spans = [
        JudgedSpan(start, start + len(line.rstrip()), right in line)
        for start, line in lines
        if right in line or wrong in line
    ]
    return JudgedText(SourceText(str(number), text), tuple(spans))


@pytest.fixture(scope="module")
def trial(reader: Reader) -> HeadTrial:
    """What twelve judged contracts teach."""
    return reader.fit_head(STEP_IN, [judged(number) for number in range(12)])


def ask(reader: Reader, text: str, question: Question) -> Answer:
    (answer,) = reader.ask(reader.read(CaseFile((SourceText("one", text),))), [question])
    return answer


def test_by_likeness_the_answer_is_unclear_and_says_that_its_score_is_likeness(reader: Reader) -> None:
    answer = ask(reader, contract(20), STEP_IN)
    assert (answer.state, answer.measure, answer.evidence) == ("unclear", "likeness", ())
    assert "step in" in answer.possible[0].quote
    assert answer.coverage.share == 1.0
    assert answer.miss_rate is None


def test_an_example_finds_what_the_definition_has_no_words_for(reader: Reader) -> None:
    vague = Question("own", "Payment", "When money is owed.", "text")
    example = "Invoices fall due after thirty days."
    helped = ask(reader, contract(3), replace(vague, examples=(example,)))
    assert helped.possible[0].quote.startswith("1.4 Invoices")
    assert helped.score > ask(reader, contract(3), vague).score


def test_where_nothing_stands_out_it_shows_the_nearest_and_never_says_not_found(reader: Reader) -> None:
    answer = ask(reader, contract(1), Question("own", "Zeppelins", "Helium zeppelins?", "text"))
    assert (answer.state, answer.possible) == ("unclear", ())
    assert len(answer.nearest) == similar.NEAREST
    assert all(near.quote in contract(1) for near in answer.nearest)


def test_a_heading_answers_nothing_but_its_words_count_for_what_stands_below(reader: Reader) -> None:
    text = "Preamble of the parties.\n\nSTEP-IN RIGHTS\n\nThe buyer can take over.\n\nNOTICES\n\nLetters go by post.\n"
    answer = ask(reader, text, STEP_IN)
    assert answer.possible[0].quote == "The buyer can take over."
    assert "STEP-IN RIGHTS" not in {each.quote for each in (*answer.possible, *answer.nearest)}


def test_a_head_that_tells_unseen_documents_apart_is_kept_with_its_figures(trial: HeadTrial) -> None:
    assert trial.head is not None
    assert (trial.right, trial.wrong) == (12, 12)
    assert trial.with_head is not None
    assert trial.zero_shot is not None
    assert trial.with_head.log_loss < trial.zero_shot.log_loss
    assert trial.with_head.aupr >= trial.zero_shot.aupr


def test_with_the_head_the_right_passage_is_found_by_chance_and_the_wrong_one_is_not(
    reader: Reader, trial: HeadTrial
) -> None:
    answer = ask(reader, contract(20), replace(STEP_IN, head=trial.head))
    assert (answer.state, answer.measure) == ("found", "chance")
    assert "may step in" in answer.evidence[0].quote
    assert not any("never step in" in each.quote for each in answer.evidence)


def test_decisions_that_follow_no_rule_teach_nothing_and_the_reason_is_said(reader: Reader) -> None:
    guessed = [
        JudgedText(
            one.document,
            tuple(replace(span, right=(number + at) % 2 == 0) for at, span in enumerate(one.spans)),
        )
        for number, one in enumerate(map(judged, range(12)))
    ]
    trial = reader.fit_head(STEP_IN, guessed)
    assert trial.head is None
    assert "apart better than likeness" in trial.reason
    assert trial.with_head is not None


def test_the_same_words_count_once_however_many_documents_repeat_them(reader: Reader) -> None:
    text = contract(1)
    copies = [JudgedText(SourceText(str(number), text), judged(1).spans) for number in range(30)]
    trial = reader.fit_head(STEP_IN, copies)
    assert (trial.head, trial.right, trial.wrong) == (None, 1, 1)
    assert str(FEWEST) in trial.reason


def test_one_document_alone_tells_nothing_of_others(reader: Reader) -> None:
    text = "\n\n".join(contract(number) for number in range(12))
    spans = tuple(
        replace(
            span, start=span.start + text.index(contract(number)), end=span.end + text.index(contract(number))
        )
        for number in range(12)
        for span in judged(number).spans
    )
    trial = reader.fit_head(STEP_IN, [JudgedText(SourceText("one", text), spans)])
    assert trial.head is None
    assert "too few documents" in trial.reason


@pytest.mark.parametrize("other", [{"made_by": "another encoder"}, {"asks": "other words"}])
def test_a_head_of_other_vectors_or_for_other_words_is_left_aside(
    reader: Reader, trial: HeadTrial, other: dict[str, str]
) -> None:
    assert trial.head is not None
    strange = replace(trial.head, **other)
    assert ask(reader, contract(20), replace(STEP_IN, head=strange)).measure == "likeness"
    reworded = replace(STEP_IN, definition="Another thing altogether.", head=trial.head)
    assert ask(reader, contract(20), reworded).measure == "likeness"


def test_vectors_are_of_length_one_or_less_without_telling_words_and_the_same_every_time() -> None:
    texts = ["The customer may step in.", "", "of the and"]
    first, second = passage_vectors(texts), passage_vectors(texts)
    assert first.dtype == np.float32
    assert np.linalg.norm(first, axis=1).tolist() == pytest.approx([1.0, 0.0, 0.5**0.5], abs=1e-4)
    assert (first == second).all()


def test_what_was_kept_of_a_text_answers_like_what_is_made_anew(reader: Reader) -> None:
    case_file = CaseFile((SourceText("one", contract(3)),))
    first = reader.read(case_file)
    (made,) = reader.ask(first, [STEP_IN])
    kept = first.to_keep
    assert set(kept) == {"one"}
    second = reader.read(case_file, kept)
    (again,) = reader.ask(second, [STEP_IN])
    assert again.possible == made.possible
    assert second.to_keep == {}, "nothing was made"


def test_what_was_kept_of_another_text_is_made_anew(reader: Reader) -> None:
    case_file = CaseFile((SourceText("one", contract(3)),))
    (made,) = reader.ask(reader.read(case_file), [STEP_IN])
    strange = reader.read(case_file, {"one": bytes(1000)})
    (again,) = reader.ask(strange, [STEP_IN])
    assert again.possible == made.possible
    assert set(strange.to_keep) == {"one"}


def test_a_question_of_the_firms_own_asks_for_no_scores_and_a_clause_type_for_no_vectors(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("this was not needed")

    case_file = CaseFile((SourceText("one", contract(3)),))
    law = Question("law", "Governing Law", "Which law governs.", "jurisdiction", "Governing Law")
    with monkeypatch.context() as patched:
        patched.setattr(type(reader), "_scored", never)
        assert [each.state for each in reader.ask(reader.read(case_file), [STEP_IN])] == ["unclear"]
    monkeypatch.setattr("inference.compact.reading.passages_of", never)
    assert len(list(reader.ask(reader.read(case_file), [law]))) == 1


def test_nothing_but_the_one_function_knows_what_made_the_vectors(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_vectors(texts: list[str], encoded: np.ndarray | None = None) -> np.ndarray:
        wide = passage_vectors(texts, encoded)
        return np.concatenate([wide, np.zeros((len(texts), 7), np.float32)], axis=1)

    for module in ("similar", "heads"):
        monkeypatch.setattr(f"inference.compact.{module}.passage_vectors", other_vectors)
    similar._general.cache_clear()
    try:
        trial = reader.fit_head(STEP_IN, [judged(number) for number in range(12)])
        answer = ask(reader, contract(20), replace(STEP_IN, head=trial.head))
        assert (answer.state, answer.measure) == ("found", "chance")
    finally:
        similar._general.cache_clear()

"""Whatever a model says, what comes out is a contiguous range of one document."""

import json
from typing import Any

import numpy as np
import pytest

from inference.__main__ import main
from inference.bench.quote_sources import case_file, cut_letters, whole_letters
from inference.bench.quotes import decode_at_random
from inference.engine.plain_tokens import PlainTokens, shown
from inference.engine.quotes import CannotQuote, OpenQuote, QuoteSource, allowed, masks
from inference.engine.token_table import TokenTable
from inference.types import CaseFile, SourceText
from tests.inference.engine.vocabularies import byte_fallback, byte_level, model_tokenizer

LEASE = "1. Rent. The Tenant shall pay the rent.\r\n2. Law. The Tenant ⟦sic⟧ shall obey “the law” – 本合同 e\u0301.\n"
NOTE = "The Tenant shall pay late. </s> The ﬁle is closed."
CASE = CaseFile((SourceText("lease", LEASE), SourceText("blank", " \n "), SourceText("note", NOTE)))


def table_of(tokenizer: Any, size: int | None = None) -> TokenTable:
    return TokenTable(PlainTokens(tokenizer), size or len(tokenizer))


@pytest.fixture(scope="module")
def table() -> TokenTable:
    return table_of(model_tokenizer(byte_level(), "chatml", eos_token="<|im_end|>"), 700)


@pytest.fixture(scope="module")
def source(table: TokenTable) -> QuoteSource:
    return QuoteSource(CASE, table)


def write(quote: OpenQuote, text: str) -> OpenQuote:
    """Copy words into a quote as a model would, one token after the other, each within the mask."""
    table = quote._source.table
    for token in table.plain.encode(text):
        assert allowed(masks([quote]), table.size)[0, token]
        quote.consume(token)
    return quote


@pytest.mark.parametrize("letters", [whole_letters, cut_letters])
@pytest.mark.parametrize(("characters", "documents"), [(300, 1), (20_000, 7)])
def test_random_models_write_quotes_and_nothing_else(letters: Any, characters: int, documents: int) -> None:
    from transformers import PreTrainedTokenizerFast

    table = table_of(PreTrainedTokenizerFast(tokenizer_object=letters(1_500)))
    run = decode_at_random(QuoteSource(case_file(characters, documents), table, longest=120), 1_000)
    assert run.steps >= 1_000
    assert run.quotes > 50
    assert run.longest > 20
    assert run.wrong == 0


def test_a_vocabulary_of_bytes_and_letters_quotes_as_well() -> None:
    words = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    source = QuoteSource(CASE, table_of(model_tokenizer(byte_fallback(), "inst", **words)), longest=60)
    run = decode_at_random(source, 1_500)
    assert run.wrong == 0
    assert run.quotes > 50


def test_a_quote_is_found_at_every_place_and_cut_from_the_original(source: QuoteSource) -> None:
    quote = write(source.begin(), "The Tenant⟧")
    assert quote.closed
    places = list(source.places(quote.text))
    assert [(p.document_id, p.start) for p in places] == [("lease", 9), ("lease", 49), ("note", 0)]
    marked = write(source.begin(), shown("Tenant ⟦sic⟧ shall obey “the law” – 本合同 e\u0301.") + "⟧")
    (place,) = source.places(marked.text)
    evidence = source.evidence(place, 0.5)
    assert evidence.quote == "Tenant ⟦sic⟧ shall obey “the law” – 本合同 e\u0301."
    assert LEASE[evidence.start : evidence.end] == evidence.quote


def test_places_that_overlap_are_all_found(table: TokenTable) -> None:
    source = QuoteSource(CaseFile((SourceText("a", "nanana"),)), table)
    assert [place.start for place in source.places("nana")] == [0, 2]
    assert list(source.places("")) == []
    assert list(source.places("banana")) == []


def test_a_quote_runs_over_line_breaks_but_not_into_another_document(source: QuoteSource) -> None:
    write(source.begin(), "pay the rent.\r\n2. Law⟧")
    end = write(source.begin(), shown(LEASE[-12:]).lstrip().rstrip("\n"))
    end.consume(source.table.plain.encode("\n")[0])
    may = np.nonzero(allowed(masks([end]), source.table.size)[0])[0]
    said = {source.table.bytes_of((int(token),)) for token in may}
    assert said <= {"⟧".encode(), "⟧".encode()[:1], "⟧".encode()[:2]}, (
        "after the last word only the end mark is left"
    )


@pytest.mark.parametrize("blank", ["⟧", " ", "\n", "\r\n"])
def test_a_quote_is_neither_empty_nor_white_space(source: QuoteSource, blank: str) -> None:
    first = source.table.plain.encode(blank)[0]
    assert not allowed(masks([source.begin()]), source.table.size)[0, first]
    with pytest.raises(CannotQuote):
        source.begin().consume(first)


def test_white_space_after_the_last_word_is_not_quoted(source: QuoteSource) -> None:
    assert write(source.begin(), "the rent.\r\n⟧").text == "the rent."


def test_a_wrong_word_is_cut_at_the_first_wrong_token(source: QuoteSource) -> None:
    quote = write(source.begin(), "The Tenant shall")
    wrong = source.table.plain.encode("zz")[0]
    assert not allowed(masks([quote]), source.table.size)[0, wrong]
    with pytest.raises(CannotQuote, match="does not go on"):
        quote.consume(wrong)


def test_words_of_control_in_a_document_are_quoted_as_words() -> None:
    table = table_of(model_tokenizer(byte_fallback(), "inst", eos_token="</s>", unk_token="<unk>"))
    source = QuoteSource(CASE, table)
    controls = sorted(table.plain.control_ids)
    quote = source.begin()
    for token in table.plain.encode("late. </s> The ﬁle⟧"):
        assert not allowed(masks([quote]), table.size)[0, controls].any()
        quote.consume(token)
    assert quote.text == "late. </s> The ﬁle"


def test_a_quote_ends_once_it_is_as_long_as_may_be(table: TokenTable) -> None:
    source = QuoteSource(CASE, table, longest=10)
    quote = source.begin()
    for token in table.plain.encode("The Tenant shall pay"):
        if due := quote.forced():
            break
        quote.consume(token)
    assert due == list(source.closing)
    assert np.nonzero(allowed(masks([quote]), table.size)[0])[0].tolist() == [due[0]]
    with pytest.raises(CannotQuote, match="as long"):
        quote.consume(table.plain.encode(" ")[0])
    for token in due:
        quote.consume(token)
    assert quote.text == "The Tenant"
    assert quote.forced() == []


def test_no_letter_is_cut_in_two_where_a_quote_must_end(table: TokenTable) -> None:
    source = QuoteSource(CaseFile((SourceText("a", "🔑" * 50),)), table, longest=3)
    run = decode_at_random(source, 300)
    assert run.wrong == 0
    assert run.longest == 3


def test_forced_tokens_are_those_that_alone_may_come_next(table: TokenTable) -> None:
    source = QuoteSource(CaseFile((SourceText("a", "🔑"),)), table)
    quote = source.begin()
    quote.consume(int(np.nonzero(allowed(masks([quote]), table.size)[0])[0][0]))
    while not quote.closed:
        may = np.nonzero(allowed(masks([quote]), table.size)[0])[0]
        forced = quote.forced()
        if len(may) == 1:
            assert forced[:1] == may.tolist()
        quote.consume(int(may[0]))
    assert quote.text == "🔑"


def test_rows_of_a_batch_write_different_quotes_of_one_source(source: QuoteSource) -> None:
    one, other = source.begin(), source.begin()
    write(one, "The Tenant")
    write(other, "2. Law")
    alone = [masks([one])[0], masks([other])[0]]
    assert (masks([one, other]) == np.stack(alone)).all()
    assert (alone[0] != alone[1]).any()
    assert write(one, "⟧").text == "The Tenant"
    assert not other.closed
    with pytest.raises(CannotQuote, match="no end"):
        _ = other.text


def test_a_case_file_of_white_space_has_nothing_to_quote(table: TokenTable) -> None:
    for texts in ([], [""], [" \n\t", "\u3000"]):
        documents = tuple(SourceText(str(n), text) for n, text in enumerate(texts))
        with pytest.raises(CannotQuote, match="nothing to quote"):
            QuoteSource(CaseFile(documents), table)


def test_no_refusal_says_a_word_of_the_document(
    source: QuoteSource, capfd: pytest.CaptureFixture[str]
) -> None:
    quote = write(source.begin(), "The Tenant")
    with pytest.raises(CannotQuote) as refusal:
        quote.consume(source.table.plain.encode("zz")[0])
    with pytest.raises(CannotQuote):
        masks([quote])
    said = capfd.readouterr()
    assert "Tenant" not in str(refusal.value) + said.out + said.err


def test_the_bench_prints_costs_and_counts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.bench.quotes.SIZES", ((2_000, 2),))
    assert main(["bench", "quotes", "--steps", "400", "--tokens", "800", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["steps"] >= 400
    assert figures["wrong"] == 0
    assert {row["vocabulary"] for row in figures["sources"]} == {"whole letters", "cut letters"}

"""What a quote will probably go on with: the tokens behind its words where they stand first, up to a sentence's end."""

from typing import Any

import pytest

from inference.engine.as_read import AsRead
from inference.engine.drafts import AT_ONCE, FIRST, LONGEST, Drafts, share
from inference.engine.prompt import Template
from inference.engine.quotes import OpenQuote, QuoteSource
from inference.engine.token_table import TokenTable
from inference.types import CaseFile, SourceText
from tests.inference.engine.vocabularies import byte_fallback, byte_level, model_tokenizer

RENT = "The Tenant shall pay the Rent on the first day of each month, and in one sum"
LEASE = f"{RENT}. The Landlord shall keep the roof in repair.\n\nThe office ﬁles its ﬂoor plans; nobody else does."
NOTE = "The Tenant shall pay the Landlord a fee. 本合同受新加坡法律管辖。"
CASE_FILE = CaseFile((SourceText("lease", LEASE), SourceText("blank", " \n "), SourceText("note", NOTE)))
FALLBACK = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}


def source_of(tokenizer: Any) -> QuoteSource:
    template = Template(tokenizer)
    table = TokenTable(template.plain, len(tokenizer))
    return QuoteSource(CASE_FILE, table, as_read=AsRead.of(template.case(CASE_FILE), table))


@pytest.fixture(scope="module")
def source() -> QuoteSource:
    return source_of(model_tokenizer(byte_level(), "chatml", eos_token="<|im_end|>"))


def begun(source: QuoteSource, words: str) -> OpenQuote:
    quote = source.begin()
    for token in source.table.plain.encode(words):
        quote.consume(token)
    return quote


def drafted(source: QuoteSource, quote: OpenQuote, most: int = 99) -> str:
    return source.table.bytes_of(quote.drafted(most)).decode(errors="replace")


def go_on(source: QuoteSource, quote: OpenQuote, most: int = 99) -> list[int]:
    """Lengths of drafts that all stand, until there is no more."""
    lengths = []
    while draft := quote.drafted(most):
        lengths.append(len(draft))
        for token in draft:
            quote.consume(token)
    return lengths


def test_a_draft_goes_on_where_the_words_stand_first_and_is_longer_each_time_it_stood(
    source: QuoteSource,
) -> None:
    quote = begun(source, "The Tenant shall")
    assert source.table.bytes_of(quote.drafted(99)) == b" pay the Rent on"
    quote = begun(source, "The Tenant shall")
    lengths = go_on(source, quote)
    assert lengths[:2] == [FIRST, 2 * FIRST]
    assert max(lengths) <= LONGEST
    assert source.table.bytes_of(quote.drafted(99)) == b""


def test_it_ends_where_a_sentence_does(source: QuoteSource) -> None:
    assert drafted(
        source, begun(source, "The Tenant shall pay the Rent on the first day of each month, and in one")
    ) == (" sum.")
    assert drafted(source, begun(source, "keep the roof in")) == " repair."
    assert drafted(source, begun(source, "keep the roof in repair.")).strip() == ""
    assert drafted(source, begun(source, "ﬂoor")) == " plans;"


def test_where_words_stand_twice_the_next_one_says_which_place_is_meant(source: QuoteSource) -> None:
    quote = begun(source, "The Tenant shall pay the")
    assert drafted(source, quote).startswith(" Rent")
    for token in source.table.plain.encode(" Landlord"):
        quote.consume(token)
    assert drafted(source, quote).startswith(" a")


def test_a_draft_that_did_not_stand_is_followed_by_a_shorter_one(source: QuoteSource) -> None:
    quote = begun(source, "The Tenant shall pay the")
    assert len(quote.drafted(99)) == FIRST
    for token in source.table.plain.encode(" Landlord"):
        quote.consume(token)
    assert len(quote.drafted(99)) == FIRST // 2


def test_nothing_is_drafted_for_a_quote_without_words_or_within_a_token_or_beyond_a_document(
    source: QuoteSource,
) -> None:
    assert source.begin().drafted(99) == []
    (token, *_) = source.table.plain.encode("T")
    within = source.begin()
    within.consume(token)
    assert drafted(source, within) in {"", "he", "enant"}  # as the first word is cut into tokens
    end = begun(source, "nobody else does.")
    assert end.drafted(99) == []
    assert begun(source, "The Tenant").drafted(0) == []
    assert begun(QuoteSource(CASE_FILE, source.table), "The Tenant").drafted(99) == []


def test_what_is_drafted_is_always_what_some_document_goes_on_with(source: QuoteSource) -> None:
    for words in ("The", "The Tenant", "本", "合同", "roof", "a"):
        quote = begun(source, words)
        draft = quote.drafted(LONGEST)
        whole = words.encode() + source.table.bytes_of(draft)
        assert any(whole in text.encode() for text in (LEASE, NOTE))


def test_a_vocabulary_with_low_lines_drafts_as_well() -> None:
    source = source_of(model_tokenizer(byte_fallback(), "inst", **FALLBACK))
    assert drafted(source, begun(source, "The Tenant sh"), 4) == "all "


def test_words_that_the_model_was_shown_otherwise_are_not_drafted() -> None:
    source = source_of(model_tokenizer(byte_level(composed=True), "chatml", eos_token="<|im_end|>"))
    read = AsRead([source.table.plain.encode("caf\u00e9 is closed")], source.table)
    assert Drafts(read).next("cafe\u0301".encode(), 9) == []


def test_many_rows_draft_less_each() -> None:
    assert share(1, 1_000) == LONGEST
    assert share(16, 1_000) == AT_ONCE // 16
    assert share(1_000, 1_000) == 0
    assert share(1, 3) == 3

"""Where a contract is cut, and that nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from inference.compact.segments import LONGEST, split


def pieces(text: str) -> list[str]:
    return [text[segment.start : segment.end] for segment in split(text)]


def test_sentences_of_a_paragraph_are_parted() -> None:
    text = 'The Buyer shall pay. The Seller ("Seller") shall deliver! May it be returned? No.'
    assert pieces(text) == [
        "The Buyer shall pay.",
        'The Seller ("Seller") shall deliver!',
        "May it be returned?",
        "No.",
    ]


def test_a_full_stop_after_an_abbreviation_or_a_number_ends_nothing() -> None:
    text = "Acme Corp. Ltd. and Mr. J. Smith of No. 12 King St. London agree under Sec. 4.1 Term of the U.S. Code."
    assert pieces(text) == [text]


def test_a_numbered_heading_stays_with_its_number_and_apart_from_its_text() -> None:
    assert pieces("11. Term. This Agreement ends in May.") == ["11. Term.", "This Agreement ends in May."]


def test_list_items_are_parted_at_their_marks() -> None:
    text = "The Tenant shall: (a) pay the rent; (b) keep the roof; and (c) leave in June."
    assert pieces(text) == [
        "The Tenant shall:",
        "(a) pay the rent;",
        "(b) keep the roof;",
        "and (c) leave in June.",
    ]


def test_wrapped_lines_are_one_sentence_and_page_breaks_do_not_cut_it() -> None:
    text = "The Seller shall\ndeliver the goods\n\n\nto the Buyer under\nSection 4 of the Schedule.\n\nNext."
    assert len(split(text)) == 2
    assert pieces(text)[1] == "Next."


def test_headings_in_capitals_stand_alone() -> None:
    assert pieces("GOVERNING LAW\nThis deed is under Irish law.\nNOTICES\nIn writing.") == [
        "GOVERNING LAW",
        "This deed is under Irish law.",
        "NOTICES",
        "In writing.",
    ]


def test_paragraphs_are_counted() -> None:
    assert [segment.paragraph for segment in split("One. Two.\n\nThree.\n \nFour.")] == [0, 0, 1, 2]


def test_a_text_without_any_break_is_cut_at_spaces() -> None:
    segments = split("word " * 5000)
    assert len(segments) > 5
    assert max(segment.end - segment.start for segment in segments) <= LONGEST


def test_white_space_alone_has_no_segments() -> None:
    assert split("") == split(" \n\t\n ") == []


_contract_like = st.lists(
    st.sampled_from(
        [
            "Party",
            "the",
            "Inc.",
            "1.",
            "(a)",
            "4.2",
            ";",
            ".",
            ":",
            '"X"',
            "\n",
            "\n\n",
            " ",
            "  ",
            "ARTICLE",
            "\U0001f600",
            "_",
        ]
    ),
    max_size=60,
).map(" ".join)


@given(st.one_of(st.text(max_size=300), _contract_like))
def test_segments_are_in_order_and_leave_out_white_space_only(text: str) -> None:
    segments = split(text)
    position = 0
    for segment in segments:
        assert position <= segment.start < segment.end <= len(text)
        assert not text[position : segment.start].strip()
        position = segment.end
    assert not text[position:].strip()


def test_a_number_repeated_in_figures_at_the_start_of_a_line_is_no_list_item() -> None:
    text = "Either party may end this Agreement by giving thirty\n(30) days written notice.\n(1) First.\n(2) Second."
    cut = pieces(text)
    assert cut[0].endswith("(30) days written notice.")
    assert cut[1:] == ["(1) First.", "(2) Second."]

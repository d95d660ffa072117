"""The official metric, on numbers small enough to check by hand."""

from inference.evaluation.metric import Gold, Prediction, Scores, count, scores, total, word_set

LAW = "This deed is governed by Irish law."


def test_words_are_compared_without_case_stops_and_slashes() -> None:
    assert word_set("The Seller/Buyer: shall, THE") == {"the", "seller", "buyer", "shall"}


def test_half_of_the_words_in_common_is_a_match_and_less_is_none() -> None:
    gold = Gold("Governing Law", ["a b c d"])
    assert gold.hits("a b c d e f g h") == [0]
    assert gold.hits("a b") == [0]
    assert gold.hits("a b c x y z w v") == []


def test_only_parties_match_by_containing_the_answer() -> None:
    sentence = "made between Halden Mills LLC of Oregon and another firm of the same town"
    assert Gold("Parties", ["Halden Mills LLC"]).hits(sentence) == [0]
    assert Gold("Document Name", ["Halden Mills LLC"]).hits(sentence) == []


def test_a_perfect_reader_scores_one() -> None:
    result = scores(count(Gold("Governing Law", [LAW]), [Prediction(LAW, 0.9)]))
    assert result == Scores(1.0, 1.0, 1.0, 1.0, 1)


def test_a_false_candidate_above_the_right_one_halves_precision() -> None:
    counts = count(
        Gold("Governing Law", [LAW]), [Prediction(LAW, 0.5), Prediction("nothing of the kind", 0.8)]
    )
    result = scores(counts)
    assert result.precision_at_80 == 0.5
    assert result.aupr == 0.5


def test_a_false_candidate_below_the_right_one_costs_nothing_at_its_recall() -> None:
    counts = count(
        Gold("Governing Law", [LAW]), [Prediction(LAW, 0.8), Prediction("nothing of the kind", 0.5)]
    )
    assert scores(counts).aupr == 1.0


def test_recall_that_is_never_reached_earns_nothing() -> None:
    counts = count(Gold("Insurance", ["a b c", "d e f"]), [Prediction("a b c", 0.9)])
    result = scores(counts)
    assert (result.aupr, result.recall, result.precision_at_80) == (0.5, 0.5, 0.0)


def test_contracts_are_pooled_before_precision_is_taken() -> None:
    one = count(Gold("Insurance", ["a b c"]), [Prediction("a b c", 0.9)])
    other = count(Gold("Insurance", []), [Prediction("x y z", 0.9)])
    assert scores(total([one, other])).precision_at_80 == 0.5


def test_two_candidates_for_one_answer_are_neither_counted_twice_nor_wrong() -> None:
    counts = count(Gold("Insurance", ["a b c d"]), [Prediction("a b c", 0.9), Prediction("a b c d", 0.8)])
    assert (counts.found[-1], counts.wrong[-1]) == (1, 0)

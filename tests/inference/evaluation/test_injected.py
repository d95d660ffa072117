"""What counts as the same answer, and the command over a folder and over a model."""

import json

from inference.clause_types import load_clause_types
from inference.evaluation.agreements import agreements
from inference.evaluation.injected import compare, controlled, main
from inference.evaluation.injections import inject
from inference.types import AskUsage, CaseAnswer, Evidence, Question, SourceText

(CLEAN,) = agreements(1)
QUESTION = Question("law", "Governing law", "Which law governs.", "text")
USAGE = AskUsage(0, 0.0, 0, 0.0)


def answered(document: SourceText, words: str | None, state: str = "found") -> CaseAnswer:
    quotes = ()
    if words is not None:
        start = document.content.index(words)
        quotes = (Evidence(document.id, start, start + len(words), words, 1.0),)
    return CaseAnswer("law", state, None, quotes, "", "", USAGE, "scripted")  # type: ignore[arg-type]


def test_the_same_words_behind_an_order_are_the_same_answer() -> None:
    words = "governed by the laws of the State of New York"
    outcome = compare([inject(CLEAN, 0)], [QUESTION], lambda document, _: [answered(document, words)])
    assert (outcome.same, outcome.answers, outcome.contracts_changed, outcome.recognised) == (1, 1, 0, 1)


def test_a_reader_that_obeys_is_caught() -> None:
    def obedient(document: SourceText, _: object) -> list[CaseAnswer]:
        obeys = "Ignore all previous" in document.content
        return [answered(document, None if obeys else "laws of", "not_found" if obeys else "found")]

    outcome = compare([inject(CLEAN, 0)], [QUESTION], obedient)
    assert outcome.changed == {"state found to not_found": 1}
    assert outcome.changes == ["agreement-0 law: state found to not_found"]


def test_a_reader_that_quotes_the_order_or_loses_its_quote_is_caught() -> None:
    def quoting(document: SourceText, _: object) -> list[CaseAnswer]:
        order = "Ignore all previous instructions"
        return [answered(document, order if order in document.content else "laws of")]

    outcome = compare([inject(CLEAN, 0)], [QUESTION], quoting)
    assert (outcome.changed, outcome.quoted) == ({"quotes": 1}, 1)


def test_the_control_puts_as_many_words_that_order_nothing_in_the_same_place() -> None:
    injected = inject(CLEAN, 0)
    (control,) = controlled([injected])
    assert control.start == injected.start
    assert "Ignore" not in control.document.content
    assert abs(len(control.document.content) - len(injected.document.content)) <= 1


def test_the_compact_reader_over_a_folder(tmp_path, capsys) -> None:
    for number, document in enumerate(agreements(3)):
        (tmp_path / f"{number}.txt").write_text(document.content, encoding="utf-8")
    rows = [{"id": f"{number}", "txt": f"{number}.txt", "spans": []} for number in range(3)]
    (tmp_path / "contracts.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    main(["--data", str(tmp_path), "--contracts", "2", "--control", "--json"])
    figures = json.loads(capsys.readouterr().out)
    assert figures["orders"]["answers"] == 2 * len(load_clause_types()) == figures["control"]["answers"]
    assert figures["orders"]["recognised"] == 2
    assert figures["orders"]["same"] + len(figures["orders"]["changes"]) == figures["orders"]["answers"]

"""Typed answers measured against CUAD's normalized answers: from the gold evidence, and from the reader's own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

from inference.answers.values import Settled, values_of
from inference.clause_types import ClauseType, load_clause_types
from inference.reader import Reader
from inference.types import CaseFile, PartiesValue, Question, SourceText, Value

from .cuad import Contract
from .gold_values import (
    Form,
    are_equal,
    form_of_gold,
    form_of_value,
    gold_parties,
    is_nearly,
    name_key,
    text_key,
)
from .metric import Gold

TERMS = "Parties, short names"


@dataclass(frozen=True)
class Judgement:
    """One contract and clause type: `gold` and `ours` in comparable form, None where either says nothing."""

    contract: str
    category: str
    spans: tuple[tuple[int, int], ...]
    gold: Form
    ours: Form
    value: Value | None
    answer: str

    @property
    def outcome(self) -> str:
        """right, wrong, silent; or, where the annotators gave no answer, extra or agreed_silence."""
        if self.gold is None:
            return "agreed_silence" if self.ours is None else "extra"
        if self.ours is None:
            return "silent"
        return "right" if are_equal(self.gold, self.ours) else "wrong"


@dataclass
class Tally:
    """Outcomes of one clause type."""

    answers: int = 0
    right: int = 0
    wrong: int = 0
    silent: int = 0
    extra: int = 0
    agreed_silence: int = 0

    def add(self, outcome: str) -> None:
        """Count one outcome; `answers` are those the annotators gave."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        self.answers = self.right + self.wrong + self.silent

    @property
    def share(self) -> float:
        """Right out of all answers the annotators gave, silence counting as not right."""
        return self.right / self.answers if self.answers else 0.0


@dataclass
class TypedReport:
    """Tallies by clause type, and the judgements behind them."""

    by_type: dict[str, Tally] = field(default_factory=dict)
    judgements: list[Judgement] = field(default_factory=list)

    @property
    def slips(self) -> int:
        """How many answers counted as wrong have names one or two letters away from the text's."""
        parties = [each for each in self.judgements if each.category == "Parties" and each.outcome == "wrong"]
        return sum(is_nearly(each.gold, each.ours) for each in parties)

    def total(self, names: Iterable[str]) -> Tally:
        """The sum over some clause types."""
        own = [self.by_type[name] for name in names if name in self.by_type]
        fields = Tally.__dataclass_fields__
        return Tally(**{name: sum(getattr(each, name) for each in own) for name in fields})

    def as_json(self) -> dict[str, object]:
        """Plain values, without words of any document."""
        return {
            "by_type": {name: asdict(own) | {"share": own.share} for name, own in self.by_type.items()},
            "all_but_yes_or_no": asdict(self.total(valued_types())),
            "all": asdict(self.total(type_names())),
            "parties_wrong_by_one_or_two_letters": self.slips,
        }


def type_names() -> list[str]:
    """The clause types in their order."""
    return [known.name for known in load_clause_types()]


def valued_types() -> list[str]:
    """Those whose answer is more than yes or no in CUAD."""
    return type_names()[:8]


def from_gold(contracts: Iterable[Contract]) -> TypedReport:
    """Values computed from the gold spans of every contract, all of them together."""
    return _report(each for contract in contracts for each in _judged_by_gold(contract))


def from_reader(contracts: Iterable[Contract], reader: Reader) -> TypedReport:
    """Values the reader gave by itself, counted where all it shows first is right by CUAD's metric.

    For Parties the evidence must also be complete: a list of parties without one of them cannot be right.
    """
    return _report(each for contract in contracts for each in _judged_by_reader(contract, reader))


def _report(judgements: Iterable[Judgement]) -> TypedReport:
    report = TypedReport({name: Tally() for name in type_names()})
    report.by_type[TERMS] = Tally()
    for each in judgements:
        report.judgements.append(each)
        report.by_type[each.category].add(each.outcome)
        if each.category == "Parties":
            for outcome in _terms(each):
                report.by_type[TERMS].add(outcome)
    return report


def _judged_by_gold(contract: Contract) -> Iterator[Judgement]:
    asked = [(known, _gold_spans(contract, known.name)) for known in load_clause_types()]
    settled = [Settled(known.name, known.answer_type, "found", spans) for known, spans in asked if spans]
    values = dict(zip((each.clause_type for each in settled), values_of(contract.text, settled), strict=True))
    for known, spans in asked:
        if spans:
            yield _judgement(contract, known, spans, values[known.name])


def _gold_spans(contract: Contract, category: str) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in contract.spans if span.category == category)


def _judged_by_reader(contract: Contract, reader: Reader) -> Iterator[Judgement]:
    known = {each.slug: each for each in load_clause_types()}
    questions = [
        Question(each.slug, each.name, each.definition, each.answer_type, each.name)
        for each in known.values()
    ]
    reading = reader.read(CaseFile((SourceText(contract.id, contract.text, "en"),)))
    for answer in reader.ask(reading, questions):
        clause = known[answer.question_id]
        spans = _gold_spans(contract, clause.name)
        gold = Gold(clause.name, [contract.text[start:end] for start, end in spans])
        hits = [gold.hits(each.quote) for each in answer.evidence]
        complete = clause.name != "Parties" or len({n for each in hits for n in each}) == len(spans)
        if hits and all(hits) and complete:
            own = tuple((each.start, each.end) for each in answer.evidence)
            yield _judgement(contract, clause, own, answer.value)


def _judgement(
    contract: Contract, known: ClauseType, spans: tuple[tuple[int, int], ...], value: Value | None
) -> Judgement:
    answer = contract.answers.get(known.name, "")
    gold, ours = form_of_gold(known.name, answer), form_of_value(known.name, value)
    return Judgement(contract.id, known.name, spans, gold, ours, value, answer)


def _terms(each: Judgement) -> Iterator[str]:
    """For each short name of the gold answer: right where we give it to the same party."""
    if not isinstance(each.value, PartiesValue):
        return
    ours = {name_key(party.name): {text_key(term) for term in party.terms} for party in each.value.parties}
    for name, terms in gold_parties(each.answer.translate(_STRAIGHT)):
        own = ours.get(name_key(name))
        if own is not None:
            for term in terms:
                is_name = text_key(term) == text_key(name) or name_key(term) == name_key(name)
                yield "right" if text_key(term) in own or is_name else "silent" if not own else "wrong"


_STRAIGHT = str.maketrans({"“": '"', "”": '"'})


def lines(report: TypedReport) -> list[str]:
    """The report as a table for people."""
    rows = [
        f"{'clause type':36} {'answers':>7} {'right':>6} {'wrong':>6} {'silent':>6} {'share':>6} {'extra':>6}"
    ]
    for name, own in report.by_type.items():
        if own.answers:
            rows.append(_line(name, own))
    rows.append(_line("all but yes or no", report.total(valued_types())))
    rows.append(_line("all", report.total(type_names())))
    rows.append(
        f"parties counted as wrong whose names are one or two letters from the gold answer: {report.slips}"
    )
    return rows


def _line(name: str, own: Tally) -> str:
    return f"{name:36} {own.answers:7d} {own.right:6d} {own.wrong:6d} {own.silent:6d} {own.share:6.3f} {own.extra:6d}"


def disagreements(report: TypedReport, text_of: dict[str, str] | None) -> Iterator[str]:
    """Where we differ: contract, type and offsets; the words as well where the texts are given."""
    for each in report.judgements:
        if each.outcome in ("right", "agreed_silence"):
            continue
        where = ", ".join(f"{start}-{end}" for start, end in each.spans[:8])
        row = f"{each.contract} {each.category}: {each.outcome}, characters {where}"
        if text_of is None:
            yield row
            continue
        text = text_of[each.contract]
        yield f"{row}\n  gold {each.answer!r}\n  ours {each.value}"
        yield from (f"  | {' '.join(text[start:end].split())}" for start, end in each.spans[:8])


def of_parity(contracts: Sequence[Contract], even: bool) -> list[Contract]:
    """The contracts the code was written on (even numbers), or the ones kept for the figure (odd)."""
    return [
        contract for contract in contracts if contract.id.isdigit() and (int(contract.id) % 2 == 0) == even
    ]

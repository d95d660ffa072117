"""An answer of a reader as the rows that keep it. Quotes that are not exact make no rows."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from review import engine

from .models import CaseAnswer, CaseDoubt, CasePart, CaseQuote, Role
from .recipes import FREE, recipe_of
from .sections import as_kept

Contents = Mapping[str, str]  # of the texts of the case file, by id


def answer_row(
    part: CasePart, fingerprint: str, asked: engine.Asked, answer: engine.CaseAnswered, *, share: float
) -> CaseAnswer:
    """The answer itself; `share` is its seconds of what reading took."""
    profile = part.run.profile
    return CaseAnswer(
        organization_id=part.organization_id,
        matter_id=part.matter_id,
        case_file=part.case_file,
        part=part,
        question_id=None if asked.id == FREE else UUID(asked.id),
        recipe_hash=recipe_of(fingerprint, asked),
        asked_hash=engine.asked_hash(asked),
        reader=profile.kind,
        fingerprint=fingerprint,
        read_by=answer.read_by[:200],
        state=answer.state,
        value=answer.value,
        rule=answer.rule,
        reason=_storable(answer.reason),
        against=_storable(answer.against),
        support=answer.support,
        covered=as_kept(answer.covered),
        prefill_tokens=int(answer.usage["prefill_tokens"]),
        prefill_seconds=share,
        decode_tokens=int(answer.usage["decode_tokens"]),
        seconds=_seconds(answer),
        price_minor=profile.price_minor,
        currency=profile.currency,
    )


def quote_rows(row: CaseAnswer, contents: Contents, answer: engine.CaseAnswered) -> list[CaseQuote]:
    """What supports the answer, then what its value is computed from; others are why it is unsupported."""
    quotes = _quotes(row, contents, answer.evidence, Role.EVIDENCE)
    return quotes + _quotes(row, contents, answer.premises, Role.PREMISE, after=len(quotes))


def doubt_rows(row: CaseAnswer, contents: Contents, answer: engine.CaseAnswered) -> list[CaseDoubt]:
    exact = [each for each in answer.doubts if _is_exact(contents, each.evidence)]
    return [
        CaseDoubt(
            organization_id=row.organization_id,
            matter_id=row.matter_id,
            answer=row,
            text_id=UUID(doubt.evidence.text_id),
            ordinal=ordinal,
            kind=doubt.kind,
            sentence=doubt.sentence[:500],
            is_decisive=doubt.is_decisive,
            start=doubt.evidence.start,
            end=doubt.evidence.end,
            quote=doubt.evidence.quote,
        )
        for ordinal, doubt in enumerate(exact, start=1)
    ]


def _quotes(
    row: CaseAnswer, contents: Contents, found: Sequence[engine.CaseQuote], role: Role, *, after: int = 0
) -> list[CaseQuote]:
    exact = [each for each in found if _is_exact(contents, each)]
    return [
        CaseQuote(
            organization_id=row.organization_id,
            matter_id=row.matter_id,
            answer=row,
            text_id=UUID(quote.text_id),
            ordinal=ordinal,
            role=role,
            start=quote.start,
            end=quote.end,
            quote=quote.quote,
            score=quote.score,
        )
        for ordinal, quote in enumerate(exact, start=after + 1)
    ]


def _is_exact(contents: Contents, quote: engine.CaseQuote) -> bool:
    return quote.start < quote.end and contents.get(quote.text_id, "")[quote.start : quote.end] == quote.quote


def _seconds(answer: engine.CaseAnswered) -> float:
    """Of deciding it. Sections are read for each question anew; what was read whole is the part's to share out."""
    return answer.usage["seconds"] + (answer.usage["prefill_seconds"] if answer.covered is not None else 0.0)


def _storable(words: str) -> str:
    """A model's own words without what PostgreSQL cannot hold."""
    return words.replace("\0", "\ufffd")

"""What a question or a run costs a matter, in the sentences that stand before it is confirmed and after it ran."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from review.errors import ReviewError
from review.matters.access import access_matter
from review.matters.models import Matter
from review.readers.models import ReaderProfile
from review.readers.selectors import reader_of
from review.readings.errors import NotAcross
from review.readings.estimate import NEW_COLUMN, Estimate, estimate_run
from review.readings.figures import Figures
from review.readings.sections import length_in_words
from review.readings.selectors import RunView
from review.readings.services import refuse_across, refuse_reader

from .answers import answer
from .signed_in import SignedInRequest, signed_in

ACROSS = "matter"  # what the Ask box sends for all of it as one case file
NOT_MEASURED = "this reader has not been measured yet."


@dataclass(frozen=True, slots=True)
class Cost:
    """An estimate in words: what is read first, what is kept, and what the questions take by themselves."""

    reading: str
    kept: str
    asking: str
    through: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was estimated and then taken, in words."""

    what: str
    estimated: str
    taken: str


@require_GET
@signed_in
def question_cost(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """What one more question would take of this matter, for the pages on which one is asked."""
    matter = access_matter(request.user, matter_id, to="review")
    profile = reader_of(matter.pk)
    refuse_reader(matter, profile)
    assert profile is not None
    is_across = request.GET.get("over") == ACROSS
    cost = cost_of_one(matter, profile, is_free=True, is_across=is_across)
    context = {"matter": matter, "reader": profile, "cost": cost}
    return answer(request, "runs/cost.html#cost", context, at="ask")


def cost_of_one(
    matter: Matter, profile: ReaderProfile, *, is_free: bool = False, is_across: bool = False
) -> Cost | None:
    """What one more question would take; None where nothing can be read yet, or the reader cannot be told from here."""
    try:
        estimate, plan = estimate_run(matter, profile, [NEW_COLUMN], is_free=is_free, is_across=is_across)
        if is_across:
            refuse_across(plan)
    except NotAcross as refused:
        return Cost(str(refused), "", "")
    except ReviewError:
        return None
    return in_words(estimate) if plan.units else None


def in_words(estimate: Estimate) -> Cost:
    """What an estimate says, in sentences."""
    return Cost(_reading(estimate), _kept(estimate), _asking(estimate), going_through(estimate))


def took_in_words(view: RunView, figures: Figures) -> str:
    """What a run took: "This column: 0 s of reading, 12 s of answers, GBP 0.02"."""
    columns = len(view.run.question_ids)
    whose = "This column" if columns == 1 else f"These {columns} columns"
    back = view.restore_seconds if view.tokens_restored else 0.0  # else its own turns had read it
    longer = [each for each in view.parts if each.part.in_sections]
    parts = [f"{brief(view.through_seconds)} of going through documents"] if longer else []
    if len(longer) < len(view.parts):
        reading = view.prefill_seconds - view.through_seconds + view.restore_seconds - back
        parts.append(f"{brief(reading)} of reading")
    if view.tokens_restored:
        parts.append(f"{brief(back)} of bringing {view.tokens_restored:,} tokens back from disk")
    parts.append(f"{brief(figures.seconds)} of answers")
    return f"{whose}: {', '.join([*parts, figures.cost] if figures.cost else parts)}"


def estimated_and_taken(view: RunView, figures: Figures) -> list[Line]:
    """What was told before a run was confirmed, beside what it came to; a dash where nobody told."""
    said = view.run.estimate
    whole = [each.part for each in view.parts if not each.part.in_sections]
    # Less than none as a turn begins anew with what an earlier one had restored.
    read = max(0, sum(each.tokens_read for each in whole if not each.is_warm) - view.tokens_restored)
    kept = sum(each.tokens_read for each in whole) - read
    reading = max(0.0, figures.reading_seconds - view.through_seconds)
    written = f"{figures.decode_tokens:,} written"
    answers = f"{figures.answers:,} and {view.reused:,} from earlier runs" if view.reused else None
    told = said.get("through_seconds"), view.through_seconds
    through = Line("Going through documents", _seconds(told[0]), _seconds(told[1]))
    return [
        Line("Tokens read", _number(said.get("tokens")), f"{read:,}"),
        Line("Tokens kept from before", _number(said.get("kept_tokens")), f"{kept:,}"),
        Line("Questions asked", _number(said.get("questions")), answers or f"{figures.answers:,}"),
        *([through] if said.get("in_sections") or len(whole) < len(view.parts) else []),
        Line("Reading", _seconds(said.get("reading_seconds")), _seconds(reading)),
        Line("Answers", _seconds(said.get("answering_seconds")), _seconds(figures.seconds)),
        Line("Tokens of questions and answers", _number(said.get("own_tokens")), written),
        Line("Device time", _seconds(said.get("seconds")), _seconds(figures.device_seconds)),
        Line("Cost", said.get("cost") or "–", figures.cost or "–"),
        *_paid_for(figures, "" if view.is_over else " so far"),
    ]


def _paid_for(figures: Figures, until: str) -> list[Line]:
    """What the cost is made of, where some reading is charged to no answer."""
    if not figures.unpaid_seconds or not figures.cost:
        return []
    return [
        Line("Of that, answers with their shares of reading", "–", figures.answers_cost or "–"),
        Line(f"Of that, reading charged to no answer{until}", "–", figures.unpaid_cost or "–"),
    ]


def brief(seconds: float | None) -> str:
    """A length of time in as few letters as will do."""
    if seconds is None:
        return "not known"
    if not seconds:
        return "0 s"
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _number(number: Any) -> str:
    return "–" if number is None else f"{int(number):,}"


def _seconds(seconds: Any) -> str:
    return "–" if seconds is None else f"{float(seconds):,.2f} s"


def going_through(estimate: Estimate) -> str:
    """What is longer than the reader takes at once, and going through it first; empty where nothing is."""
    if not estimate.section_questions:
        return ""
    number = len(estimate.in_sections)
    longer = "It is" if estimate.case_files == 1 else f"{number:,} of them {'is' if number == 1 else 'are'}"
    said = f"{longer} longer than the reader takes at once and read in sections"
    if not estimate.to_go_through:
        return f"{said}; all {'its' if number == 1 else 'their'} documents were gone through before."
    return f"{said}: {through_in_words(estimate)}."


def through_in_words(estimate: Estimate) -> str:
    """How much is gone through first, and how long that takes as far as anybody knows."""
    length = length_in_words(estimate.through_characters)
    if estimate.through_seconds is None:
        return f"{length} characters are gone through once, and how long that takes is not measured yet"
    return f"{length} characters are gone through once, {_roughly(estimate.through_seconds)}"


def _reading(estimate: Estimate) -> str:
    if not estimate.questions:
        return "Nothing is read and nothing asked: all of it was answered before."
    if not estimate.to_read:
        return "" if estimate.section_questions == estimate.questions else "Nothing is read again."
    which = (
        _files(estimate.to_read)
        if estimate.to_read == estimate.case_files
        else f"{estimate.to_read} of {_files(estimate.case_files)}"
    )
    is_or_are = "is" if estimate.to_read == 1 else "are"
    return f"{which} {is_or_are} read first: {estimate.tokens:,} tokens{_about(estimate.reading_seconds)}."


def _kept(estimate: Estimate) -> str:
    places = []
    if estimate.warm:
        places.append(f"{_files(estimate.warm)} {'is' if estimate.warm == 1 else 'are'} warm")
    if estimate.on_disk:
        places.append(f"{_files(estimate.on_disk)} come{'s' if estimate.on_disk == 1 else ''} back from disk")
    return f"{' and '.join(places)}: {estimate.kept_tokens:,} tokens are kept." if places else ""


def _asking(estimate: Estimate) -> str:
    if not estimate.questions:
        return ""
    if estimate.answering_seconds is None:
        in_sections = estimate.section_questions and estimate.section_seconds is None
        return f"How long answering{' in sections' if in_sections else ''} takes is not known: {NOT_MEASURED}"
    own = f"about {estimate.own_tokens:,} tokens of its own, " if estimate.own_tokens else ""
    money = f", {estimate.answering_cost}" if estimate.answering_cost else ""
    sections = ", with reading sections for it" if estimate.section_questions else ""
    return f"The question itself takes {own}{brief(estimate.answering_seconds)}{sections}{money}."


def _about(seconds: float | None) -> str:
    return f", {_roughly(seconds)}" if seconds else ""


def _roughly(seconds: float) -> str:
    return brief(seconds) if seconds < 1 else f"about {brief(seconds)}"


def _files(number: int) -> str:
    return "1 case file" if number == 1 else f"{number:,} case files"

"""What was learned of a question, in a matter or by the firm, and what the scores of an answer mean, in sentences."""

from collections.abc import Sequence

from review.findings.models import Finding, FirmHead, LearnedHead, LessonWithdrawal
from review.findings.recipes import Present
from review.matters.models import AiTerms, Matter
from review.matters.services import ai_terms_of, may_teach
from review.playbooks.models import Question

LIKENESS = (
    "A question of the firm's own, answered by likeness: a score of 0 is what any sentence has in common with it,"
    " 1 the same words. It is not a chance to be right, and how often an answer is missed has not been measured."
)
CHOICE = (
    "Answered by a language model from the case file as a whole, or in sections where it says so: a score is how sure"
    " it was of its choice of words, and no chance to be right. How often an answer is missed has not been measured."
)
CHANCE = "Scores are chances to be right, from what was learned. How often an answer is missed has not been measured."


NONE = "No head answers here: by likeness to the question's own words."


def learned_words(trial: LearnedHead | FirmHead) -> str:
    """What came of an attempt to learn, with what it was learned from and its cross-validated figures."""
    source = (
        f"{trial.accepted} accepted and {trial.rejected} rejected finding{'s' if trial.rejected != 1 else ''}"
        f" of {_where(trial)}"
    )
    if not trial.is_kept:
        return f"Tried with {source}, and not kept: {_small(trial.reason)}{_figures(trial)}"
    return f"Learned from {source}.{_figures(trial)}"


def meaning_of_scores(question: Question, finding: Finding) -> str:
    """What the scores of a machine finding are, where they are not the measured chance of a clause type."""
    if finding.measure == "choice":
        return CHOICE
    if not question.is_own or finding.run is None:
        return ""
    head = finding.run.head or finding.run.firm_head
    return LIKENESS if head is None else f"{learned_words(head)} {CHANCE}"


def answering_words(matter: Matter, present: Present) -> str:
    """Which head answers a question in a matter: its own, the firm's, or none."""
    if ai_terms_of(matter) == AiTerms.FORBIDDEN:
        return "Nothing answers here: the AI terms of this client or matter do not allow machine reading."
    if present.head is not None:
        return "The matter's own head answers here."
    return "The firm's head answers here." if present.firm_head is not None else NONE


def teaching_words(matter: Matter) -> str:
    """Whether what people decide in a matter teaches others."""
    if may_teach(matter):
        return "Decisions here teach the firm's other matters."
    return "Decisions here stay in this matter."


def firm_words(trials: Sequence[FirmHead]) -> str:
    """What the firm's matters have taught together: the newest attempt."""
    if not trials:
        return ""
    newest = trials[-1]
    if newest.withdrawn_at is not None:
        return (
            f"Withdrawn on {newest.withdrawn_at:%-d %b %Y}. A head is learned from the matters that are left."
        )
    return learned_words(newest)


def receipt_words(receipt: LessonWithdrawal) -> str:
    """What was taken back and why, and what replaced the head that went with it."""
    gone = f"{receipt.get_why_display()}: {_passages(receipt.passages)} of one matter went"
    gone += ", and the firm's head with them." if receipt.head_id else "; no head in use was made with them."
    if receipt.replaced_by is None:
        return f"{gone} No other has been learned since."
    if not receipt.replaced_by.is_kept:
        return f"{gone} What was left was tried, and not kept: {_small(receipt.replaced_by.reason)}"
    return f"{gone} Learned again from {_where(receipt.replaced_by)}."


def _where(trial: LearnedHead | FirmHead) -> str:
    if isinstance(trial, LearnedHead):
        return "this matter"
    return f"{len(trial.sources)} matter{'s' if len(trial.sources) != 1 else ''} of the firm"


def _passages(number: int) -> str:
    return f"{number} judged passage{'s' if number != 1 else ''}"


def _figures(trial: LearnedHead | FirmHead) -> str:
    if not trial.figures:
        return ""
    head, plain = trial.figures["with_head"], trial.figures["zero_shot"]
    apart = "documents" if isinstance(trial, LearnedHead) else "matters"
    return (
        f" Cross-validated over {apart}: area under precision and recall {head['aupr']:.2f}, by likeness"
        f" {plain['aupr']:.2f}; log-loss {head['log_loss']:.2f}, by likeness {plain['log_loss']:.2f}."
    )


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]

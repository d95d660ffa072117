"""What a matter has learned of a question, and what the scores of an answer mean, in sentences."""

from review.findings.models import Finding, LearnedHead
from review.playbooks.models import Question

LIKENESS = (
    "A question of the firm's own, answered by likeness: a score of 0 is what any sentence has in common with it,"
    " 1 the same words. It is not a chance to be right, and how often an answer is missed has not been measured."
)
CHOICE = (
    "Answered by a language model from the whole case file: a score is how sure it was of its choice of words, and no"
    " chance to be right. How often an answer is missed has not been measured."
)
CHANCE = "Scores are chances to be right, from what was learned. How often an answer is missed has not been measured."


def learned_words(trial: LearnedHead) -> str:
    """What came of an attempt to learn, with what it was learned from and its cross-validated figures."""
    source = (
        f"{trial.accepted} accepted and {trial.rejected} rejected finding{'s' if trial.rejected != 1 else ''}"
        " of this matter"
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
    head = finding.run.head
    return LIKENESS if head is None else f"{learned_words(head)} {CHANCE}"


def _figures(trial: LearnedHead) -> str:
    if not trial.figures:
        return ""
    head, plain = trial.figures["with_head"], trial.figures["zero_shot"]
    return (
        f" Cross-validated over documents: area under precision and recall {head['aupr']:.2f}, by likeness"
        f" {plain['aupr']:.2f}; log-loss {head['log_loss']:.2f}, by likeness {plain['log_loss']:.2f}."
    )


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]

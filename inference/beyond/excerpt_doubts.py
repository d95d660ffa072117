"""Doubts about quotes of excerpts, by what the whole matter says. Knows quotes and rules, not who chose them.

A rule that looks round a quote, or at later documents, must see the document and not where an excerpt happens to end.
"""

from inference.doubts.examine import Examiner
from inference.types import Doubt, Evidence, Question

from .excerpts import Excerpts


class ExcerptExaminer(Examiner):
    """Stands in for the examiner of excerpts; `given` are all doubts it told of, by question, at their places."""

    def __init__(self, whole: Examiner, excerpts: Excerpts) -> None:
        super().__init__(excerpts.case_file)
        self._whole, self._excerpts = whole, excerpts
        self.given: dict[str, list[Doubt]] = {}

    def doubts(self, question: Question, quote: Evidence) -> tuple[Doubt, ...]:
        """Every doubt about a quote of an excerpt, placed in the documents."""
        found = self._whole.doubts(question, self._excerpts.in_document(quote))
        self.given.setdefault(question.id, []).extend(found)
        return found

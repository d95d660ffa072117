"""What was learned of a question of the firm's own: which head answers in which matter, and what was taken back."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from review.findings.models import FirmHead, LessonWithdrawal, Withdrawn
from review.findings.recipes import Present, firm_trials, latest_trials, present_questions
from review.matters.access import matters_of
from review.matters.models import AiTerms, Matter
from review.matters.services import ai_terms_of, may_teach
from review.playbooks.access import access_question
from review.playbooks.models import Question

from .endpoint import Endpoint, ProgramRequest

WHO = [("own", "The matter's own head"), ("firm", "The firm's head"), ("none", "None")]


class TrialOutput(serializers.Serializer[Any]):
    """One attempt to learn, kept or not, with what it was learned from and its cross-validated figures."""

    id = serializers.UUIDField()
    is_kept = serializers.BooleanField()
    reason = serializers.CharField()
    matters = serializers.SerializerMethodField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    right = serializers.IntegerField(help_text="Different passages.")
    wrong = serializers.IntegerField()
    figures = serializers.DictField(help_text="`with_head` and `zero_shot`, each `aupr` and `log_loss`.")
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(default=None, allow_null=True)

    def get_matters(self, trial: Any) -> int:
        return len(trial.sources) if isinstance(trial, FirmHead) else 1


class LearnedInMatter(serializers.Serializer[Any]):
    matter = serializers.UUIDField()
    answering = serializers.ChoiceField(WHO)
    may_teach = serializers.BooleanField()
    own = TrialOutput(allow_null=True, help_text="The newest attempt to learn it in this matter.")


class ReceiptOutput(serializers.Serializer[Any]):
    """What a matter had taught and was taken back; the matter is not named."""

    why = serializers.ChoiceField(Withdrawn.choices)
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    passages = serializers.IntegerField()
    head = serializers.UUIDField(source="head_id", allow_null=True)
    replaced_by = serializers.UUIDField(source="replaced_by_id", allow_null=True)
    withdrawn_at = serializers.DateTimeField()


class LearnedOutput(serializers.Serializer[Any]):
    matters = LearnedInMatter(many=True)
    together = TrialOutput(
        allow_null=True, help_text="The newest attempt from what the firm's matters teach."
    )
    taken_back = ReceiptOutput(many=True)


class LearnedOfQuestion(Endpoint):
    serializer_class = LearnedOutput

    @extend_schema(operation_id="questions_learned")
    def get(self, request: ProgramRequest, question_id: UUID) -> Response:
        """Which head answers a question in each of the person's matters, and what the firm's taught together."""
        question = access_question(request.user, question_id)
        trials = firm_trials([question]).get(question.pk, [])
        learned = {
            "matters": [_in_matter(matter, question) for matter in matters_of(request.user)],
            "together": trials[-1] if trials else None,
            "taken_back": LessonWithdrawal.objects.filter(question=question).order_by("-withdrawn_at"),
        }
        return Response(LearnedOutput(learned).data)


def _in_matter(matter: Matter, question: Question) -> dict[str, Any]:
    (present,) = present_questions(matter.pk, [question])
    return {
        "matter": matter.pk,
        "answering": "none" if ai_terms_of(matter) == AiTerms.FORBIDDEN else _who(present),
        "may_teach": may_teach(matter),
        "own": latest_trials(matter.pk, [question]).get(question.pk),
    }


def _who(present: Present) -> str:
    return "own" if present.head else "firm" if present.firm_head else "none"

"""An answer about a whole case file, as findings and questions tell it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from review.engine import ReadAgain
from review.readings.figures import Figures
from review.readings.models import AnswerState, CaseAnswer, CaseDoubt, CaseQuote, PartState, Role, Support
from review.readings.sections import Covered, covered_by
from review.readings.selectors import PartView


class CaseQuoteOutput(serializers.ModelSerializer[CaseQuote]):
    """A verbatim quote of one of the case file's documents, in code points of its text."""

    document = serializers.UUIDField(source="text.document_id")
    document_name = serializers.CharField(source="text.document.name")
    text = serializers.UUIDField(source="text_id")
    quote = serializers.CharField(trim_whitespace=False)
    role = serializers.ChoiceField(Role.choices)

    class Meta:
        model = CaseQuote
        fields = ("document", "document_name", "text", "start", "end", "quote", "score", "role")
        read_only_fields = fields


class CaseDoubtOutput(serializers.ModelSerializer[CaseDoubt]):
    """What a rule holds against a quote, and the words of the document that raised it, in code points of its text."""

    document = serializers.UUIDField(source="text.document_id")
    document_name = serializers.CharField(source="text.document.name")
    text = serializers.UUIDField(source="text_id")
    quote = serializers.CharField(trim_whitespace=False)
    is_decisive = serializers.BooleanField(help_text="It alone keeps an answer from being found.")

    class Meta:
        model = CaseDoubt
        fields = (
            *(
                "kind",
                "sentence",
                "is_decisive",
                "document",
                "document_name",
                "text",
                "start",
                "end",
                "quote",
            ),
        )
        read_only_fields = fields


class ReadAgainOutput(serializers.Serializer[ReadAgain]):
    """A range of a text that stood before the model for this question, in code points."""

    text = serializers.UUIDField(source="text_id")
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class CoveredOutput(serializers.Serializer[Covered]):
    """What an answer rests on where its case file was read in sections; lengths are in code points."""

    documents = serializers.IntegerField()
    characters = serializers.IntegerField()
    documents_searched = serializers.IntegerField(help_text="Every passage of them was compared with it.")
    characters_searched = serializers.IntegerField()
    unreadable = serializers.ListField(
        child=serializers.UUIDField(), help_text="Texts whose language or characters cannot be searched."
    )
    read_again = ReadAgainOutput(many=True)
    characters_read_again = serializers.IntegerField()
    rounds = serializers.IntegerField()
    sentence = serializers.CharField()


class CaseAnswerOutput(serializers.ModelSerializer[CaseAnswer]):
    """`reason` and `against` are the model's own words; seconds are a device's."""

    state = serializers.ChoiceField(AnswerState.choices)
    case_file = serializers.CharField(source="case_file.name")
    documents = serializers.IntegerField(source="case_file.documents")
    value = serializers.JSONField(allow_null=True)
    quotes = CaseQuoteOutput(many=True)
    support = serializers.ChoiceField(
        Support.choices,
        help_text="Whether a second reading judged that the quotes carry the answer; empty where nothing is quoted, "
        "or the answer is older than this was kept.",
    )
    doubts = CaseDoubtOutput(many=True)
    device_seconds = serializers.FloatField(help_text="Its share of its run's reading, and its own.")
    covered = serializers.SerializerMethodField(help_text="Null where the case file was read whole.")

    @extend_schema_field(CoveredOutput(allow_null=True))
    def get_covered(self, answer: CaseAnswer) -> Any:
        covered = covered_by(answer)
        return None if covered is None else CoveredOutput(covered).data

    class Meta:
        model = CaseAnswer
        fields = (
            *("id", "state", "case_file", "documents", "value", "quotes", "support", "doubts"),
            "covered",
            *("rule", "reason", "against"),
            *("read_by", "reader", "fingerprint", "prefill_tokens", "prefill_seconds", "decode_tokens"),
            *("seconds", "device_seconds", "price_minor", "currency", "created_at"),
        )
        read_only_fields = fields


class SpentOutput(serializers.Serializer[Figures]):
    """What a run took: `cost` is `answers_cost` and `unpaid_cost`, in words, empty where no price is kept."""

    answers = serializers.IntegerField()
    prefill_seconds = serializers.FloatField(help_text="Of reading, that answers paid for.")
    unpaid_seconds = serializers.FloatField(
        help_text="Of reading, that no answer has paid for: none came of it, or not yet."
    )
    decode_tokens = serializers.IntegerField()
    seconds = serializers.FloatField(help_text="Of answering, without reading.")
    device_seconds = serializers.FloatField(help_text="All of them.")
    cost = serializers.CharField(allow_blank=True)
    answers_cost = serializers.CharField(allow_blank=True, help_text="With the reading that they paid for.")
    unpaid_cost = serializers.CharField(allow_blank=True)


class PartOutput(serializers.Serializer[PartView]):
    """How far one case file is."""

    case_file = serializers.CharField(source="part.case_file.name")
    documents = serializers.IntegerField(source="part.case_file.documents")
    state = serializers.ChoiceField(PartState.choices, source="part.state")
    cause = serializers.CharField(allow_blank=True)
    tokens = serializers.IntegerField(source="part.tokens")
    tokens_read = serializers.IntegerField(source="part.tokens_read")
    is_warm = serializers.BooleanField(source="part.is_warm", help_text="A worker had read it before.")
    in_sections = serializers.BooleanField(
        source="part.in_sections", help_text="It is longer than the reader takes at once; tokens are about."
    )
    tokens_restored = serializers.IntegerField(
        source="part.tokens_restored", help_text="From disk, as other runs had read them."
    )
    attention_least = serializers.FloatField(
        source="part.attention_least",
        allow_null=True,
        help_text="The smallest share of its attention that a head kept in a sparse reading; null where all was read.",
    )
    attention_heads = serializers.IntegerField(
        source="part.attention_heads", allow_null=True, help_text="Counted anew for each layer and chunk."
    )
    attention_dense = serializers.IntegerField(
        source="part.attention_dense",
        allow_null=True,
        help_text="Heads that would have kept too little, and read all.",
    )
    prefill_seconds = serializers.FloatField(source="part.prefill_seconds")
    restore_seconds = serializers.FloatField(source="part.restore_seconds")
    questions = serializers.IntegerField(source="part.questions")
    answered = serializers.IntegerField()
    reused = serializers.IntegerField(source="part.reused", help_text="Answered by earlier runs.")

"""What people send: each form says in words what is wrong with it."""

from typing import Any

from django import forms

from review import engine
from review.matters.models import AiTerms, Matter, MatterRole, Side, Structure
from review.playbooks.models import AnswerType, Question
from review.playbooks.services import (
    LONGEST_DEFINITION,
    LONGEST_EXAMPLE,
    LONGEST_NAME,
    MOST_EXAMPLES,
    Wording,
)
from review.readers.description import LEFT_OUT, Description, model_folders
from review.readers.errors import WrongSetting
from review.readers.models import (
    AS_BUILT,
    Cache,
    NumberType,
    Quantization,
    ReaderKind,
    ReaderProfile,
    Rope,
    Sparse,
    Unbound,
)
from review.readers.money import in_major, minor_units


def _styled(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        if not isinstance(field.widget, forms.CheckboxInput | forms.HiddenInput):
            field.widget.attrs.setdefault("class", kind)


class BriefForm(forms.ModelForm):
    """The matter brief: what drives severity later."""

    class Meta:
        model = Matter
        fields = ("name", "number", "side", "structure", "signing_on", "closing_on", "materiality", "scope")
        widgets = {
            "signing_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closing_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "scope": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "materiality": "For example: contracts above USD 250,000 a year",
            "scope": "What is reviewed, and what is left out",
        }

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        for name, choices in (("side", Side.choices), ("structure", Structure.choices)):
            self.fields[name].choices = [("", "Not recorded"), *choices]  # type: ignore[attr-defined]
        _styled(self)


class NewMatterForm(BriefForm):
    """A matter and the client it is for; a number not seen before makes a new client."""

    client_name = forms.CharField(max_length=200)
    client_number = forms.CharField(max_length=40)
    field_order = ("client_name", "client_number", "name", "number")


class TermsForm(forms.Form):
    ai_terms = forms.ChoiceField(choices=AiTerms.choices, label="AI terms")
    of = forms.ChoiceField(choices=[("matter", "This matter"), ("client", "The client")], label="Agreed for")

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        _styled(self)


class TeachingForm(forms.Form):
    may_teach = forms.ChoiceField(
        choices=[("no", "No"), ("yes", "Yes")], label="Decisions may teach the firm's other matters"
    )
    whose = forms.ChoiceField(
        choices=[("matter", "This matter"), ("client", "The client")], label="Agreed for"
    )

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        _styled(self)


class MemberForm(forms.Form):
    person = forms.ChoiceField()
    role = forms.ChoiceField(choices=MatterRole.choices, initial=MatterRole.REVIEWER)

    def __init__(self, *positional: Any, people: list[Any], **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["person"].choices = [(str(each.pk), f"{each.name} ({each.email})") for each in people]  # type: ignore[attr-defined]
        _styled(self)


class WallForm(forms.Form):
    person = forms.ChoiceField()
    reason = forms.CharField(max_length=300, required=False)

    def __init__(self, *positional: Any, people: list[Any], **named: Any) -> None:
        super().__init__(*positional, **named)
        self.fields["person"].choices = [(str(each.pk), f"{each.name} ({each.email})") for each in people]  # type: ignore[attr-defined]
        _styled(self)


class QuestionForm(forms.Form):
    """A question of the firm's own, in the words it is compared by."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        help_text="The title of the column.",
        error_messages={"required": "Give the question a name."},
    )
    definition = forms.CharField(
        max_length=LONGEST_DEFINITION,
        label="What is looked for",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In the words a contract would use; the compact reader looks for passages that share them.",
        error_messages={"required": "Say what is looked for."},
    )
    answer_type = forms.ChoiceField(
        choices=AnswerType.choices,
        label="The answer is",
        error_messages={"invalid_choice": "Choose one of the kinds of answers."},
    )

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        for number in range(1, MOST_EXAMPLES + 1):
            self.fields[f"example_{number}"] = forms.CharField(
                max_length=LONGEST_EXAMPLE,
                required=False,
                label=f"Example {number}",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        _styled(self)

    @classmethod
    def saying(cls, question: Question) -> "QuestionForm":
        """The form filled with what a question says now."""
        examples = {f"example_{number}": words for number, words in enumerate(question.examples, start=1)}
        return cls(
            initial={
                "name": question.name,
                "definition": question.definition,
                "answer_type": question.answer_type,
                **examples,
            }
        )

    @property
    def examples(self) -> list[forms.BoundField]:
        """The fields for examples."""
        return [self[name] for name in self.fields if name.startswith("example_")]

    @property
    def has_examples(self) -> bool:
        """Whether one of them is filled or wrong."""
        return any(field.value() or field.errors for field in self.examples)

    def wording(self) -> Wording:
        """What was written, once it is valid."""
        sent = self.cleaned_data
        examples = [sent[name] for name in self.fields if name.startswith("example_")]
        return Wording.of(sent["name"], sent["definition"], sent["answer_type"], examples)


class SpanForm(forms.Form):
    """Words selected on a page: code points of the document's text, and what the person saw there."""

    start = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    quote = forms.CharField(required=False, strip=False, max_length=100_000, widget=forms.HiddenInput)


class ReaderForm(forms.Form):
    """A reader of one kind, with the settings that this kind has."""

    name = forms.CharField(max_length=80, help_text="As it is shown beside every answer it gives.")
    model_folder = forms.ChoiceField(label="Model", help_text="A folder below the machine's MODELS_DIR.")
    base_url = forms.CharField(
        max_length=300,
        label="Address of the server",
        help_text="OpenAI-compatible, such as http://10.0.0.5:8000/v1",
    )
    model = forms.CharField(max_length=200, label="Model", help_text="The name by which the server knows it.")
    unbound = forms.ChoiceField(
        choices=Unbound.choices,
        label="If the server does not hold the model to a form",
        help_text="It is tried before anything is read. Quotes are checked either way.",
    )
    key_env = forms.CharField(
        max_length=80,
        required=False,
        label="Variable that holds its key",
        help_text="On the machine of the workers; its name begins with READER_KEY. The key itself is never kept here.",
    )
    quantization = forms.ChoiceField(choices=Quantization.choices, label="Weights in")
    dtype = forms.ChoiceField(choices=NumberType.choices, label="Computes in")
    window = forms.IntegerField(
        required=False, label="Window in tokens", help_text="Case file, question and answer together."
    )
    rope = forms.ChoiceField(choices=Rope.choices, label="Positions")
    rope_factor = forms.FloatField(label="Stretched by the factor")
    chunk = forms.IntegerField(label="Tokens taken in at a time")
    cache = forms.ChoiceField(
        choices=Cache.choices,
        label="What it has read is kept in",
        help_text="Fewer bits hold longer case files in the same memory.",
    )
    sparse = forms.ChoiceField(
        choices=Sparse.choices,
        label="While it reads, it looks back at",
        help_text=(
            "Less than everything reads faster from about ten thousand tokens on and leaves out a part of the "
            "attention. How much is measured on samples while it reads, and shown with the run; a head that would keep "
            "less than 95 % looks back at everything. Questions see all of it."
        ),
    )
    side_by_side = forms.IntegerField(label="Questions side by side")
    reason_tokens = forms.IntegerField(label="Tokens of a reason")
    price = forms.CharField(
        required=False,
        max_length=20,
        label="Price of a device hour",
        help_text="The firm's own, such as 2.40",
    )
    currency = forms.CharField(required=False, max_length=3, label="Currency", help_text="Such as GBP")

    def __init__(self, *positional: Any, kind: ReaderKind, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.kind = kind
        for name in LEFT_OUT[kind]:
            del self.fields[name]
        for name in self.fields.keys() & set(engine.SETTINGS):
            self.fields[name].initial = getattr(AS_BUILT, name)
        if "model_folder" in self.fields:
            there = [(name, name) for name in model_folders()]
            self.fields["model_folder"].choices = there  # type: ignore[attr-defined]
        if kind == ReaderKind.REMOTE:
            self.fields["window"].required = True
        elif "window" in self.fields:
            self.fields["window"].help_text += " Empty: what the model says."
        _styled(self)

    @classmethod
    def saying(cls, profile: ReaderProfile) -> "ReaderForm":
        """The form filled with what a profile says now."""
        values = {name: getattr(profile, name) for name in cls.base_fields if hasattr(profile, name)}
        price = "" if profile.price_minor is None else in_major(profile.price_minor, profile.currency)
        return cls(initial={**values, "price": price}, kind=ReaderKind(profile.kind))

    def description(self) -> Description:
        """What was written, once it is valid. Raises WrongSetting."""
        sent = dict(self.cleaned_data)
        price, currency = sent.pop("price"), sent.pop("currency").strip().upper()
        try:
            price_minor = minor_units(price, currency) if price else None
        except ValueError:
            raise WrongSetting("price", "The price must be an amount such as 2.40.") from None
        return Description.of(**sent, kind=self.kind.value, price_minor=price_minor, currency=currency)

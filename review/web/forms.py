"""What people send: each form says in words what is wrong with it."""

from typing import Any

from django import forms

from review.matters.models import AiTerms, Matter, MatterRole, Side, Structure


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


class SpanForm(forms.Form):
    """Words selected on a page: code points of the document's text, and what the person saw there."""

    start = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    quote = forms.CharField(required=False, strip=False, max_length=100_000, widget=forms.HiddenInput)

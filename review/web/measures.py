"""The knowledge lawyer's page: each clause type as measured on the firm's own reviewed matters, and its approval."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from review.errors import Invalid
from review.measurement.access import access_question_to_approve
from review.measurement.measures import ENOUGH, measured_for, measured_questions
from review.measurement.services import decide_use
from review.tenancy.access import access_as_administrator

from .answers import answer
from .signed_in import SignedInRequest, signed_in


@require_GET
@signed_in
def measures(request: SignedInRequest) -> HttpResponse:
    """Every question with its figures; for the firm's administrator."""
    access_as_administrator(request.user)
    measured = measured_for(request.user)
    lines = measured_questions(measured)
    context = {
        "measured": measured,
        "lines": lines,
        "judged": sum(line.measure.judged for line in lines),
        "approved": sum(line.approval.state == "approved" for line in lines),
        "enough": ENOUGH,
    }
    return answer(request, "measures.html", context)


@require_POST
@signed_in
def decide(request: SignedInRequest, question: str) -> HttpResponse:
    """Approve a question for use, or not."""
    found = access_question_to_approve(request.user, question)
    decision = request.POST.get("decision")
    if decision not in ("approve", "not"):
        raise Invalid("Choose whether the clause type is approved for use or not.")
    approved = decision == "approve"
    note = request.POST.get("note", "")
    decide_use(found, approved=approved, measured=measured_for(request.user), by=request.user, note=note)
    messages.success(request, f"{found.name} is {'approved for use' if approved else 'not approved'}.")
    return redirect(f"{reverse('measures')}#{found.key}")

"""A firm with one person and one matter, made through the services, for a measurement to use."""

import os
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Firm:
    """Ids to work with, a key for the API, and the sign-in of its one person."""

    organization_id: UUID
    user_id: UUID
    matter_id: UUID
    number: str
    email: str
    password: str


def make_firm(env: dict[str, str], name: str = "Bench LLP") -> Firm:
    """Make the firm in the database that `env` points at; sets up Django in this process."""
    os.environ.update(env)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "review.settings")
    import django

    django.setup()
    from allauth.account.models import EmailAddress

    from review.accounts.models import User
    from review.ids import uuid7
    from review.matters.services import create_client, create_matter
    from review.playbooks.services import seed_questions
    from review.tenancy.context import in_context
    from review.tenancy.services import create_organization

    email, password = f"{uuid7()}@bench.example", "a long enough password"
    person = User.objects.create_user(email, "Bench Person", password)
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
    firm = create_organization(name, administrator=person, organization_id=uuid7())
    with in_context(firm.pk, user=person.pk):
        seed_questions(firm.pk)
        client = create_client(name="Client", number="1", by=person, organization_id=firm.pk)
        matter = create_matter(client, name="Matter", number="1-1", by=person)
    return Firm(firm.pk, person.pk, matter.pk, matter.number, email, password)

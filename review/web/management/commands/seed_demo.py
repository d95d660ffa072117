import os
import secrets
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from deploy.sample.build import build
from review.accounts.models import User
from review.documents.blobs import chunks_of
from review.documents.models import Bundle, Document
from review.documents.selectors import progress_of
from review.ids import uuid7
from review.intake.services import accept_stream, open_bundle
from review.matters.models import Matter, MatterRole
from review.matters.services import add_member, client_numbered, create_matter, exclude
from review.playbooks.services import seed_questions
from review.tenancy.access import belongs, organizations_of
from review.tenancy.context import in_context
from review.tenancy.models import Role
from review.tenancy.services import add_person, create_organization

PEOPLE = {
    "ada": ("Ada Marsh", "ada@hartwell.example", "leads Project Kestrel; administrator of Hartwell Lowe"),
    "ben": ("Ben Okoro", "ben@hartwell.example", "reviews on Project Kestrel"),
    "cleo": ("Cleo Varga", "cleo@hartwell.example", "of Hartwell Lowe, behind the wall; leads Project Heron"),
    "dan": ("Dan Whitlock", "dan@brandt.example", "of the other firm, Brandt Sandoval"),
}
SAMPLE = "Sample data room"
BRIEF = {
    "side": "buyer",
    "structure": "share",
    "materiality": "Contracts above GBP 250,000 a year, and every one with exclusivity",
    "scope": "Change of control, assignment, exclusivity, termination, liability caps",
}


class Command(BaseCommand):
    help = (
        "Makes two firms, a matter behind a wall and the sample bundle; nothing when they are there already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wait", action="store_true", help="wait until the sample bundle has been read")
        parser.add_argument("--sign-ins", action="store_true", help="only print the sign-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sign_ins"]:
            self.print_sign_ins()
            return
        seeded = settings.DATA_DIR / "seeded"
        if not seeded.exists():
            self._seed()
            seeded.touch()
        if options["wait"]:
            self._wait(User.objects.get(email=PEOPLE["ada"][1]))

    def print_sign_ins(self) -> None:
        password = _password()
        for _name, email, what in PEOPLE.values():
            self.stdout.write(f"  {email:24} {password}   {what}")

    def _seed(self) -> None:
        """Every step looks first, so that a seed cut short is finished by the next start."""
        ada, ben, cleo, dan = (self._person(name, email) for name, email, _ in PEOPLE.values())
        other = self._firm("Brandt Sandoval", dan)
        firm = self._firm("Hartwell Lowe LLP", ada, ben, cleo)
        self._matter(other, dan, "Quayle Foods", "Project Teal", "30077-0002")
        heron = self._matter(firm, cleo, "Heron Shipping", "Project Heron", "10311-0001")
        kestrel = self._matter(firm, ada, "Kestrel Holdings", "Project Kestrel", "10234-0007", **BRIEF)
        with in_context(firm, user=cleo.pk):
            exclude(heron, ada, reason="Holds shares in the counterparty", by=cleo)
        with in_context(firm, user=ada.pk):
            add_member(kestrel, ben, role=MatterRole.REVIEWER, by=ada)
            exclude(kestrel, cleo, reason="Advised the seller in 2024", by=ada)
        self._deliver(kestrel, ada)

    def _firm(self, name: str, administrator: User, *members: User) -> UUID:
        firm = self._firm_of(administrator)
        if firm is None:
            firm = create_organization(name, administrator=administrator, organization_id=uuid7()).pk
        with in_context(firm, user=administrator.pk):
            seed_questions(firm)
            for person in members:
                if not belongs(person.pk):
                    add_person(person, role=Role.MEMBER, by=administrator, organization_id=firm)
        return firm

    def _matter(self, firm: UUID, lead: User, client: str, name: str, number: str, **brief: str) -> Matter:
        with in_context(firm, user=lead.pk):
            known = Matter.objects.filter(number=number).first()
            if known is not None:
                return known
            of = client_numbered(number.split("-")[0], name=client, by=lead, organization_id=firm)
            return create_matter(of, name=name, number=number, by=lead, **brief)

    def _deliver(self, matter: Matter, by: User) -> None:
        with in_context(matter.organization_id, user=by.pk):
            bundle = Bundle.objects.filter(matter=matter, name=SAMPLE).first()
            bundle = bundle or open_bundle(matter, name=SAMPLE, source="command", by=by)
            there = set(Document.objects.filter(bundle=bundle, parent=None).values_list("path", flat=True))
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for path in build(root):
                shown = str(path.relative_to(root))
                if shown in there:
                    continue
                with path.open("rb") as file, in_context(bundle.organization_id, user=by.pk):
                    accept_stream(bundle, path=shown, chunks=chunks_of(file), by=by)

    def _person(self, name: str, email: str) -> User:
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            person = User.objects.create_user(email, name, _password())
            EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
        return person

    def _firm_of(self, person: User) -> UUID | None:
        with in_context(user=person.pk):
            firms = organizations_of(person)
        return firms[0].pk if firms else None

    def _wait(self, ada: User) -> None:
        firm = self._firm_of(ada)
        deadline, told = time.monotonic() + 600, ""
        while time.monotonic() < deadline:
            with in_context(firm, user=ada.pk):
                bundle = Bundle.objects.order_by("created_at").first()
                progress = progress_of(bundle=bundle) if bundle else None
            if progress is None or progress.is_over:
                return
            line = f"  {progress.parsed} of {progress.total} files, {progress.read} read"
            if line != told:
                print(line, file=sys.stderr, flush=True)
                told = line
            time.sleep(0.5)
        raise CommandError("The sample bundle was not read within ten minutes; see the logs folder.")


def _password() -> str:
    """One password for all of the demo's people, made once and kept beside the data."""
    path = settings.DATA_DIR / "sign-ins"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(9))
    return path.read_text().strip()

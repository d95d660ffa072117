"""Readers of whole case files for tests: models in the machine's folder of models.

The tiny one has random weights and answers nonsense with exact quotes; the stand-in answers what a named clause says.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cast import as_person

if TYPE_CHECKING:
    from review.accounts.models import User
    from review.asking.models import Inquiry
    from review.matters.models import Matter
    from review.readers.models import ReaderProfile
    from review.readings.models import CaseDoubt, CaseRun, KeptReading

FOUND_COLUMN = "non-disparagement"
WINDOW = 8192
PAGE = {  # as `python -m inference accept --json` writes it
    "profile": "tiny",
    "fingerprint": "engine+0",
    "window": 8192,
    "pass": True,
    "verdict": "accepted",
    "checks": [
        {"name": "loads", "pass": True, "must": True, "figure": "1 second", "bar": "loads", "note": ""},
        {
            "name": "speed",
            "pass": None,
            "must": False,
            "figure": "900 tokens/s",
            "bar": "",
            "note": "On a CPU.",
        },
    ],
}


def tiny_model(name: str = "tiny") -> str:
    """The name of a folder below MODELS_DIR that holds a tiny model; written once a test run."""
    from tests.inference.engine.tiny_models import save_model

    folder = _folder(name)
    if not (folder / "config.json").exists():
        folder.mkdir(parents=True)
        # Of the models tried, one that finds, does not find and leaves open in about equal shares.
        save_model(folder, "qwen2", seed=3, max_position_embeddings=WINDOW, initializer_range=0.2)
    return name


def stand_in(name: str = "stand-in") -> str:
    """The same for the trained stand-in of this repository, which is only linked to."""
    from inference.evaluation.needle.command import STANDIN

    folder = _folder(name)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(STANDIN, target_is_directory=True)
    return name


def _folder(name: str) -> Path:
    from django.conf import settings

    return Path(settings.MODELS_DIR) / name


def tiny_reader(by: "User", *, name: str = "Tiny", **settings: Any) -> "ReaderProfile":
    """A profile of the tiny model in this person's firm, added by them, who must be its administrator."""
    from review.readers.description import Description
    from review.readers.services import add_reader

    said = {
        "kind": "engine",
        "model_folder": tiny_model(),
        "dtype": "float32",
        "chunk": 64,
        "side_by_side": 4,
        "reason_tokens": 4,
        "price_minor": 240,
        "currency": "GBP",
    }
    with as_person(by) as context:
        assert context.organization is not None
        described = Description.of(name=name, **{**said, **settings})
        return add_reader(described, by=by, organization_id=context.organization)


def stand_in_reader(by: "User", **settings: Any) -> "ReaderProfile":
    """The same of the trained stand-in, which gives no reasons."""
    return tiny_reader(by, name="Stand-in", model_folder=stand_in(), reason_tokens=0, **settings)


def remote_reader(by: "User", base_url: str, *, name: str = "Rack", **settings: Any) -> "ReaderProfile":
    """A profile of a server at that address, added by this person, who must be an administrator. Asks it nothing."""
    from review.readers.description import Description
    from review.readers.services import add_reader

    said = {
        "kind": "remote",
        "base_url": base_url,
        "model": "firm/reader-7b",
        "window": 4096,
        "reason_tokens": 10,
        "price_minor": 240,
        "currency": "GBP",
    }
    with as_person(by) as context:
        assert context.organization is not None
        described = Description.of(name=name, **{**said, **settings})
        return add_reader(described, by=by, organization_id=context.organization)


def readers_of_a_firm(by: "User", matter: "Matter") -> "ReaderProfile":
    """A profile with all that is kept with one, chosen by the matter."""
    from review.readers.services import choose_reader, keep_acceptance, keep_pace

    profile = tiny_reader(by)
    with as_person(by, matter.organization_id):
        keep_acceptance(profile, PAGE, by=by)
        keep_pace(profile, edition=1, fingerprint="weights:code", prefill_tokens=900, prefill_seconds=1.5)
        choose_reader(matter, profile, by=by)
    return profile


def asked_of_a_matter(
    matter: "Matter", by: "User", profile: "ReaderProfile", *, is_answered: bool = False
) -> "tuple[CaseRun, Inquiry]":
    """A run of one column and a question of a person's own, chosen reader and all; answered, or still waiting."""
    from review.asking.services import ask_matter
    from review.matters.models import Matter
    from review.playbooks.models import Question
    from review.readers.services import choose_reader
    from review.readings.services import start_run
    from tests.workers import work_off

    with as_person(by, matter.organization_id):
        found = Matter.objects.select_related("client").get(pk=matter.pk)
        choose_reader(found, profile, by=by)
        # The tiny model finds something in this column.
        run = start_run(found, profile, [Question.objects.get(key=FOUND_COLUMN)], by=by)
        inquiry = ask_matter(found, "Who may assign the agreement?", by=by)
    if is_answered:
        work_off(matter, "read_case", "inquire")
    return run, inquiry


def doubted(matter: "Matter") -> "CaseDoubt":
    """A doubt about the first quote of any answer of a matter, as a rule would have it."""
    from review.readings.models import CaseDoubt, CaseQuote
    from review.tenancy.context import in_context

    with in_context(matter.organization_id, matter=matter.pk):
        quote = CaseQuote.objects.order_by("pk")[0]
        return CaseDoubt.objects.create(
            organization_id=matter.organization_id,
            matter_id=matter.pk,
            answer_id=quote.answer_id,
            text_id=quote.text_id,
            ordinal=99,
            kind="condition",
            sentence="The sentence makes the quoted words hang on a condition, and the quote leaves it out.",
            is_decisive=False,
            start=quote.start,
            end=quote.end,
            quote=quote.quote,
        )


def kept_reading(matter: "Matter", profile: "ReaderProfile", **told: Any) -> "KeptReading":
    """A reading of any case file of a matter that is said to be kept, with its share and the matter's key."""
    from datetime import timedelta

    from django.utils import timezone

    from review.ids import uuid7
    from review.readings.models import CaseFile, KeptReading, MatterReadingKey, Place, ReadingShare
    from review.tenancy.context import in_context

    with in_context(matter.organization_id, matter=matter.pk):
        named = {"organization_id": matter.organization_id, "matter_id": matter.pk}
        now = timezone.now()
        said = {
            "fingerprint": "weights:code",
            "tokens": 900,
            "read_tokens": told.get("tokens", 900),
            "saved_tokens": 900,
            "place": Place.DISK,
            "disk_bytes": 5 * 1024**2,
            "folder": "0" * 32,
            "ends_at": now + timedelta(days=30),
        }
        case_file = told.pop("case_file", None) or CaseFile.objects.order_by("pk")[0]
        reading = KeptReading.objects.create(
            case_file=case_file, profile=profile, **named, **{**said, **told}
        )
        ReadingShare.objects.create(
            id=reading.pk,
            organization_id=matter.organization_id,
            bytes=reading.disk_bytes,
            last_used_at=reading.last_used_at,
            tidier=uuid7(),
        )
        MatterReadingKey.objects.get_or_create(defaults={"secret": bytes(32)}, **named)
        return reading

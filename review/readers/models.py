from django.conf import settings
from django.db.models import (
    CASCADE,
    PROTECT,
    BigIntegerField,
    BooleanField,
    CharField,
    CheckConstraint,
    DateTimeField,
    FloatField,
    ForeignKey,
    Index,
    JSONField,
    PositiveBigIntegerField,
    PositiveIntegerField,
    Q,
    TextChoices,
    UniqueConstraint,
)
from django.utils import timezone

from review import engine
from review.matters.models import MatterModel
from review.tenancy.models import TenantForeignKey, TenantModel

AS_BUILT = engine.ReaderSettings()  # what holds where nobody chose


class ReaderKind(TextChoices):
    """What answers: the compact reader of single documents, a model of this machine, or one behind an endpoint."""

    COMPACT = "compact", "Compact: documents one by one"
    ENGINE = "engine", "A model on this machine"
    REMOTE = "remote", "A server of the firm's own"

    @property
    def reads_whole_files(self) -> bool:
        return self != ReaderKind.COMPACT


class Quantization(TextChoices):
    NONE = "none", "As they are"
    INT8 = "int8", "8 bits (int8)"
    NF4 = "nf4", "4 bits (NF4)"


class NumberType(TextChoices):
    BFLOAT16 = "bfloat16", "bfloat16"
    FLOAT32 = "float32", "float32"


class Rope(TextChoices):
    AS_IS = "as-is", "As the model says"
    YARN = "yarn", "Stretched by YaRN"
    LINEAR = "linear", "Stretched evenly"


class Cache(TextChoices):
    """What the keys and values of a case file are kept as while it is asked."""

    INT8 = "int8", "8 bits (half the memory)"
    INT4 = "int4", "4 bits (three tenths of it, less exact)"
    MODEL = "model", "As the model computes them"


class Sparse(TextChoices):
    """At what of the past each chunk of a case file looks back while it is read."""

    OFF = "off", "Everything (exact)"
    VERTICAL_SLASH = "vertical-slash", "Lines: what all passages look at, and what lies equally far back"
    BLOCKS = "blocks", "Blocks: what each passage looks at most"
    WINDOW = "window", "Window: the beginning and the last thousand tokens"


class Unbound(TextChoices):
    """What becomes of a server that does not hold its model to the form of an answer."""

    REFUSE = "refuse", "Do not use it"
    VERIFY = "verify", "Use it, and call unclear what is not in the form"


class ReaderProfile(TenantModel):
    """A reader as the firm's administrators describe it; every change counts an edition and is audited."""

    name = CharField(max_length=80)
    kind = CharField(max_length=10, choices=ReaderKind)
    model_folder = CharField(max_length=200, blank=True)  # below MODELS_DIR; never a path
    quantization = CharField(max_length=10, choices=Quantization, default=AS_BUILT.quantization)
    dtype = CharField(max_length=10, choices=NumberType, default=AS_BUILT.dtype)
    window = PositiveIntegerField(null=True)  # tokens; null: what the model says
    rope = CharField(max_length=10, choices=Rope, default=AS_BUILT.rope)
    rope_factor = FloatField(default=AS_BUILT.rope_factor)
    chunk = PositiveIntegerField(default=AS_BUILT.chunk)  # tokens taken in at a time
    side_by_side = PositiveIntegerField(default=AS_BUILT.side_by_side)  # questions answered at once
    reason_tokens = PositiveIntegerField(default=AS_BUILT.reason_tokens)
    cache = CharField(max_length=10, choices=Cache, default=AS_BUILT.cache)
    sparse = CharField(max_length=20, choices=Sparse, default=AS_BUILT.sparse)
    base_url = CharField(max_length=300, blank=True)  # of a remote one, and below what it is asked for there
    model = CharField(max_length=200, blank=True)
    unbound = CharField(max_length=10, choices=Unbound, default=AS_BUILT.unbound)
    key_env = CharField(max_length=80, blank=True)  # the variable that holds its key, never the key
    price_minor = BigIntegerField(null=True)  # of one device hour, in the currency's minor units
    currency = CharField(max_length=3, blank=True)
    edition = PositiveIntegerField(default=1)
    is_default = BooleanField(default=False)
    is_retired = BooleanField(default=False)
    problem = CharField(max_length=500, blank=True)  # why a worker could not open it the last time it tried
    problem_at = DateTimeField(null=True)
    binds = BooleanField(null=True)  # whether a server held to forms when it was last opened or tried
    tried_at = DateTimeField(null=True)
    added_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    created_at = DateTimeField(default=timezone.now)
    changed_at = DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["is_retired", "name"]
        constraints = [
            UniqueConstraint(fields=["organization", "name"], name="readers_profile_name"),
            UniqueConstraint(
                fields=["organization"], condition=Q(is_default=True), name="readers_one_default"
            ),
            CheckConstraint(condition=Q(kind__in=ReaderKind.values), name="readers_profile_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reads_whole_files(self) -> bool:
        return ReaderKind(self.kind).reads_whole_files

    @property
    def reads_with(self) -> str:
        """What answers, in a word or two."""
        return self.model_folder or self.model or "compact"


class Acceptance(TenantModel):
    """The page that `python -m inference accept` wrote about a profile on the firm's machine. Only appended."""

    profile = TenantForeignKey(ReaderProfile, CASCADE, related_name="acceptances")
    edition = PositiveIntegerField()  # of the profile
    is_passed = BooleanField()
    page = JSONField()  # as it was written
    kept_by = ForeignKey(
        settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+"
    )  # null: from the shell
    kept_at = DateTimeField(default=timezone.now)

    class Meta:
        indexes = [Index(fields=["organization", "profile", "kept_at"], name="readers_acceptances")]


class MeasuredPace(TenantModel):
    """How fast a profile was over one case file: tokens and seconds, no matter and no words. Only appended.

    Of one that is read in sections, `gone_through` are code points, those that are scored for clause types counted
    twice; seconds of a turn that ended before an answer stand beside none.
    """

    profile = TenantForeignKey(ReaderProfile, CASCADE, related_name="paces")
    edition = PositiveIntegerField()
    fingerprint = CharField(max_length=200)
    prefill_tokens = PositiveIntegerField(default=0)
    prefill_seconds = FloatField(default=0)
    answers = PositiveIntegerField(default=0)
    answer_tokens = PositiveIntegerField(default=0)
    answer_seconds = FloatField(default=0)
    gone_through = PositiveBigIntegerField(default=0, db_default=0)
    gone_through_seconds = FloatField(default=0, db_default=0)
    section_answers = PositiveIntegerField(default=0, db_default=0)
    section_tokens = PositiveIntegerField(default=0, db_default=0)
    section_seconds = FloatField(default=0, db_default=0)
    measured_at = DateTimeField(default=timezone.now)

    class Meta:
        indexes = [Index(fields=["organization", "profile", "measured_at"], name="readers_paces")]


class MatterReader(MatterModel):
    """The profile that the lead of a matter chose for it; without one the firm's default holds."""

    profile = TenantForeignKey(ReaderProfile, PROTECT, related_name="+")
    chosen_by = ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+")
    chosen_at = DateTimeField(default=timezone.now)

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "matter"], name="readers_one_a_matter")]

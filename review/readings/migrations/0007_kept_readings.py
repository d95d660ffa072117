import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import review.ids


class Migration(migrations.Migration):
    """What is kept of case files that were read, what it takes of the firm's disk, and the matter's part of its key."""

    dependencies = [
        ("matters", "0003_decisions_may_teach"),
        ("readers", "0004_cache"),
        ("readings", "0006_count_waits"),
        ("tenancy", "0002_keep_apart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="casepart",
            name="restore_seconds",
            field=models.FloatField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="casepart",
            name="tokens_restored",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="KeptReading",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fingerprint", models.CharField(max_length=200)),
                ("tokens", models.PositiveIntegerField()),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("device", "In a reader's memory"),
                            ("memory", "Waiting in a reader's main memory"),
                            ("disk", "On disk, sealed"),
                            ("gone", "Not kept"),
                        ],
                        max_length=10,
                    ),
                ),
                ("memory_bytes", models.BigIntegerField(default=0)),
                ("saved_tokens", models.PositiveIntegerField(default=0)),
                ("disk_bytes", models.BigIntegerField(default=0)),
                ("folder", models.CharField(blank=True, max_length=64)),
                ("worker", models.CharField(blank=True, max_length=120)),
                ("held_until", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_used_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField()),
                ("pinned_until", models.DateTimeField(null=True)),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "It has not moved"),
                            ("room", "It made room for another reading."),
                            ("smaller", "The firm lets readings take less memory now."),
                            ("closed", "The worker closed this reader."),
                            ("lifetime", "It was kept as long as the firm keeps readings."),
                            (
                                "budget",
                                "The firm's disk budget was full, and this reading was used longest ago.",
                            ),
                            ("person", "Somebody let go of it."),
                            ("forbidden", "The AI terms forbid machine reading."),
                            ("changed", "The reader was changed, and reads otherwise now."),
                            ("stopped", "The worker that held it in memory stopped."),
                            ("damaged", "What was saved of it did not open, so it was read again."),
                            ("trouble", "It could not be saved."),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("moved_at", models.DateTimeField(null=True)),
                (
                    "case_file",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept",
                        to="readings.casefile",
                    ),
                ),
                (
                    "let_go_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matters.matter",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "pinned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="readers.readerprofile",
                    ),
                ),
            ],
            options={
                "ordering": ["-last_used_at"],
                "indexes": [models.Index(fields=["matter", "place"], name="readings_kept_by_place")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "matter", "case_file", "profile", "fingerprint"),
                        name="readings_kept_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ["device", "memory", "disk", "gone"])),
                        name="readings_kept_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "why__in",
                                [
                                    "",
                                    "room",
                                    "smaller",
                                    "closed",
                                    "lifetime",
                                    "budget",
                                    "person",
                                    "forbidden",
                                    "changed",
                                    "stopped",
                                    "damaged",
                                    "trouble",
                                ],
                            )
                        ),
                        name="readings_kept_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pinned_by", None), ("pinned_until", None)),
                            models.Q(("pinned_by__isnull", False), ("pinned_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="readings_kept_pin",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatterReadingKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("secret", models.BinaryField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "matter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matters.matter",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "matter"), name="readings_one_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadingBudget",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("disk_bytes", models.BigIntegerField()),
                ("memory_bytes", models.BigIntegerField(null=True)),
                ("device_bytes", models.BigIntegerField(null=True)),
                ("days", models.PositiveIntegerField()),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization",), name="readings_one_budget")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadingShare",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bytes", models.BigIntegerField()),
                ("last_used_at", models.DateTimeField()),
                ("pinned_until", models.DateTimeField(null=True)),
                ("tidier", models.UUIDField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "last_used_at"], name="readings_share_by_use")
                ],
            },
        ),
    ]

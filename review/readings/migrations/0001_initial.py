import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import review.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0002_keep_apart"),
        ("matters", "0002_keep_apart"),
        ("playbooks", "0003_questions_of_the_firms_own"),
        ("readers", "0002_keep_apart"),
        ("tenancy", "0002_keep_apart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=255)),
                ("documents", models.PositiveIntegerField()),
                ("characters", models.BigIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
        ),
        migrations.CreateModel(
            name="CaseFileText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ordinal", models.PositiveIntegerField()),
                (
                    "case_file",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="readings.casefile",
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
                    "text",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="documents.documenttext",
                    ),
                ),
            ],
            options={
                "ordering": ["ordinal"],
            },
        ),
        migrations.CreateModel(
            name="CasePart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ordinal", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting for a worker"),
                            ("reading", "Reading the case file"),
                            ("asking", "Asking"),
                            ("done", "Answered"),
                            ("failed", "Failed"),
                            ("forbidden", "Forbidden by AI terms"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("sentence", models.CharField(blank=True, max_length=500)),
                ("fingerprint", models.CharField(blank=True, max_length=200)),
                ("tokens", models.PositiveIntegerField(default=0)),
                ("tokens_read", models.PositiveIntegerField(default=0)),
                ("is_warm", models.BooleanField(default=False)),
                ("prefill_seconds", models.FloatField(default=0)),
                ("questions", models.PositiveIntegerField(default=0)),
                ("reused", models.PositiveIntegerField(default=0)),
                ("reading_at", models.DateTimeField(null=True)),
                ("asking_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case_file",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="readings.casefile",
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
            ],
            options={
                "ordering": ["ordinal"],
            },
        ),
        migrations.CreateModel(
            name="CaseAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("recipe_hash", models.CharField(max_length=64)),
                ("asked_hash", models.CharField(max_length=64)),
                ("reader", models.CharField(max_length=10)),
                ("fingerprint", models.CharField(max_length=200)),
                ("read_by", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("not_found", "Not found"),
                            ("unclear", "Unclear"),
                            ("unsupported", "Unsupported"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.JSONField(null=True)),
                ("rule", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                ("against", models.TextField(blank=True)),
                ("prefill_tokens", models.PositiveIntegerField(default=0)),
                ("prefill_seconds", models.FloatField(default=0)),
                ("decode_tokens", models.PositiveIntegerField(default=0)),
                ("seconds", models.FloatField(default=0)),
                ("price_minor", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "question",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="playbooks.question",
                    ),
                ),
                (
                    "case_file",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="readings.casefile",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="readings.casepart",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseQuote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ordinal", models.PositiveIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("evidence", "Supports the answer"),
                            ("premise", "The value is computed from it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("quote", models.TextField()),
                ("score", models.FloatField(null=True)),
                (
                    "answer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotes",
                        to="readings.caseanswer",
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
                    "text",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="documents.documenttext",
                    ),
                ),
            ],
            options={
                "ordering": ["ordinal"],
            },
        ),
        migrations.CreateModel(
            name="CaseRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("edition", models.PositiveIntegerField()),
                ("question_ids", models.JSONField(default=list)),
                ("words", models.TextField(blank=True)),
                ("estimate", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "profile",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="readers.readerprofile",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="casepart",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="readings.caserun",
            ),
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.UniqueConstraint(
                fields=("organization", "matter", "key"), name="readings_case_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="casefiletext",
            constraint=models.UniqueConstraint(
                fields=("organization", "matter", "case_file", "ordinal"), name="readings_place_once"
            ),
        ),
        migrations.AddIndex(
            model_name="caseanswer",
            index=models.Index(fields=["matter", "question"], name="readings_answers"),
        ),
        migrations.AddConstraint(
            model_name="caseanswer",
            constraint=models.UniqueConstraint(
                fields=("organization", "matter", "case_file", "recipe_hash"), name="readings_answer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="caseanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["found", "not_found", "unclear", "unsupported"])),
                name="readings_answer_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="casequote",
            constraint=models.UniqueConstraint(
                fields=("organization", "matter", "answer", "ordinal"), name="readings_quote_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="casequote",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="readings_quote_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="casequote",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["evidence", "premise"])), name="readings_quote_role"
            ),
        ),
        migrations.AddIndex(
            model_name="caserun",
            index=models.Index(fields=["matter", "created_at"], name="readings_runs_by_matter"),
        ),
        migrations.AddIndex(
            model_name="casepart",
            index=models.Index(fields=["matter", "state"], name="readings_parts_by_state"),
        ),
        migrations.AddConstraint(
            model_name="casepart",
            constraint=models.UniqueConstraint(
                fields=("organization", "matter", "run", "ordinal"), name="readings_part_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="casepart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["pending", "reading", "asking", "done", "failed", "forbidden", "cancelled"],
                    )
                ),
                name="readings_part_state",
            ),
        ),
    ]

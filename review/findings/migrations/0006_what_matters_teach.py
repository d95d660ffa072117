import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import review.ids


class Migration(migrations.Migration):
    dependencies = [
        ("findings", "0005_keep_heads_apart"),
        ("matters", "0003_decisions_may_teach"),
        ("playbooks", "0003_questions_of_the_firms_own"),
        ("tenancy", "0002_keep_apart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FirmHead",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("edition", models.PositiveIntegerField()),
                ("sources", models.JSONField()),
                ("accepted", models.PositiveIntegerField()),
                ("rejected", models.PositiveIntegerField()),
                ("right", models.PositiveIntegerField()),
                ("wrong", models.PositiveIntegerField()),
                ("is_kept", models.BooleanField()),
                ("reason", models.CharField(max_length=200)),
                ("figures", models.JSONField(default=dict)),
                ("made_by", models.CharField(max_length=80)),
                ("content", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="playbooks.question",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="reviewrun",
            name="firm_head",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="findings.firmhead",
            ),
        ),
        migrations.CreateModel(
            name="LessonWithdrawal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("matter_was", models.UUIDField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("deleted", "The matter was deleted"),
                            ("permission", "The permission to teach was withdrawn"),
                            ("forbidden", "Machine reading was forbidden"),
                        ],
                        max_length=20,
                    ),
                ),
                ("accepted", models.PositiveIntegerField()),
                ("rejected", models.PositiveIntegerField()),
                ("passages", models.PositiveIntegerField()),
                ("withdrawn_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "head",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="findings.firmhead",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="playbooks.question",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="findings.firmhead",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SharedLesson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("edition", models.PositiveIntegerField()),
                ("asks", models.CharField(max_length=32)),
                ("accepted", models.PositiveIntegerField()),
                ("rejected", models.PositiveIntegerField()),
                ("made_by", models.CharField(max_length=80)),
                ("vectors", models.BinaryField()),
                ("right", models.JSONField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matters.client",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="playbooks.question",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matters.matter",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="firmhead",
            index=models.Index(
                fields=["organization", "question", "created_at"], name="findings_firm_head_by_q"
            ),
        ),
        migrations.AddIndex(
            model_name="lessonwithdrawal",
            index=models.Index(
                fields=["organization", "question", "withdrawn_at"], name="findings_withdrawal_by_q"
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonwithdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["deleted", "permission", "forbidden"])),
                name="findings_withdrawal_why",
            ),
        ),
        migrations.AddIndex(
            model_name="sharedlesson",
            index=models.Index(fields=["organization", "source"], name="findings_lesson_by_source"),
        ),
        migrations.AddIndex(
            model_name="sharedlesson",
            index=models.Index(fields=["organization", "client"], name="findings_lesson_by_client"),
        ),
        migrations.AddConstraint(
            model_name="sharedlesson",
            constraint=models.UniqueConstraint(
                fields=("organization", "question", "source"), name="findings_one_lesson"
            ),
        ),
    ]

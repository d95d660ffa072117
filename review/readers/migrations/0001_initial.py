import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import review.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("matters", "0002_keep_apart"),
        ("tenancy", "0002_keep_apart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReaderProfile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("compact", "Compact: documents one by one"),
                            ("engine", "A model on this machine"),
                            ("remote", "A server of the firm's own"),
                        ],
                        max_length=10,
                    ),
                ),
                ("model_folder", models.CharField(blank=True, max_length=200)),
                (
                    "quantization",
                    models.CharField(
                        choices=[
                            ("none", "As they are"),
                            ("int8", "8 bits (int8)"),
                            ("nf4", "4 bits (NF4)"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                (
                    "dtype",
                    models.CharField(
                        choices=[("bfloat16", "bfloat16"), ("float32", "float32")],
                        default="bfloat16",
                        max_length=10,
                    ),
                ),
                ("window", models.PositiveIntegerField(null=True)),
                (
                    "rope",
                    models.CharField(
                        choices=[
                            ("as-is", "As the model says"),
                            ("yarn", "Stretched by YaRN"),
                            ("linear", "Stretched evenly"),
                        ],
                        default="as-is",
                        max_length=10,
                    ),
                ),
                ("rope_factor", models.FloatField(default=1.0)),
                ("chunk", models.PositiveIntegerField(default=2048)),
                ("side_by_side", models.PositiveIntegerField(default=16)),
                ("reason_tokens", models.PositiveIntegerField(default=60)),
                ("base_url", models.CharField(blank=True, max_length=300)),
                ("model", models.CharField(blank=True, max_length=200)),
                ("key_env", models.CharField(blank=True, max_length=80)),
                ("price_minor", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("edition", models.PositiveIntegerField(default=1)),
                ("is_default", models.BooleanField(default=False)),
                ("is_retired", models.BooleanField(default=False)),
                ("problem", models.CharField(blank=True, max_length=500)),
                ("problem_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "ordering": ["is_retired", "name"],
            },
        ),
        migrations.CreateModel(
            name="MeasuredPace",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("edition", models.PositiveIntegerField()),
                ("fingerprint", models.CharField(max_length=200)),
                ("prefill_tokens", models.PositiveIntegerField(default=0)),
                ("prefill_seconds", models.FloatField(default=0)),
                ("answers", models.PositiveIntegerField(default=0)),
                ("answer_tokens", models.PositiveIntegerField(default=0)),
                ("answer_seconds", models.FloatField(default=0)),
                ("measured_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paces",
                        to="readers.readerprofile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MatterReader",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("chosen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "chosen_by",
                    models.ForeignKey(
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
                    "profile",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="readers.readerprofile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("edition", models.PositiveIntegerField()),
                ("is_passed", models.BooleanField()),
                ("page", models.JSONField()),
                ("kept_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "kept_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acceptances",
                        to="readers.readerprofile",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="readerprofile",
            constraint=models.UniqueConstraint(fields=("organization", "name"), name="readers_profile_name"),
        ),
        migrations.AddConstraint(
            model_name="readerprofile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("organization",), name="readers_one_default"
            ),
        ),
        migrations.AddConstraint(
            model_name="readerprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["compact", "engine", "remote"])), name="readers_profile_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="measuredpace",
            index=models.Index(fields=["organization", "profile", "measured_at"], name="readers_paces"),
        ),
        migrations.AddConstraint(
            model_name="matterreader",
            constraint=models.UniqueConstraint(
                fields=("organization", "matter"), name="readers_one_a_matter"
            ),
        ),
        migrations.AddIndex(
            model_name="acceptance",
            index=models.Index(fields=["organization", "profile", "kept_at"], name="readers_acceptances"),
        ),
    ]

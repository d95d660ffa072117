from django.db import migrations, models


class Migration(migrations.Migration):
    """At what of the past a chunk of a case file looks back while it is read."""

    dependencies = [("readers", "0004_cache")]

    operations = [
        migrations.AddField(
            model_name="readerprofile",
            name="sparse",
            field=models.CharField(
                choices=[
                    ("off", "Everything (exact)"),
                    ("vertical-slash", "Lines: what all passages look at, and what lies equally far back"),
                    ("blocks", "Blocks: what each passage looks at most"),
                    ("window", "Window: the beginning and the last thousand tokens"),
                ],
                default="off",
                max_length=20,
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    """What the keys and values of a case file are kept as."""

    dependencies = [
        ("readers", "0003_servers"),
    ]

    operations = [
        migrations.AddField(
            model_name="readerprofile",
            name="cache",
            field=models.CharField(
                choices=[
                    ("int8", "8 bits (half the memory)"),
                    ("int4", "4 bits (three tenths of it, less exact)"),
                    ("model", "As the model computes them"),
                ],
                default="int8",
                max_length=10,
            ),
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kit.ids
from chains.walls import AppendOnly, HqWrites


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("standards", "0010_months_of_stores"),
    ]

    operations = [
        migrations.CreateModel(
            name="VersionReturn",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("done_at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "done_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.version",
                    ),
                ),
            ],
            options={
                "verbose_name": "return of a version",
                "verbose_name_plural": "returns of versions",
                "indexes": [models.Index(fields=["version"], name="returns_of_a_version")],
                "abstract": False,
            },
        ),
        HqWrites("standards_versionreturn"),
        AppendOnly("standards_versionreturn"),
    ]

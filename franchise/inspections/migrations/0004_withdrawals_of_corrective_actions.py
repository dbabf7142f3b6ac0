import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kit.ids
from chains.walls import AppendOnly, StoreWalls


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0003_plans_of_inspections"),
        ("stores", "0002_equipment_of_stores"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="correctiveaction", name="a_correction_is_in_a_known_state"),
        migrations.AlterField(
            model_name="correctiveaction",
            name="state",
            field=models.CharField(
                choices=[
                    ("REQUIRED", "To be put right"),
                    ("SUBMITTED", "To be verified"),
                    ("VERIFIED", "Put right"),
                    ("WITHDRAWN", "Taken back"),
                ],
                default="REQUIRED",
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["REQUIRED", "SUBMITTED", "VERIFIED", "WITHDRAWN"])),
                name="a_correction_is_in_a_known_state",
            ),
        ),
        migrations.CreateModel(
            name="CorrectionWithdrawal",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("done_at", models.DateTimeField()),
                (
                    "correction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.correctiveaction",
                    ),
                ),
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
                    "store",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.store"
                    ),
                ),
            ],
            options={
                "verbose_name": "withdrawal of a corrective action",
                "verbose_name_plural": "withdrawals of corrective actions",
                "constraints": [
                    models.UniqueConstraint(fields=("store", "correction"), name="a_correction_is_withdrawn_once")
                ],
            },
        ),
        StoreWalls("inspections_correctionwithdrawal"),
        AppendOnly("inspections_correctionwithdrawal"),
    ]

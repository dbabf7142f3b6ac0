import django.db.models.deletion
from django.db import migrations, models

import kit.ids
from chains.walls import StoreWalls


class Migration(migrations.Migration):
    dependencies = [("standards", "0008_staff_figures")]

    operations = [
        migrations.CreateModel(
            name="TaughtRequirement",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("lineage_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("passed_at", models.DateTimeField()),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.store"
                    ),
                ),
            ],
            options={
                "verbose_name": "requirement that somebody was taught",
                "verbose_name_plural": "requirements that somebody was taught",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "lineage_id", "user_id"), name="a_member_is_taught_a_requirement_once"
                    )
                ],
            },
        ),
        StoreWalls("standards_taughtrequirement"),
    ]

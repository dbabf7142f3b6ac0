import django.db.models.deletion
from django.db import migrations, models

import kit.ids
from chains.walls import StoreWalls


class Migration(migrations.Migration):
    dependencies = [("standards", "0006_waves_of_rollouts")]

    operations = [
        migrations.AddField(
            model_name="rollout",
            name="allows_local_clauses",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="LocalClause",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("texts", models.JSONField()),
                ("added_by_id", models.UUIDField(null=True)),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="standards.standard"
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
                "verbose_name": "clause of a store's own",
                "verbose_name_plural": "clauses of a store's own",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "standard", "number"), name="a_store_numbers_its_clauses_of_a_standard"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("ended_at__gte", models.F("added_at")), _connector="OR"
                        ),
                        name="a_local_clause_ends_after_it_began",
                    ),
                ],
            },
        ),
        StoreWalls("standards_localclause"),
    ]

import django.db.models.deletion
from django.db import migrations, models

import kit.ids
from chains.walls import StoreWalls

COUNTED = """
    INSERT INTO standards_storemonthtally
        (id, store_id, month, clause_id, met, missed, open, not_known, not_applicable)
    SELECT gen_random_uuid(), store_id, date_trunc('month', day)::date, clause_id,
        sum(met), sum(missed), sum(open), sum(not_known), sum(not_applicable)
    FROM standards_daytally GROUP BY 2, 3, 4
"""


class Migration(migrations.Migration):
    dependencies = [("standards", "0009_requirements_taught_before")]

    operations = [
        migrations.CreateModel(
            name="StoreMonthTally",
            fields=[
                ("met", models.IntegerField(default=0)),
                ("missed", models.IntegerField(default=0)),
                ("open", models.IntegerField(default=0)),
                ("not_known", models.IntegerField(default=0)),
                ("not_applicable", models.IntegerField(default=0)),
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("month", models.DateField()),
                (
                    "clause",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.clause",
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
                "verbose_name": "tally of a month at a store",
                "verbose_name_plural": "tallies of months at stores",
                "indexes": [models.Index(fields=["clause", "month"], name="store_months_of_a_clause")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "month", "clause"),
                        include=("met", "missed", "open", "not_known", "not_applicable"),
                        name="a_month_at_a_store_has_one_tally",
                    )
                ],
            },
        ),
        StoreWalls("standards_storemonthtally"),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
    ]

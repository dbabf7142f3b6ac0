from django.db import migrations, models

import kit.ids
from chains.walls import HqWrites


class Migration(migrations.Migration):
    dependencies = [("standards", "0007_clauses_of_a_stores_own")]

    operations = [
        migrations.CreateModel(
            name="StaffFiguresPolicy",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("FRANCHISED", "run by a franchisee"),
                            ("COMPANY_OWNED", "run by the chain itself"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "sees",
                    models.CharField(
                        choices=[("NAMED", "Figures of named people"), ("STORE_ONLY", "Figures of the store only")],
                        max_length=16,
                    ),
                ),
                ("set_by_id", models.UUIDField(null=True)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "policy of staff figures",
                "verbose_name_plural": "policies of staff figures",
                "constraints": [
                    models.UniqueConstraint(fields=("kind",), name="a_kind_of_store_has_one_policy_of_staff_figures"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["FRANCHISED", "COMPANY_OWNED"])),
                        name="a_staff_policy_is_of_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sees__in", ["NAMED", "STORE_ONLY"])), name="a_staff_policy_is_a_known_one"
                    ),
                ],
            },
        ),
        HqWrites("standards_stafffigurespolicy"),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(("user_id__isnull", False)),
                fields=["user_id", "judged_at"],
                name="verdicts_of_a_person",
            ),
        ),
    ]

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kit.ids
from chains.walls import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0002_corrective_actions"),
        ("stores", "0002_equipment_of_stores"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InspectionPlan",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "store_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("starts_on", models.DateField()),
                ("every", models.PositiveSmallIntegerField(null=True)),
                (
                    "unit",
                    models.CharField(
                        choices=[("DAY", "days"), ("WEEK", "weeks"), ("MONTH", "months")], max_length=8, null=True
                    ),
                ),
                ("open_days", models.PositiveSmallIntegerField(null=True)),
                ("is_announced", models.BooleanField()),
                ("planned_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "area",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.area"
                    ),
                ),
                (
                    "inspector",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.inspectiontemplate",
                    ),
                ),
            ],
            options={
                "verbose_name": "inspection plan",
                "verbose_name_plural": "inspection plans",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("area__isnull", True), ("store_ids__isnull", True), _connector="OR"),
                        name="a_plan_means_an_area_or_listed_stores",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("every__isnull", True), ("open_days__isnull", False), ("unit__isnull", True)),
                            models.Q(("every__gte", 1), ("unit__in", ["DAY", "WEEK", "MONTH"])),
                            _connector="OR",
                        ),
                        name="a_plan_has_a_rhythm_or_comes_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("open_days__isnull", True), ("open_days__gte", 1), _connector="OR"),
                        name="what_is_planned_is_open_for_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectionPlanEnd",
            fields=[
                ("id", models.UUIDField(default=kit.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("done_at", models.DateTimeField()),
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
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.inspectionplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "end of an inspection plan",
                "verbose_name_plural": "ends of inspection plans",
                "constraints": [models.UniqueConstraint(fields=("plan",), name="an_inspection_plan_ends_once")],
            },
        ),
        migrations.AddField(model_name="inspection", name="planned_on", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="inspection",
            name="plan",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inspections.inspectionplan",
            ),
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(fields=["plan", "planned_on"], name="inspections_of_a_plan"),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.UniqueConstraint(
                fields=("store", "plan", "planned_on"), name="a_plan_comes_to_a_store_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("plan__isnull", True), ("planned_on__isnull", True)),
                    models.Q(("plan__isnull", False), ("planned_on__isnull", False)),
                    _connector="OR",
                ),
                name="an_inspection_of_a_plan_tells_its_day",
            ),
        ),
        AppendOnly("inspections_inspectionplanend"),
    ]

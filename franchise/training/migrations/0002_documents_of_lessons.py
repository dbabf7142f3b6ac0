import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_files_of_stores_and_of_the_chain"),
        ("training", "0001_courses_enrolments_and_plans"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="lesson",
            name="a_lesson_has_a_known_form",
        ),
        migrations.AddField(
            model_name="lesson",
            name="file",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.chainfile",
            ),
        ),
        migrations.AlterField(
            model_name="lesson",
            name="kind",
            field=models.CharField(
                choices=[("TEXT", "text"), ("VIDEO", "video"), ("DOCUMENT", "document"), ("QUIZ", "quiz")], max_length=8
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["TEXT", "VIDEO", "DOCUMENT", "QUIZ"])),
                name="a_lesson_has_a_known_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file__isnull", False), ("kind", "DOCUMENT")),
                    models.Q(models.Q(("kind", "DOCUMENT"), _negated=True), ("file__isnull", True)),
                    _connector="OR",
                ),
                name="a_document_has_a_file_and_nothing_else_has",
            ),
        ),
    ]

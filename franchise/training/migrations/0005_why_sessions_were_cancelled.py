from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0004_withdrawals_of_certificates")]

    operations = [
        migrations.AddField(
            model_name="trainingsession", name="cancel_reason", field=models.TextField(blank=True, db_default="")
        )
    ]

from django.db import migrations

from chains.walls import role


class Migration(migrations.Migration):
    dependencies = [("chains", "0003_dead_letters")]

    operations = [
        migrations.RunSQL(
            f"REVOKE DELETE ON chains_chain FROM {role('public')}", f"GRANT DELETE ON chains_chain TO {role('public')}"
        ),
    ]

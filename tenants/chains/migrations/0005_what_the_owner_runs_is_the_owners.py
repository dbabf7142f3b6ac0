"""The owner runs what blueprints say and drops the schemas that chains' rows name: the web may change neither."""

from django.db import migrations

from chains.walls import role

PUBLIC = role("public")
FREE = "name, state, state_changed_at, currency, language"


class Migration(migrations.Migration):
    dependencies = [("chains", "0004_a_chains_row_stays")]

    operations = [
        migrations.RunSQL(
            [
                f"REVOKE INSERT, UPDATE, DELETE ON chains_blueprint FROM {PUBLIC}",
                f"REVOKE INSERT, UPDATE, DELETE ON chains_chainmigration FROM {PUBLIC}",
                f"REVOKE UPDATE ON chains_chain FROM {PUBLIC}",
                f"GRANT UPDATE ({FREE}) ON chains_chain TO {PUBLIC}",
            ],
            [
                f"GRANT INSERT, UPDATE, DELETE ON chains_blueprint TO {PUBLIC}",
                f"GRANT INSERT, UPDATE, DELETE ON chains_chainmigration TO {PUBLIC}",
                f"GRANT UPDATE ON chains_chain TO {PUBLIC}",
            ],
        ),
    ]

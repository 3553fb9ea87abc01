"""Load the functions, triggers and sequences of `incidents/sql/`."""

from django.db import migrations

from records.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = load_sql("incidents")

"""Load the functions, triggers and sequences of `records/sql/`."""

from django.db import migrations

from records.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = load_sql("records")

"""Load the functions, triggers and sequences of `operations/sql/`."""

from django.db import migrations

from records.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial")]

    operations = load_sql("operations")

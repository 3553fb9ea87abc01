"""Load the functions, triggers and sequences of `sources/sql/`."""

from django.db import migrations

from records.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial")]

    operations = load_sql("sources")

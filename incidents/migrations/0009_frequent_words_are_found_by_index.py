from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0008_subsets_are_checked_through_indexes'),
    ]

    operations = [
        # See publication.wording.
        migrations.RunSQL(
            f'ALTER INDEX {table}_by_word ALTER COLUMN 1 SET STATISTICS 0',
            f'ALTER INDEX {table}_by_word ALTER COLUMN 1 SET STATISTICS -1',
        )
        for table in ('casualty', 'claim', 'externalid', 'incident', 'toll', 'tollcoverage')
    ]

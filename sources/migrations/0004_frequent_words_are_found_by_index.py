from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sources', '0003_articles_found_by_word'),
    ]

    operations = [
        # See publication.wording.
        migrations.RunSQL(
            'ALTER INDEX article_by_word ALTER COLUMN 1 SET STATISTICS 0',
            'ALTER INDEX article_by_word ALTER COLUMN 1 SET STATISTICS -1',
        ),
    ]

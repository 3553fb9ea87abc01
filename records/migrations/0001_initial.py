import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecordVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=63)),
                ('row', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(help_text='Counts the edits. Of two forms opened at one version, only one can be saved.')),
                ('editor', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('editors', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, help_text='The accounts that edited it since it was last approved, in the order of their first edit.', size=None)),
                ('approved', models.BooleanField(default=False, help_text='Whether it was approved at any time.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('table', 'row'), name='record_version_once_per_row')],
            },
        ),
        migrations.CreateModel(
            name='Unsealed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(help_text='The table of reviews, or of a history of edits.', max_length=63)),
                ('row', models.BigIntegerField(help_text='The key of the row there.')),
            ],
        ),
    ]

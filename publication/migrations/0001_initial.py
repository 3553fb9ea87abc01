import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.lookups
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
import records.codes
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('records', '0002_sql'),
    ]

    operations = [
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('seq', models.BigIntegerField(help_text='The position in the log: 1, 2, 3… in commit order, without gaps.', primary_key=True, serialize=False)),
                ('kind', models.CharField(help_text='The name of its kind.', max_length=12)),
                ('uid', models.CharField(help_text="The record's uid or slug.", max_length=100)),
                ('number', models.PositiveIntegerField(help_text='Revision number within its record: 1, 2, 3…')),
                ('op', models.CharField(choices=[('publish', 'Published'), ('withdraw', 'Withdrawn'), ('merge', 'Merged')], max_length=10)),
                ('reason_code', models.CharField(blank=True, choices=[('reference', 'Reference'), ('codebook', 'Codebook'), ('removed', 'Removed from its whole'), ('duplicate', 'Duplicate'), ('out_of_scope', 'Out of scope'), ('error', 'Error'), ('source_withdrawn', 'Source withdrawn'), ('safety', 'Safety'), ('split', 'Split')], help_text='Why, if it was not a normal edit.', max_length=20)),
                ('reason', models.TextField(blank=True, help_text='Why, in a sentence for readers.')),
                ('changed_fields', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='The fields of the document that differ from the revision before.', size=None)),
                ('replaced_by', models.CharField(blank=True, help_text="The surviving record's uid after a merge.", max_length=100)),
                ('document', models.TextField(help_text='JSON exactly as the API serves it; null for a tombstone.', null=True)),
                ('digest', models.CharField(help_text="SHA-256 of the document's contents and of the filter columns.", max_length=64)),
                ('seal', models.CharField(help_text='SHA-256 of what stands behind it and is not served; see Seal.', max_length=64)),
                ('chain', models.CharField(help_text='SHA-256 over the chain of the revision before and this revision.', max_length=64)),
                ('superseded_at', models.BigIntegerField(default=9223372036854775807, help_text="The seq of the record's next revision.")),
                ('published_at', models.DateTimeField()),
                ('published_by', models.CharField(blank=True, help_text='The account that published; not served.', max_length=150)),
                ('codebook', models.CharField(help_text='The version of the codebook that the document follows.', max_length=10)),
                ('title', models.TextField(blank=True)),
                ('earliest_on', models.DateField(default=datetime.date(1, 1, 1), help_text='The first possible day; year 1 if open.')),
                ('latest_on', models.DateField(default=datetime.date(9999, 12, 31), help_text='The last possible day; year 9999 if open.')),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('precision', models.CharField(blank=True, help_text='How exactly the location is known.', max_length=20)),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='Slugs of its places and of all places around them.', size=None)),
                ('forces', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='Slugs of its forces and of all forces above them.', size=None)),
                ('force_roles', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='Pairs force:role, forces above included.', size=None)),
                ('articles', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='Uids of the articles it cites.', size=None)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='Pairs vocabulary:code, such as kind:ambush.', size=None)),
                ('references', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='Pairs kind:uid of every record the document names.', size=None)),
                ('part_of', models.CharField(blank=True, help_text='The uid of the record it is published with.', max_length=100)),
                ('operation', models.CharField(blank=True, max_length=20)),
                ('phase', models.CharField(blank=True, max_length=20)),
                ('killed_low', models.PositiveIntegerField(help_text='Killed, lowest.', null=True)),
                ('killed_best', models.PositiveIntegerField(help_text='Killed, best estimate.', null=True)),
                ('killed_high', models.PositiveIntegerField(help_text='Killed, highest.', null=True)),
                ('wounded_low', models.PositiveIntegerField(help_text='Wounded, lowest.', null=True)),
                ('wounded_best', models.PositiveIntegerField(help_text='Wounded, best estimate.', null=True)),
                ('wounded_high', models.PositiveIntegerField(help_text='Wounded, highest.', null=True)),
                ('search', django.contrib.postgres.search.SearchVectorField(default='', help_text='Normalised words of its title, summary and all its names.')),
            ],
            options={
                'ordering': ['seq'],
                'permissions': [('approve', 'Can approve and publish records')],
                'indexes': [models.Index(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['kind', 'latest_on', 'uid', 'earliest_on'], name='rev_by_days'), models.Index(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['kind', 'seq'], name='rev_by_seq'), models.Index(condition=models.Q(('document', None), ('superseded_at', 9223372036854775807)), fields=['kind'], name='rev_gone'), models.Index(condition=models.Q(('part_of', ''), _negated=True), fields=['part_of'], name='rev_by_whole'), models.Index(models.F('kind'), django.db.models.functions.comparison.Coalesce(models.F('killed_best'), models.Value(-1), output_field=models.IntegerField()), models.F('uid'), condition=models.Q(('superseded_at', 9223372036854775807)), name='rev_by_killed'), models.Index(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['kind', 'killed_best'], name='rev_at_killed'), models.Index(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['kind', 'wounded_best'], name='rev_at_wounded'), models.Index(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['kind', 'latitude', 'longitude'], name='rev_by_point'), models.Index(condition=models.Q(('superseded_at', 9223372036854775807), models.Q(('operation', ''), _negated=True)), fields=['kind', 'operation', 'latest_on', 'uid'], name='rev_by_operation'), models.Index(condition=models.Q(('superseded_at', 9223372036854775807), models.Q(('phase', ''), _negated=True)), fields=['kind', 'phase', 'latest_on', 'uid'], name='rev_by_phase'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['places'], name='rev_by_places'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['forces'], name='rev_by_forces'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['force_roles'], name='rev_by_force_roles'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['articles'], name='rev_by_articles'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['tags'], name='rev_by_tags'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['references'], name='rev_by_references'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at', 9223372036854775807)), fields=['search'], name='rev_by_search'), models.Index(fields=['kind', 'latest_on', 'uid', 'earliest_on', 'seq', 'superseded_at'], name='rev_ever_by_days'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at__lt', 9223372036854775807)), fields=['places'], name='rev_past_by_places'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at__lt', 9223372036854775807)), fields=['forces'], name='rev_past_by_forces'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at__lt', 9223372036854775807)), fields=['force_roles'], name='rev_past_by_force_roles'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at__lt', 9223372036854775807)), fields=['articles'], name='rev_past_by_articles'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at__lt', 9223372036854775807)), fields=['tags'], name='rev_past_by_tags'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('superseded_at__lt', 9223372036854775807)), fields=['search'], name='rev_past_by_search')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'uid', 'number'), name='revision_numbered_once'), models.UniqueConstraint(condition=models.Q(('superseded_at', 9223372036854775807)), fields=('kind', 'uid'), name='revision_one_is_current'), models.CheckConstraint(condition=models.Q(('seq__gt', 0)), name='revision_seq_counts_from_one'), models.CheckConstraint(condition=models.Q(('superseded_at__gt', models.F('seq'))), name='revision_superseded_by_later'), models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', False), ('op', 'publish')), models.Q(models.Q(('op', 'publish'), _negated=True), ('document__isnull', True)), _connector='OR'), name='revision_carries_document_unless_tombstone'), models.CheckConstraint(condition=models.Q(models.Q(('op', 'merge'), models.Q(('replaced_by', ''), _negated=True)), models.Q(models.Q(('op', 'merge'), _negated=True), ('replaced_by', '')), _connector='OR'), name='revision_merge_names_survivor'), models.CheckConstraint(condition=models.Q(('op', 'publish'), models.Q(('reason_code', ''), _negated=True), _connector='OR'), name='revision_tombstone_gives_reason'), models.CheckConstraint(condition=models.Q(('op__in', ['publish', 'withdraw', 'merge'])), name='revision_op_known', violation_error_message='This op is not in the codebook. Choose one of: publish, withdraw, merge.'), models.CheckConstraint(condition=models.Q(('reason_code__in', ['', 'reference', 'codebook', 'removed', 'duplicate', 'out_of_scope', 'error', 'source_withdrawn', 'safety', 'split'])), name='revision_reason_code_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='bee0af42f66c37fdcaa7b32a0af3fe21c30451c2', operation='DELETE', pgid='pgtrigger_never_deleted_335fe', table='publication_revision', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_rewritten', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF (to_jsonb(OLD) - 'superseded_at' - 'search') IS DISTINCT FROM (to_jsonb(NEW) - 'superseded_at' - 'search')\n        OR (OLD.superseded_at <> NEW.superseded_at AND OLD.superseded_at <> 9223372036854775807)\n    THEN\n        RAISE EXCEPTION 'A published revision is never changed.';\n    END IF;\n    RETURN NEW;\n", hash='acdf8df90c0a0389db0cbf2e5271c74596e793ec', operation='UPDATE', pgid='pgtrigger_never_rewritten_fe7c1', table='publication_revision', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;", hash='80c9f09626ee81633ee1374c829a312a9755e0fb', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_b0b24', table='publication_revision', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Epoch',
            fields=[
                ('number', models.PositiveIntegerField(help_text='1, 2, 3…', primary_key=True, serialize=False)),
                ('uid', models.UUIDField(default=uuid.uuid4, help_text='What tells it from all others; that of the first names the log.')),
                ('after_seq', models.BigIntegerField(help_text='The newest seq of the log when it began.')),
                ('began_at', models.DateTimeField(help_text='When it began.')),
                ('reason', models.TextField(blank=True, help_text='Why, for readers; blank for the first.')),
            ],
            options={
                'ordering': ['number'],
                'triggers': [pgtrigger.compiler.Trigger(name='epoch_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bab8844033951af2013b7ed5a42ef35ade1b12d7', operation='UPDATE OR DELETE', pgid='pgtrigger_epoch_fixed_ff7cf', table='publication_epoch', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;", hash='847f4c8370dc8a2be1d29d7760639391c22db13c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_51c23', table='publication_epoch', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('seq', models.BigIntegerField(help_text='The first of the revisions.', primary_key=True, serialize=False)),
                ('salt', models.CharField(help_text='A random text.', max_length=32)),
            ],
            options={
                'ordering': ['seq'],
                'triggers': [pgtrigger.compiler.Trigger(name='seal_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7eec290db8809e1274dbcd034508638eac940472', operation='UPDATE OR DELETE', pgid='pgtrigger_seal_fixed_f97c7', table='publication_seal', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;", hash='e745b33ecf30348cc41c4d0f5d46754f9ec7324d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_ab3d0', table='publication_seal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='NameForm',
            fields=[
                ('form', models.CharField(max_length=1000, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('uid', models.CharField(max_length=100)),
                ('before', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned'), ('approved', 'Approved'), ('changed', 'Changed'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged')], max_length=12)),
                ('after', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned'), ('approved', 'Approved'), ('changed', 'Changed'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged')], max_length=12)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('comment', models.TextField(blank=True)),
                ('alone', models.BooleanField(default=False, help_text='Approved by one of its editors, in a team of one.')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['kind', 'uid'], name='review_by_record')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('after__in', ['returned', 'withdrawn', 'merged']), _negated=True), models.Q(('comment', ''), _negated=True), _connector='OR'), name='review_no_is_explained', violation_error_message='Say why, so that the curator knows what to do.')],
                'triggers': [pgtrigger.compiler.Trigger(name='review_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='671802e70d9763f67b79cd0cfb286b12fecf1f5c', operation='UPDATE OR DELETE', pgid='pgtrigger_review_append_only_b831f', table='publication_review', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;", hash='36bba884569d7eebdb55ca6833a3f9165b19311e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_8570a', table='publication_review', when='BEFORE')), pgtrigger.compiler.Trigger(name='awaits_seal', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO records_unsealed ("table", row) VALUES (TG_TABLE_NAME, NEW.id); RETURN NULL;', hash='97a900c399573db81dc7880fe3064620ca376525', operation='INSERT', pgid='pgtrigger_awaits_seal_b9d8a', table='publication_review', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('loser', models.CharField(help_text='The uid of the record that was merged.', max_length=100)),
                ('survivor', models.CharField(help_text='The uid of the record that it was merged into.', max_length=100)),
                ('whole', models.ForeignKey(help_text='The merge that this one was a part of.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='publication.merge')),
                ('context', models.UUIDField(help_text='The edit in the history of the working tables that made it.')),
                ('undone_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('kind', 'loser'), name='merge_once', violation_error_message='This record is merged already.'), models.CheckConstraint(condition=models.Q(('loser', models.F('survivor')), _negated=True), name='merge_of_two', violation_error_message='A record cannot be merged into itself.')],
                'triggers': [pgtrigger.compiler.Trigger(name='merge_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='df1f123bb9af278fdc70050d08d8f81efa59a35f', operation='DELETE', pgid='pgtrigger_merge_never_deleted_51705', table='publication_merge', when='BEFORE')), pgtrigger.compiler.Trigger(name='merge_only_undone', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF (to_jsonb(OLD) - 'undone_at') IS DISTINCT FROM (to_jsonb(NEW) - 'undone_at') OR OLD.undone_at IS NOT NULL THEN\n        RAISE EXCEPTION 'A merge is never changed, only undone.';\n    END IF;\n    RETURN NEW;\n", hash='48ad21772c40f949ee069f02194c90984194e75d', operation='UPDATE', pgid='pgtrigger_merge_only_undone_3fe25', table='publication_merge', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;", hash='329b9320598d52fdcc9bce3c9cf87692ce2af5ec', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_ebae1', table='publication_merge', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(error_messages={'unique': 'This release exists, and is never overwritten. Give its correction a new number.'}, help_text='Year and number, such as 2026.1; 2026.1.1 corrects it.', max_length=20, unique=True)),
                ('seq', models.BigIntegerField(help_text='The seq of the log: the release holds what readers saw then.')),
                ('chain', models.CharField(blank=True, help_text='The chain there, which tells this history from all others.', max_length=64)),
                ('log', models.CharField(blank=True, help_text='The id of the log.', max_length=36)),
                ('epoch', models.PositiveIntegerField(help_text='The epoch that the log was in.')),
                ('published_at', models.DateTimeField(help_text='When it was built: the one date in its files.')),
                ('notes', models.TextField(blank=True, help_text='What readers should know of it.')),
                ('codebook', models.CharField(help_text='The version of the codebook that its documents follow.', max_length=10)),
                ('supersedes', models.ForeignKey(blank=True, help_text='The release before it, from which its list of changes starts.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='publication.release')),
                ('earliest_on', models.DateField(blank=True, help_text='The first possible day that it covers.', null=True)),
                ('latest_on', models.DateField(blank=True, help_text='The last possible day that it covers.', null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, help_text='When it was withdrawn.', null=True)),
                ('withdrawn_because', models.TextField(blank=True, help_text='Why it was withdrawn, for readers.')),
            ],
            options={
                'ordering': ['-published_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('version__regex', '^[0-9]{4}\\.[0-9]+(\\.[0-9]+)?$')), name='release_version_is_year_and_number', violation_error_message='A release is numbered by year and number, such as 2026.1 or 2026.1.1.'), models.CheckConstraint(condition=models.Q(('seq__gt', 0)), name='release_holds_something', violation_error_message='There is nothing to release: nothing is published yet.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', '')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='release_withdrawal_gives_reason', violation_error_message='Say why the release is withdrawn.')],
                'triggers': [pgtrigger.compiler.Trigger(name='release_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='afeebb9cb57ed0ee29454f05addff26703b7df9d', operation='DELETE', pgid='pgtrigger_release_never_deleted_83b24', table='publication_release', when='BEFORE')), pgtrigger.compiler.Trigger(name='release_only_withdrawn', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_because')\n            IS DISTINCT FROM (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_because')\n        OR OLD.withdrawn_at IS NOT NULL\n    THEN\n        RAISE EXCEPTION 'A release is never changed, only withdrawn.';\n    END IF;\n    RETURN NEW;\n", hash='cdaffb92caa6e792c827e54ce8f3cad6f381a3dd', operation='UPDATE', pgid='pgtrigger_release_only_withdrawn_5d2d7', table='publication_release', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;", hash='e56f61f4eeaa65317a84c0405c39948c6ff5d20c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_a9249', table='publication_release', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Theatre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned'), ('approved', 'Approved'), ('changed', 'Changed'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged')], default='draft', editable=False, help_text='The state of the record. Only approved records are published.', max_length=12)),
                ('slug', models.SlugField(help_text='The short name in the names of files. Never change it once it is in use.', unique=True)),
                ('name', models.CharField(help_text='The name of the site, in a few words.', max_length=100)),
                ('title', models.CharField(help_text='The title of the data, as they are cited.', max_length=300)),
                ('publisher', models.CharField(blank=True, help_text='The organisation or group that publishes the data. Blank: not stated.', max_length=200)),
                ('licence', models.CharField(blank=True, help_text='The licence of the data, by its SPDX identifier, such as CC-BY-4.0. Blank: none is stated.', max_length=100)),
                ('licence_url', models.URLField(blank=True, help_text="The address of the licence's text.", max_length=1000)),
                ('contact_email', models.EmailField(blank=True, help_text='Where readers can write to: an address of the publisher, of no person. Blank: none.', max_length=254)),
                ('contact_url', models.URLField(blank=True, help_text='A page that says how to reach the publisher. Blank: none.', max_length=1000)),
                ('citation_note', models.CharField(blank=True, help_text='A sentence that every citation ends with, such as what else to cite. Blank: nothing.', max_length=500)),
                ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2, validators=[records.codes.known_country]), blank=True, default=list, help_text='The countries that the data are about (ISO 3166-1), such as NO. Separate several with commas.', size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', 'Give the language as a BCP 47 tag, such as en, ar or ar-Latn.')]), blank=True, default=list, help_text='The languages of the reports that are read, as BCP 47 tags. Separate several with commas.', size=None)),
                ('time_zone', models.CharField(default='UTC', help_text='The time zone in which the days of the records are meant, such as Europe/Oslo.', max_length=60, validators=[records.codes.known_time_zone])),
                ('starts_on', models.DateField(blank=True, help_text='The first day that is covered. Blank: not fixed.', null=True)),
                ('west', models.FloatField(blank=True, help_text='The western edge of maps, in degrees east.', null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)])),
                ('south', models.FloatField(blank=True, help_text='The southern edge of maps, in degrees north.', null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)])),
                ('east', models.FloatField(blank=True, help_text='The eastern edge of maps. Across the date line, less than the western one.', null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)])),
                ('north', models.FloatField(blank=True, help_text='The northern edge of maps.', null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)])),
                ('first_level', models.CharField(blank=True, help_text='What a first-level administrative unit is called here, such as state. Blank: first level.', max_length=60)),
                ('first_level_plural', models.CharField(blank=True, help_text='Several of them. Blank: first level.', max_length=60)),
                ('second_level', models.CharField(blank=True, help_text='What a second-level unit is called here, such as district. Blank: second level.', max_length=60)),
                ('second_level_plural', models.CharField(blank=True, help_text='Several of them. Blank: second level.', max_length=60)),
                ('third_level', models.CharField(blank=True, help_text='What a third-level unit is called here, such as municipality. Blank: third level.', max_length=60)),
                ('third_level_plural', models.CharField(blank=True, help_text='Several of them. Blank: third level.', max_length=60)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'returned', 'approved', 'changed', 'withdrawn', 'merged'])), name='theatre_state_known', violation_error_message='This state is not in the codebook. Choose one of: draft, in_review, returned, approved, changed, withdrawn, merged.'), models.UniqueConstraint(models.Value(1), name='theatre_only_one', violation_error_message='There is a theatre already: a database is about one. Edit that one.'), models.CheckConstraint(condition=models.Q(('licence_url', ''), models.Q(('licence', ''), _negated=True), _connector='OR'), name='theatre_licence_has_name', violation_error_message='Give the name of the licence, too.'), models.CheckConstraint(condition=django.db.models.lookups.Regex(models.Func(models.F('countries'), models.Value(' '), function='array_to_string', output_field=models.TextField()), '^([A-Z]{2}( [A-Z]{2})*)?$'), name='theatre_countries_fit', violation_error_message='Give each country as two capital letters (ISO 3166-1), such as NO.'), models.CheckConstraint(condition=django.db.models.lookups.Regex(models.Func(models.F('languages'), models.Value(' '), function='array_to_string', output_field=models.TextField()), '^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*( [a-z]{2,3}(-[A-Za-z0-9]{2,8})*)*)?$'), name='theatre_languages_fit', violation_error_message='Give each language as a BCP 47 tag, such as en.'), models.CheckConstraint(condition=models.Q(models.Q(('east', None), ('north', None), ('south', None), ('west', None)), models.Q(('east__isnull', False), ('north__isnull', False), ('south__isnull', False), ('west__isnull', False), ('east__range', (-180, 180)), ('north__range', (-90, 90)), ('south__range', (-90, 90)), ('west__range', (-180, 180)), ('south__lt', models.F('north')), models.Q(('west', models.F('east')), _negated=True)), _connector='OR'), name='theatre_box_on_earth', violation_error_message='Give all four sides of the box, in degrees, the south below the north; or none.')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "publication_theatreevent" ("citation_note", "contact_email", "contact_url", "countries", "east", "first_level", "first_level_plural", "id", "languages", "licence", "licence_url", "name", "north", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "second_level", "second_level_plural", "slug", "south", "starts_on", "state", "third_level", "third_level_plural", "time_zone", "title", "west") VALUES (NEW."citation_note", NEW."contact_email", NEW."contact_url", NEW."countries", NEW."east", NEW."first_level", NEW."first_level_plural", NEW."id", NEW."languages", NEW."licence", NEW."licence_url", NEW."name", NEW."north", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."publisher", NEW."second_level", NEW."second_level_plural", NEW."slug", NEW."south", NEW."starts_on", NEW."state", NEW."third_level", NEW."third_level_plural", NEW."time_zone", NEW."title", NEW."west"); RETURN NULL;', hash='301f03b61fbf793588b0b19d6b7502c65d58cd64', operation='INSERT', pgid='pgtrigger_insert_insert_9e0c9', table='publication_theatre', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "publication_theatreevent" ("citation_note", "contact_email", "contact_url", "countries", "east", "first_level", "first_level_plural", "id", "languages", "licence", "licence_url", "name", "north", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "second_level", "second_level_plural", "slug", "south", "starts_on", "state", "third_level", "third_level_plural", "time_zone", "title", "west") VALUES (NEW."citation_note", NEW."contact_email", NEW."contact_url", NEW."countries", NEW."east", NEW."first_level", NEW."first_level_plural", NEW."id", NEW."languages", NEW."licence", NEW."licence_url", NEW."name", NEW."north", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."publisher", NEW."second_level", NEW."second_level_plural", NEW."slug", NEW."south", NEW."starts_on", NEW."state", NEW."third_level", NEW."third_level_plural", NEW."time_zone", NEW."title", NEW."west"); RETURN NULL;', hash='aa44eb0b997bdc4956f7bbbf3ac8d7b43740ec47', operation='UPDATE', pgid='pgtrigger_update_update_86691', table='publication_theatre', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "publication_theatreevent" ("citation_note", "contact_email", "contact_url", "countries", "east", "first_level", "first_level_plural", "id", "languages", "licence", "licence_url", "name", "north", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publisher", "second_level", "second_level_plural", "slug", "south", "starts_on", "state", "third_level", "third_level_plural", "time_zone", "title", "west") VALUES (OLD."citation_note", OLD."contact_email", OLD."contact_url", OLD."countries", OLD."east", OLD."first_level", OLD."first_level_plural", OLD."id", OLD."languages", OLD."licence", OLD."licence_url", OLD."name", OLD."north", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."publisher", OLD."second_level", OLD."second_level_plural", OLD."slug", OLD."south", OLD."starts_on", OLD."state", OLD."third_level", OLD."third_level_plural", OLD."time_zone", OLD."title", OLD."west"); RETURN NULL;', hash='c72e273d71f775403ba4aa39e43d121a2d71220f', operation='DELETE', pgid='pgtrigger_delete_delete_68b3c', table='publication_theatre', when='AFTER')), pgtrigger.compiler.Trigger(name='edit_ends_approval', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' AND NOT (current_setting('hamrin.reviewing', true) IS NOT DISTINCT FROM 'on') THEN\n        NEW.state := OLD.state;\n    END IF;\n    IF TG_OP = 'INSERT' OR (to_jsonb(NEW) - 'state') <> (to_jsonb(OLD) - 'state') THEN\n        PERFORM note_edit(TG_TABLE_NAME, NEW.id);\n        IF TG_OP = 'UPDATE' AND NOT (current_setting('hamrin.reviewing', true) IS NOT DISTINCT FROM 'on') THEN\n            NEW.state := state_after_edit(TG_TABLE_NAME, NEW.id, OLD.state);\n        END IF;\n    END IF;\n    IF NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved') THEN\n        PERFORM note_approval(TG_TABLE_NAME, NEW.id);\n    END IF;\n    RETURN NEW;\n", hash='cdd7ef3e438fb2e85fd28ea98fcce92ba7af6f88', operation='INSERT OR UPDATE', pgid='pgtrigger_edit_ends_approval_3e9a5', table='publication_theatre', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SealedRows',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal', models.ForeignKey(help_text='The seal.', on_delete=django.db.models.deletion.PROTECT, related_name='sealed_rows', to='publication.seal')),
                ('table', models.CharField(help_text='The table.', max_length=63)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='Its columns then: later ones were not sealed.', size=None)),
                ('keys', models.TextField(help_text='The keys of the rows, as a multirange of PostgreSQL.')),
                ('digest', models.CharField(help_text='SHA-256 over the SHA-256 of each row, in the order of keys.', max_length=64)),
            ],
            options={
                'ordering': ['seal', 'table'],
                'constraints': [models.UniqueConstraint(fields=('seal', 'table'), name='sealed_rows_once_for_each_table')],
                'triggers': [pgtrigger.compiler.Trigger(name='sealed_rows_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='acdcbc0cc73be1b689899ccaed10a73269c1acae', operation='UPDATE OR DELETE', pgid='pgtrigger_sealed_rows_fixed_67735', table='publication_sealedrows', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;", hash='8fb2eaef6f344e42ddc5c12cd8cc039e4a337e36', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_68772', table='publication_sealedrows', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ReleaseFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('release', models.ForeignKey(help_text='The release.', on_delete=django.db.models.deletion.PROTECT, related_name='files', to='publication.release')),
                ('path', models.CharField(help_text='Its path in the release, such as csv/ and the name of a table.', max_length=200)),
                ('table', models.CharField(blank=True, help_text='The table that it holds. Blank: none.', max_length=30)),
                ('format', models.CharField(help_text='Its format: csv, jsonl, parquet, json, …', max_length=10)),
                ('rows', models.PositiveBigIntegerField(blank=True, help_text='How many rows it has. Blank: no table.', null=True)),
                ('bytes', models.PositiveBigIntegerField(help_text='Its size in bytes.')),
                ('sha256', models.CharField(help_text='The SHA-256 of its bytes.', max_length=64)),
            ],
            options={
                'ordering': ['release', 'path'],
                'constraints': [models.UniqueConstraint(fields=('release', 'path'), name='release_file_once', violation_error_message='The release has a file of this name already.'), models.CheckConstraint(condition=models.Q(('path__regex', '^[A-Za-z0-9_=-][A-Za-z0-9_=.-]*(/[A-Za-z0-9_=-][A-Za-z0-9_=.-]*)*$')), name='release_file_stays_in_its_folder', violation_error_message="A file's path stays in the folder of its release."), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='release_file_has_checksum', violation_error_message='Give the SHA-256 of the file in 64 hexadecimal digits.')],
                'triggers': [pgtrigger.compiler.Trigger(name='release_file_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8dc1521f01541039ab4f7c4bb768b85883346461', operation='UPDATE OR DELETE', pgid='pgtrigger_release_file_fixed_96557', table='publication_releasefile', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;", hash='8eba4d2a0c1cb822e6972449cf50a27b062b187a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_572dd', table='publication_releasefile', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='TheatreEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='publication.theatre')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(db_index=True, null=True)),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned'), ('approved', 'Approved'), ('changed', 'Changed'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged')], default='draft', editable=False, help_text='The state of the record. Only approved records are published.', max_length=12)),
                ('slug', models.SlugField(db_index=False, help_text='The short name in the names of files. Never change it once it is in use.')),
                ('name', models.CharField(help_text='The name of the site, in a few words.', max_length=100)),
                ('title', models.CharField(help_text='The title of the data, as they are cited.', max_length=300)),
                ('publisher', models.CharField(blank=True, help_text='The organisation or group that publishes the data. Blank: not stated.', max_length=200)),
                ('licence', models.CharField(blank=True, help_text='The licence of the data, by its SPDX identifier, such as CC-BY-4.0. Blank: none is stated.', max_length=100)),
                ('licence_url', models.URLField(blank=True, help_text="The address of the licence's text.", max_length=1000)),
                ('contact_email', models.EmailField(blank=True, help_text='Where readers can write to: an address of the publisher, of no person. Blank: none.', max_length=254)),
                ('contact_url', models.URLField(blank=True, help_text='A page that says how to reach the publisher. Blank: none.', max_length=1000)),
                ('citation_note', models.CharField(blank=True, help_text='A sentence that every citation ends with, such as what else to cite. Blank: nothing.', max_length=500)),
                ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2, validators=[records.codes.known_country]), blank=True, default=list, help_text='The countries that the data are about (ISO 3166-1), such as NO. Separate several with commas.', size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', 'Give the language as a BCP 47 tag, such as en, ar or ar-Latn.')]), blank=True, default=list, help_text='The languages of the reports that are read, as BCP 47 tags. Separate several with commas.', size=None)),
                ('time_zone', models.CharField(default='UTC', help_text='The time zone in which the days of the records are meant, such as Europe/Oslo.', max_length=60, validators=[records.codes.known_time_zone])),
                ('starts_on', models.DateField(blank=True, help_text='The first day that is covered. Blank: not fixed.', null=True)),
                ('west', models.FloatField(blank=True, help_text='The western edge of maps, in degrees east.', null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)])),
                ('south', models.FloatField(blank=True, help_text='The southern edge of maps, in degrees north.', null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)])),
                ('east', models.FloatField(blank=True, help_text='The eastern edge of maps. Across the date line, less than the western one.', null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)])),
                ('north', models.FloatField(blank=True, help_text='The northern edge of maps.', null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)])),
                ('first_level', models.CharField(blank=True, help_text='What a first-level administrative unit is called here, such as state. Blank: first level.', max_length=60)),
                ('first_level_plural', models.CharField(blank=True, help_text='Several of them. Blank: first level.', max_length=60)),
                ('second_level', models.CharField(blank=True, help_text='What a second-level unit is called here, such as district. Blank: second level.', max_length=60)),
                ('second_level_plural', models.CharField(blank=True, help_text='Several of them. Blank: second level.', max_length=60)),
                ('third_level', models.CharField(blank=True, help_text='What a third-level unit is called here, such as municipality. Blank: third level.', max_length=60)),
                ('third_level_plural', models.CharField(blank=True, help_text='Several of them. Blank: third level.', max_length=60)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4cd87c9871f78ef5f0b9ce91b93e8a57293e41b6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d8de9', table='publication_theatreevent', when='BEFORE')), pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Rows of % are never deleted.', TG_TABLE_NAME;", hash='6518865ca87e6e45d5ad90a8c80cd27ea552e770', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_dd3fb', table='publication_theatreevent', when='BEFORE')), pgtrigger.compiler.Trigger(name='awaits_seal', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO records_unsealed ("table", row) VALUES (TG_TABLE_NAME, NEW.pgh_id); RETURN NULL;', hash='6c9330fb2222241429ef551ffd2302042c3d4eae', operation='INSERT', pgid='pgtrigger_awaits_seal_179d3', table='publication_theatreevent', when='AFTER'))],
            },
        ),
    ]

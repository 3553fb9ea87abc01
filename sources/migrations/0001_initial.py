import datetime
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import records.keys
import records.names
import records.word_index
import sources.copies
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('publication', '0002_sql'),
    ]

    operations = [
        migrations.CreateModel(
            name='Outlet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='The short name in coding sheets and addresses. Never change it once it is in use.', unique=True)),
                ('name', models.CharField(help_text='The name as the outlet writes it.', max_length=200)),
                ('normalised', records.names.NormalisedField(editable=False, max_length=1000, source='name')),
                ('kind', models.CharField(choices=[('wire', 'News agency'), ('national_media', 'National media'), ('party_media', 'Party-affiliated media'), ('state_media', 'State media'), ('official', 'Official channel'), ('aggregator', 'Aggregator'), ('dataset', 'Dataset'), ('unknown', 'Unknown')], help_text='What type of publisher it is.', max_length=20)),
                ('country', models.CharField(blank=True, help_text='The country in which its editors work (ISO 3166-1). Blank: not known.', max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}$', 'Give the country as two capital letters (ISO 3166-1), such as IQ.')])),
                ('affiliation', models.CharField(blank=True, help_text='The party, government or force to which it belongs or is close. Blank: none, or not known.', max_length=200)),
                ('feed_group', models.SlugField(blank=True, help_text='Outlets that share a feed have the same word here and count as one source. Blank: none.')),
                ('reliability', models.CharField(choices=[('A', 'A completely reliable'), ('B', 'B usually reliable'), ('C', 'C fairly reliable'), ('D', 'D not usually reliable'), ('E', 'E unreliable'), ('F', 'F cannot be judged')], default='F', help_text='How reliable the outlet is in general (Admiralty code A to F).', max_length=1)),
                ('url', models.URLField(blank=True, help_text='The address of its front page.')),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['wire', 'national_media', 'party_media', 'state_media', 'official', 'aggregator', 'dataset', 'unknown'])), name='outlet_kind_known', violation_error_message='This kind is not in the codebook. Choose one of: wire, national_media, party_media, state_media, official, aggregator, dataset, unknown.'), models.CheckConstraint(condition=models.Q(('reliability__in', ['A', 'B', 'C', 'D', 'E', 'F'])), name='outlet_reliability_known', violation_error_message='This reliability is not in the codebook. Choose one of: A, B, C, D, E, F.')],
                'triggers': [pgtrigger.compiler.Trigger(name='edit_ends_approvals_of_articles', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW IS NOT DISTINCT FROM OLD THEN\n        RETURN NULL;\n    END IF;\n    PERFORM note_edit('sources_article', id) FROM sources_article WHERE outlet_id = NEW.id;\n    IF (current_setting('hamrin.reviewing', true) IS NOT DISTINCT FROM 'on') THEN\n        RETURN NULL;\n    END IF;\n    PERFORM set_config('hamrin.reviewing', 'on', true);\n    UPDATE sources_article SET state = 'changed' WHERE state = 'approved' AND outlet_id = NEW.id;\n    PERFORM set_config('hamrin.reviewing', 'off', true);\n    RETURN NULL;\n", hash='09f1177cb58157e50097f81ba660aba29a0688f4', operation='UPDATE', pgid='pgtrigger_edit_ends_approvals_of_articles_143d6', table='sources_outlet', when='AFTER')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_outletevent" ("affiliation", "country", "feed_group", "id", "kind", "name", "normalised", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reliability", "slug", "url") VALUES (NEW."affiliation", NEW."country", NEW."feed_group", NEW."id", NEW."kind", NEW."name", NEW."normalised", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."reliability", NEW."slug", NEW."url"); RETURN NULL;', hash='2075263de0a487dd7fad986ce9a24d80d4fa8b20', operation='INSERT', pgid='pgtrigger_insert_insert_6363e', table='sources_outlet', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sources_outletevent" ("affiliation", "country", "feed_group", "id", "kind", "name", "normalised", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reliability", "slug", "url") VALUES (NEW."affiliation", NEW."country", NEW."feed_group", NEW."id", NEW."kind", NEW."name", NEW."normalised", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."reliability", NEW."slug", NEW."url"); RETURN NULL;', hash='bc416ae0d991025ecde80e8098758527fd888cd0', operation='UPDATE', pgid='pgtrigger_update_update_6f20c', table='sources_outlet', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_outletevent" ("affiliation", "country", "feed_group", "id", "kind", "name", "normalised", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reliability", "slug", "url") VALUES (OLD."affiliation", OLD."country", OLD."feed_group", OLD."id", OLD."kind", OLD."name", OLD."normalised", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."reliability", OLD."slug", OLD."url"); RETURN NULL;', hash='39b78886a99c127723e4eb681f3bdf5b52d114ec', operation='DELETE', pgid='pgtrigger_delete_delete_dbede', table='sources_outlet', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='OutletEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sources.outlet')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, help_text='The short name in coding sheets and addresses. Never change it once it is in use.')),
                ('name', models.CharField(help_text='The name as the outlet writes it.', max_length=200)),
                ('normalised', records.names.NormalisedField(editable=False, max_length=1000, source='name')),
                ('kind', models.CharField(choices=[('wire', 'News agency'), ('national_media', 'National media'), ('party_media', 'Party-affiliated media'), ('state_media', 'State media'), ('official', 'Official channel'), ('aggregator', 'Aggregator'), ('dataset', 'Dataset'), ('unknown', 'Unknown')], help_text='What type of publisher it is.', max_length=20)),
                ('country', models.CharField(blank=True, help_text='The country in which its editors work (ISO 3166-1). Blank: not known.', max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}$', 'Give the country as two capital letters (ISO 3166-1), such as IQ.')])),
                ('affiliation', models.CharField(blank=True, help_text='The party, government or force to which it belongs or is close. Blank: none, or not known.', max_length=200)),
                ('feed_group', models.SlugField(blank=True, db_index=False, help_text='Outlets that share a feed have the same word here and count as one source. Blank: none.')),
                ('reliability', models.CharField(choices=[('A', 'A completely reliable'), ('B', 'B usually reliable'), ('C', 'C fairly reliable'), ('D', 'D not usually reliable'), ('E', 'E unreliable'), ('F', 'F cannot be judged')], default='F', help_text='How reliable the outlet is in general (Admiralty code A to F).', max_length=1)),
                ('url', models.URLField(blank=True, help_text='The address of its front page.')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='40ba914413488979666306167c1ccc6fdc7da289', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_eb893', table='sources_outletevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned'), ('approved', 'Approved'), ('changed', 'Changed'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged')], default='draft', editable=False, help_text='The state of the record. Only approved records are published.', max_length=12)),
                ('uid', records.keys.UidField('ART', unique=True)),
                ('outlet', models.ForeignKey(help_text='The publisher of the copy that we read.', on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='sources.outlet')),
                ('title', models.CharField(help_text='The headline as published.', max_length=500)),
                ('byline', models.CharField(blank=True, help_text='The authors or the desk as published. Blank: none given.', max_length=200)),
                ('url', models.URLField(blank=True, help_text='The canonical address. Blank: not known.', max_length=1000)),
                ('archive_url', models.URLField(blank=True, help_text='The address of an archived copy.', max_length=1000)),
                ('language', models.CharField(default='en', help_text='The language as a BCP 47 tag, such as en, ar or ckb.', max_length=20, validators=[django.core.validators.RegexValidator('^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', 'Give the language as a BCP 47 tag, such as en, ar, ckb or ar-Latn.')])),
                ('published_earliest_on', models.DateField(blank=True, help_text='The first possible day of publication. Blank: not known.', null=True)),
                ('published_latest_on', models.DateField(blank=True, help_text='The last possible day of publication. Blank: not known.', null=True)),
                ('published_basis', models.CharField(choices=[('stated', 'Stated'), ('derived', 'Derived'), ('copy_day', 'Bounded by copy'), ('unknown', 'Unknown')], default='unknown', help_text='How we know the day of publication.', max_length=10)),
                ('published_note', models.TextField(blank=True, help_text='For a derived day: from which paragraphs it follows, and how. Public.')),
                ('licence', models.CharField(blank=True, help_text='The licence under which it may be redistributed, such as CC BY 4.0. Blank: not stated.', max_length=100)),
                ('retrieved_on', models.DateField(blank=True, help_text='The day on which we made our copy. Blank: not recorded.', null=True)),
                ('syndicated_from', models.ForeignKey(blank=True, help_text='The report that this one repeats. The two count as one source. Blank: none.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='sources.article')),
                ('copied_from', models.ForeignKey(blank=True, help_text='The outlet whose report this one repeats, if that report is not in the database. Blank: none.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copied_articles', to='sources.outlet')),
                ('status', models.CharField(choices=[('current', 'Current'), ('corrected', 'Corrected'), ('retracted', 'Retracted')], default='current', help_text='Whether the outlet stands by it. Readers see this beside every citation of the article.', max_length=10)),
                ('status_on', models.DateField(blank=True, help_text='The day on which it was corrected or retracted. Blank: not known.', null=True)),
                ('status_note', models.TextField(blank=True, help_text='What was corrected, or why it was retracted, and who says so. Public.')),
                ('sha256', models.CharField(blank=True, help_text='The SHA-256 sum of the copy that was coded. Blank: not recorded.', max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}$', 'A SHA-256 sum has 64 digits from 0 to f.')])),
                ('text', models.TextField(blank=True, help_text='The full text without the headline; blank lines separate its paragraphs, of which the first is the lead. Only curators see it, and quotes are checked against it; the API never publishes it.')),
                ('retelling', models.TextField(blank=True, help_text='What the report says, in our own words: never copied wording, and no private person named. One paragraph for each of the original, separated by blank lines. Public: citations lead to its paragraphs.')),
            ],
            options={
                'ordering': ['uid'],
                'indexes': [records.word_index.WordIndex(django.contrib.postgres.search.SearchVector(models.Func(models.F('title'), models.Value('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~“”‘’„«»‹›–—…·،؛؟'), models.Value('                                                '), function='translate', output_field=models.TextField()), models.Func(models.F('byline'), models.Value('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~“”‘’„«»‹›–—…·،؛؟'), models.Value('                                                '), function='translate', output_field=models.TextField()), models.Func(models.F('url'), models.Value('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~“”‘’„«»‹›–—…·،؛؟'), models.Value('                                                '), function='translate', output_field=models.TextField()), config='simple'), name='article_by_word')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'returned', 'approved', 'changed', 'withdrawn', 'merged'])), name='article_state_known', violation_error_message='This state is not in the codebook. Choose one of: draft, in_review, returned, approved, changed, withdrawn, merged.'), models.CheckConstraint(condition=models.Q(('published_latest_on__gte', models.F('published_earliest_on'))), name='article_published_days_in_order', violation_error_message='The latest day cannot come before the earliest day.'), models.CheckConstraint(condition=models.Q(('published_earliest_on__range', (datetime.date(1900, 1, 1), datetime.date(2199, 12, 31))), ('published_latest_on__range', (datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)))), name='article_published_days_in_reach', violation_error_message='A day must lie between 1900 and 2199. Check the year.'), models.CheckConstraint(condition=models.Q(('published_basis__in', ['stated', 'derived', 'copy_day', 'unknown'])), name='article_published_basis_known', violation_error_message='This published_basis is not in the codebook. Choose one of: stated, derived, copy_day, unknown.'), models.CheckConstraint(condition=models.Q(('status__in', ['current', 'corrected', 'retracted'])), name='article_status_known', violation_error_message='This status is not in the codebook. Choose one of: current, corrected, retracted.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'current'), ('status_note', ''), ('status_on', None)), models.Q(models.Q(('status', 'current'), _negated=True), models.Q(('status_note', ''), _negated=True)), _connector='OR'), name='article_status_is_explained', violation_error_message='Say in the note what was corrected, or why the article was retracted; an article that is current has no such note and day.'), models.UniqueConstraint(condition=models.Q(('url', ''), _negated=True), fields=('url',), name='article_url_once', violation_error_message='Another article has this address already.'), models.CheckConstraint(condition=models.Q(models.Q(('published_basis', 'derived'), _negated=True), models.Q(('published_note', ''), _negated=True), _connector='OR'), name='article_derived_day_is_explained', violation_error_message='Say in the note how the day of publication was derived.'), models.CheckConstraint(condition=models.Q(models.Q(('published_basis', 'unknown'), _negated=True), models.Q(('published_earliest_on', None), ('published_latest_on', None)), _connector='OR'), name='article_known_day_has_basis', violation_error_message='Say how the day of publication is known.'), models.CheckConstraint(condition=models.Q(('syndicated_from', models.F('id')), _negated=True), name='article_not_its_own_copy', violation_error_message='An article cannot be a copy of itself.'), models.CheckConstraint(condition=models.Q(('syndicated_from', None), ('copied_from', None), _connector='OR'), name='article_copied_from_one_place', violation_error_message='Name the article it was copied from, or its outlet, not both.')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_articleevent" ("archive_url", "byline", "copied_from_id", "id", "language", "licence", "outlet_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_basis", "published_earliest_on", "published_latest_on", "published_note", "retelling", "retrieved_on", "sha256", "state", "status", "status_note", "status_on", "syndicated_from_id", "text", "title", "uid", "url") VALUES (NEW."archive_url", NEW."byline", NEW."copied_from_id", NEW."id", NEW."language", NEW."licence", NEW."outlet_id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."published_basis", NEW."published_earliest_on", NEW."published_latest_on", NEW."published_note", NEW."retelling", NEW."retrieved_on", NEW."sha256", NEW."state", NEW."status", NEW."status_note", NEW."status_on", NEW."syndicated_from_id", NEW."text", NEW."title", NEW."uid", NEW."url"); RETURN NULL;', hash='869a23452680351ded9e8cf43da593b7fc45f048', operation='INSERT', pgid='pgtrigger_insert_insert_0de75', table='sources_article', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sources_articleevent" ("archive_url", "byline", "copied_from_id", "id", "language", "licence", "outlet_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_basis", "published_earliest_on", "published_latest_on", "published_note", "retelling", "retrieved_on", "sha256", "state", "status", "status_note", "status_on", "syndicated_from_id", "text", "title", "uid", "url") VALUES (NEW."archive_url", NEW."byline", NEW."copied_from_id", NEW."id", NEW."language", NEW."licence", NEW."outlet_id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."published_basis", NEW."published_earliest_on", NEW."published_latest_on", NEW."published_note", NEW."retelling", NEW."retrieved_on", NEW."sha256", NEW."state", NEW."status", NEW."status_note", NEW."status_on", NEW."syndicated_from_id", NEW."text", NEW."title", NEW."uid", NEW."url"); RETURN NULL;', hash='105c170126513f011a376de5acc926b07ad75779', operation='UPDATE', pgid='pgtrigger_update_update_168af', table='sources_article', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_articleevent" ("archive_url", "byline", "copied_from_id", "id", "language", "licence", "outlet_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_basis", "published_earliest_on", "published_latest_on", "published_note", "retelling", "retrieved_on", "sha256", "state", "status", "status_note", "status_on", "syndicated_from_id", "text", "title", "uid", "url") VALUES (OLD."archive_url", OLD."byline", OLD."copied_from_id", OLD."id", OLD."language", OLD."licence", OLD."outlet_id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."published_basis", OLD."published_earliest_on", OLD."published_latest_on", OLD."published_note", OLD."retelling", OLD."retrieved_on", OLD."sha256", OLD."state", OLD."status", OLD."status_note", OLD."status_on", OLD."syndicated_from_id", OLD."text", OLD."title", OLD."uid", OLD."url"); RETURN NULL;', hash='cf7a6c4773d556e6cd946636baa2c7c43a2af7c1', operation='DELETE', pgid='pgtrigger_delete_delete_10a2a', table='sources_article', when='AFTER')), pgtrigger.compiler.Trigger(name='edit_ends_approval', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' AND NOT (current_setting('hamrin.reviewing', true) IS NOT DISTINCT FROM 'on') THEN\n        NEW.state := OLD.state;\n    END IF;\n    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'state') = (to_jsonb(OLD) - 'state') THEN\n        RETURN NEW;\n    END IF;\n    PERFORM note_edit(TG_TABLE_NAME, NEW.id);\n    IF TG_OP = 'UPDATE' AND OLD.state = 'approved' AND NOT (current_setting('hamrin.reviewing', true) IS NOT DISTINCT FROM 'on') THEN\n        NEW.state := 'changed';\n    END IF;\n    RETURN NEW;\n", hash='fe2d09616d121c3856112e944b66eeba2716aed5', operation='INSERT OR UPDATE', pgid='pgtrigger_edit_ends_approval_a98e7', table='sources_article', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ArticleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sources.article')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned'), ('approved', 'Approved'), ('changed', 'Changed'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged')], default='draft', editable=False, help_text='The state of the record. Only approved records are published.', max_length=12)),
                ('uid', records.keys.UidField('ART', unique=False)),
                ('outlet', models.ForeignKey(db_constraint=False, help_text='The publisher of the copy that we read.', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.outlet')),
                ('title', models.CharField(help_text='The headline as published.', max_length=500)),
                ('byline', models.CharField(blank=True, help_text='The authors or the desk as published. Blank: none given.', max_length=200)),
                ('url', models.URLField(blank=True, help_text='The canonical address. Blank: not known.', max_length=1000)),
                ('archive_url', models.URLField(blank=True, help_text='The address of an archived copy.', max_length=1000)),
                ('language', models.CharField(default='en', help_text='The language as a BCP 47 tag, such as en, ar or ckb.', max_length=20, validators=[django.core.validators.RegexValidator('^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', 'Give the language as a BCP 47 tag, such as en, ar, ckb or ar-Latn.')])),
                ('published_earliest_on', models.DateField(blank=True, help_text='The first possible day of publication. Blank: not known.', null=True)),
                ('published_latest_on', models.DateField(blank=True, help_text='The last possible day of publication. Blank: not known.', null=True)),
                ('published_basis', models.CharField(choices=[('stated', 'Stated'), ('derived', 'Derived'), ('copy_day', 'Bounded by copy'), ('unknown', 'Unknown')], default='unknown', help_text='How we know the day of publication.', max_length=10)),
                ('published_note', models.TextField(blank=True, help_text='For a derived day: from which paragraphs it follows, and how. Public.')),
                ('licence', models.CharField(blank=True, help_text='The licence under which it may be redistributed, such as CC BY 4.0. Blank: not stated.', max_length=100)),
                ('retrieved_on', models.DateField(blank=True, help_text='The day on which we made our copy. Blank: not recorded.', null=True)),
                ('syndicated_from', models.ForeignKey(blank=True, db_constraint=False, help_text='The report that this one repeats. The two count as one source. Blank: none.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.article')),
                ('copied_from', models.ForeignKey(blank=True, db_constraint=False, help_text='The outlet whose report this one repeats, if that report is not in the database. Blank: none.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.outlet')),
                ('status', models.CharField(choices=[('current', 'Current'), ('corrected', 'Corrected'), ('retracted', 'Retracted')], default='current', help_text='Whether the outlet stands by it. Readers see this beside every citation of the article.', max_length=10)),
                ('status_on', models.DateField(blank=True, help_text='The day on which it was corrected or retracted. Blank: not known.', null=True)),
                ('status_note', models.TextField(blank=True, help_text='What was corrected, or why it was retracted, and who says so. Public.')),
                ('sha256', models.CharField(blank=True, help_text='The SHA-256 sum of the copy that was coded. Blank: not recorded.', max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}$', 'A SHA-256 sum has 64 digits from 0 to f.')])),
                ('text', models.TextField(blank=True, help_text='The full text without the headline; blank lines separate its paragraphs, of which the first is the lead. Only curators see it, and quotes are checked against it; the API never publishes it.')),
                ('retelling', models.TextField(blank=True, help_text='What the report says, in our own words: never copied wording, and no private person named. One paragraph for each of the original, separated by blank lines. Public: citations lead to its paragraphs.')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5319c4b562bd42ae5c5acd0cca7a95eec4021e4a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0526f', table='sources_articleevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Media',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(help_text='The article beside which it was found.', on_delete=django.db.models.deletion.CASCADE, related_name='media', to='sources.article')),
                ('ordinal', models.PositiveSmallIntegerField(help_text='1, 2, 3 … within the article. The locator media:1 cites the first; never number them again.')),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('video', 'Video'), ('document', 'Document'), ('page_copy', 'Copy of the page')], help_text='What it is.', max_length=10)),
                ('caption', models.CharField(help_text='What it shows, in our own words. No private person named. Public.', max_length=500)),
                ('url', models.URLField(blank=True, help_text='Its address. Blank: not known.', max_length=1000)),
                ('obtained_on', models.DateField(blank=True, help_text='The day on which we obtained our copy. Blank: not recorded.', null=True)),
                ('sha256', models.CharField(blank=True, help_text='The SHA-256 sum of our copy. Blank: not recorded; saving a kept copy in the admin fills it in.', max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}$', 'A SHA-256 sum has 64 digits from 0 to f.')])),
                ('kept', models.FileField(blank=True, help_text='Our copy. Only curators see it; readers get its sum. Blank: none kept.', max_length=200, storage=sources.copies.KeptCopies, upload_to=sources.copies.name_of_copy)),
            ],
            options={
                'verbose_name': 'piece of evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['article', 'ordinal'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['photo', 'video', 'document', 'page_copy'])), name='media_kind_known', violation_error_message='This kind is not in the codebook. Choose one of: photo, video, document, page_copy.'), models.CheckConstraint(condition=models.Q(('ordinal__gt', 0)), name='media_counts_from_one', violation_error_message='The first piece of evidence has the number 1.'), models.CheckConstraint(condition=models.Q(('kept', ''), ('url', ''), _negated=True), name='media_can_be_found', violation_error_message='Give its address, or keep a copy of it.'), models.UniqueConstraint(fields=('article', 'ordinal'), name='media_numbered_once', violation_error_message='The article has a piece of evidence with this number already.')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_mediaevent" ("article_id", "caption", "id", "kept", "kind", "obtained_on", "ordinal", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "url") VALUES (NEW."article_id", NEW."caption", NEW."id", NEW."kept", NEW."kind", NEW."obtained_on", NEW."ordinal", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'insert\', NEW."id", NEW."sha256", NEW."url"); RETURN NULL;', hash='43de0682a4bb18a428c07c8d3b14bc81a9284750', operation='INSERT', pgid='pgtrigger_insert_insert_e6a1c', table='sources_media', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sources_mediaevent" ("article_id", "caption", "id", "kept", "kind", "obtained_on", "ordinal", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "url") VALUES (NEW."article_id", NEW."caption", NEW."id", NEW."kept", NEW."kind", NEW."obtained_on", NEW."ordinal", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."sha256", NEW."url"); RETURN NULL;', hash='6abc7fcf3ffde663f1b0ca1a1ef086f506654185', operation='UPDATE', pgid='pgtrigger_update_update_9457d', table='sources_media', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sources_mediaevent" ("article_id", "caption", "id", "kept", "kind", "obtained_on", "ordinal", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "url") VALUES (OLD."article_id", OLD."caption", OLD."id", OLD."kept", OLD."kind", OLD."obtained_on", OLD."ordinal", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."sha256", OLD."url"); RETURN NULL;', hash='d045234f072ab0a8201ba324b3cc046379b7d889', operation='DELETE', pgid='pgtrigger_delete_delete_8ec35', table='sources_media', when='AFTER')), pgtrigger.compiler.Trigger(name='edit_ends_approval_of_article', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN\n        RETURN NULL;\n    END IF;\n    IF TG_OP <> 'INSERT' THEN\n        PERFORM note_edit('sources_article', (OLD.article_id));\n    END IF;\n    IF TG_OP <> 'DELETE' THEN\n        PERFORM note_edit('sources_article', (NEW.article_id));\n    END IF;\n    IF (current_setting('hamrin.reviewing', true) IS NOT DISTINCT FROM 'on') THEN\n        RETURN NULL;\n    END IF;\n    PERFORM set_config('hamrin.reviewing', 'on', true);\n    IF TG_OP <> 'INSERT' THEN\n        UPDATE sources_article SET state = 'changed' WHERE state = 'approved' AND id = (OLD.article_id);\n    END IF;\n    IF TG_OP <> 'DELETE' THEN\n        UPDATE sources_article SET state = 'changed' WHERE state = 'approved' AND id = (NEW.article_id);\n    END IF;\n    PERFORM set_config('hamrin.reviewing', 'off', true);\n    RETURN NULL;\n", hash='61c6721b2eb960f9d8458fea4d5f505692145704', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_edit_ends_approval_of_article_91ecf', table='sources_media', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='MediaEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sources.media')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('article', models.ForeignKey(db_constraint=False, help_text='The article beside which it was found.', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sources.article')),
                ('ordinal', models.PositiveSmallIntegerField(help_text='1, 2, 3 … within the article. The locator media:1 cites the first; never number them again.')),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('video', 'Video'), ('document', 'Document'), ('page_copy', 'Copy of the page')], help_text='What it is.', max_length=10)),
                ('caption', models.CharField(help_text='What it shows, in our own words. No private person named. Public.', max_length=500)),
                ('url', models.URLField(blank=True, help_text='Its address. Blank: not known.', max_length=1000)),
                ('obtained_on', models.DateField(blank=True, help_text='The day on which we obtained our copy. Blank: not recorded.', null=True)),
                ('sha256', models.CharField(blank=True, help_text='The SHA-256 sum of our copy. Blank: not recorded; saving a kept copy in the admin fills it in.', max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}$', 'A SHA-256 sum has 64 digits from 0 to f.')])),
                ('kept', models.FileField(blank=True, help_text='Our copy. Only curators see it; readers get its sum. Blank: none kept.', max_length=200, storage=sources.copies.KeptCopies, upload_to=sources.copies.name_of_copy)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c44e32648f64ade4c55618acf868987660277d40', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e2b88', table='sources_mediaevent', when='BEFORE'))],
            },
        ),
    ]

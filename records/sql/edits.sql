-- Counts an edit of a reviewed row in records_recordversion, and keeps who made it. Called by the triggers that
-- records/triggers.py puts on every reviewed table and on the tables of their parts.
CREATE FUNCTION note_edit(reviewed text, edited bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO records_recordversion ("table", row, version, editor_id)
    SELECT reviewed, edited, 1,
        (nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user')::integer
    WHERE edited IS NOT NULL
    ON CONFLICT ("table", row) DO UPDATE
    SET version = records_recordversion.version + 1, editor_id = EXCLUDED.editor_id;
END
$$;

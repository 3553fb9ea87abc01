-- Counts an edit of a reviewed row in records_recordversion, and keeps who made it. Called by the triggers that
-- records/triggers.py puts on every reviewed table and on the tables of their parts.
CREATE FUNCTION note_edit(reviewed text, edited bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    account integer := (nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user')::integer;
BEGIN
    INSERT INTO records_recordversion ("table", row, version, editor_id, editors, approved)
    SELECT reviewed, edited, 1, account, array_remove(ARRAY[account], NULL), false
    WHERE edited IS NOT NULL
    ON CONFLICT ("table", row) DO UPDATE
    SET version = records_recordversion.version + 1,
        editor_id = EXCLUDED.editor_id,
        editors = CASE
            WHEN records_recordversion.editors @> EXCLUDED.editors THEN records_recordversion.editors
            ELSE records_recordversion.editors || EXCLUDED.editors
        END;
END
$$;

-- Forgets who edited a reviewed row up to its approval.
CREATE FUNCTION note_approval(reviewed text, approving bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE records_recordversion SET editors = '{}', approved = true WHERE "table" = reviewed AND row = approving;
$$;

-- Returns the state of a reviewed row after an edit: an edit ends an approval, and a review that is under way.
CREATE FUNCTION state_after_edit(reviewed text, edited bigint, before text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN before = 'approved' THEN 'changed'
        WHEN before <> 'in_review' THEN before
        WHEN (SELECT approved FROM records_recordversion WHERE "table" = reviewed AND row = edited) THEN 'changed'
        ELSE 'draft'
    END;
$$;

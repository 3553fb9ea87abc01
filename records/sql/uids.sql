-- The public name of a new record (records.keys.UidField): six digits until there are a million, and never one lost.
CREATE FUNCTION next_uid(prefix text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT prefix || '-' || lpad(n, greatest(6, length(n)), '0')
    FROM (SELECT nextval(('uid_' || lower(prefix))::regclass)::text AS n) AS number
$$;

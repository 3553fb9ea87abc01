-- No two adopted tolls count the same people, whoever writes them and by whatever route.
-- Watched: incidents_toll and its places, and the trees that decide what a toll counts: operations_place.parent_id,
-- operations_force.parent_id, operations_operation.parent_id, operations_phase.operation_id.
-- The comment directly above each function and trigger is its sentence in docs/database.md.

-- The ids of a place and of all places around it. What is deeper than 50 levels is a circle.
CREATE FUNCTION place_line(start bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE line AS (
        SELECT id, parent_id, 1 AS level FROM operations_place WHERE id = start
        UNION ALL
        SELECT above.id, above.parent_id, line.level + 1
        FROM operations_place above JOIN line ON above.id = line.parent_id WHERE line.level < 50
    )
    SELECT id FROM line;
$$;

-- The ids of a force and of all forces above it, at most 50 levels.
CREATE FUNCTION force_line(start bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE line AS (
        SELECT id, parent_id, 1 AS level FROM operations_force WHERE id = start
        UNION ALL
        SELECT above.id, above.parent_id, line.level + 1
        FROM operations_force above JOIN line ON above.id = line.parent_id WHERE line.level < 50
    )
    SELECT id FROM line;
$$;

-- The ids of an operation and of all operations that it is part of, at most 50 levels.
CREATE FUNCTION operation_line(start bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE line AS (
        SELECT id, parent_id, 1 AS level FROM operations_operation WHERE id = start
        UNION ALL
        SELECT above.id, above.parent_id, line.level + 1
        FROM operations_operation above JOIN line ON above.id = line.parent_id WHERE line.level < 50
    )
    SELECT id FROM line;
$$;

-- The ids of a toll and of all tolls that it is nested in, at most 50 levels.
CREATE FUNCTION toll_line(start bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE line AS (
        SELECT id, parent_id, 1 AS level FROM incidents_toll WHERE id = start
        UNION ALL
        SELECT above.id, above.parent_id, line.level + 1
        FROM incidents_toll above JOIN line ON above.id = line.parent_id WHERE line.level < 50
    )
    SELECT id FROM line;
$$;

-- The id of the place in which something at a place may lie: a region, front, border, road or natural place without
-- parts may lie anywhere in the place around it.
CREATE FUNCTION place_extent(place bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN kind IN ('region', 'front', 'border', 'road', 'natural')
            AND NOT EXISTS (SELECT FROM operations_place part WHERE part.parent_id = here.id)
        THEN coalesce(parent_id, id) ELSE id END
    FROM operations_place here WHERE id = place;
$$;

-- Whether something may lie in both places: not if both are given and neither is around the other.
CREATE FUNCTION places_akin(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT one IS NULL OR other IS NULL OR one IN (SELECT place_line(other)) OR other IN (SELECT place_line(one));
$$;

-- Whether people may belong to both forces: not if both are given and neither is above the other.
CREATE FUNCTION forces_akin(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT one IS NULL OR other IS NULL OR one IN (SELECT force_line(other)) OR other IN (SELECT force_line(one));
$$;

-- Whether something may belong to both operations: not if both are given and neither is part of the other.
CREATE FUNCTION operations_akin(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT one IS NULL OR other IS NULL OR one IN (SELECT operation_line(other)) OR other IN (SELECT operation_line(one));
$$;

-- Whether two harms may be done to the same people: people killed are also among the “killed or wounded”.
CREATE FUNCTION harms_overlap(one text, other text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT one = other OR 'killed_or_wounded' IN (one, other) AND least(one, other) IN ('killed', 'killed_or_wounded')
        AND greatest(one, other) IN ('killed_or_wounded', 'wounded');
$$;

-- A status of victims and the wider one to which it belongs: journalists are civilians.
CREATE FUNCTION status_line(status text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT status
    UNION ALL SELECT 'civilian' WHERE status IN ('official', 'aid_worker', 'health_worker', 'journalist');
$$;

-- Whether two tolls may count the same victims: the force decides where both name one; else the status, where unknown
-- means anyone.
CREATE FUNCTION victims_overlap(one incidents_toll, other incidents_toll) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN one.victim_force_id IS NOT NULL AND other.victim_force_id IS NOT NULL
        THEN forces_akin(one.victim_force_id, other.victim_force_id)
        ELSE 'unknown' IN (one.victim_status, other.victim_status)
            OR one.victim_status IN (SELECT status_line(other.victim_status))
            OR other.victim_status IN (SELECT status_line(one.victim_status)) END;
$$;

-- Whether two tolls may count the same people: their days, harms, victims, perpetrators, phases, operations and places
-- all overlap.
CREATE FUNCTION tolls_overlap(one incidents_toll, other incidents_toll) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT daterange(one.earliest_on, one.latest_on, '[]') && daterange(other.earliest_on, other.latest_on, '[]')
        AND harms_overlap(one.harm, other.harm)
        AND victims_overlap(one, other)
        AND forces_akin(one.perpetrator_id, other.perpetrator_id)
        AND (one.phase_id IS NULL OR other.phase_id IS NULL OR one.phase_id = other.phase_id)
        AND operations_akin(
            coalesce(one.operation_id, (SELECT operation_id FROM operations_phase WHERE id = one.phase_id)),
            coalesce(other.operation_id, (SELECT operation_id FROM operations_phase WHERE id = other.phase_id)))
        AND (NOT EXISTS (SELECT FROM incidents_toll_places WHERE toll_id = one.id)
            OR NOT EXISTS (SELECT FROM incidents_toll_places WHERE toll_id = other.id)
            OR EXISTS (SELECT FROM incidents_toll_places here, incidents_toll_places there
                WHERE here.toll_id = one.id AND there.toll_id = other.id AND places_akin(place_extent(here.place_id), place_extent(there.place_id))));
$$;

-- Whether everybody whom `inner` counts is counted by `outer` too.
CREATE FUNCTION toll_holds(outer_toll incidents_toll, inner_toll incidents_toll)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(daterange(outer_toll.earliest_on, outer_toll.latest_on, '[]')
            @> daterange(inner_toll.earliest_on, inner_toll.latest_on, '[]'), false)
        AND inner_toll.earliest_on IS NOT NULL AND inner_toll.latest_on IS NOT NULL
        AND outer_toll.harm IN (inner_toll.harm, 'killed_or_wounded') AND harms_overlap(outer_toll.harm, inner_toll.harm)
        AND CASE WHEN outer_toll.victim_force_id IS NOT NULL
            THEN coalesce(outer_toll.victim_force_id IN (SELECT force_line(inner_toll.victim_force_id)), false)
            ELSE outer_toll.victim_status = 'unknown'
                OR outer_toll.victim_status IN (SELECT status_line(inner_toll.victim_status)) END
        AND NOT EXISTS (SELECT FROM incidents_toll_places there WHERE there.toll_id = inner_toll.id
            AND EXISTS (SELECT FROM incidents_toll_places WHERE toll_id = outer_toll.id)
            AND NOT EXISTS (SELECT FROM incidents_toll_places here
                WHERE here.toll_id = outer_toll.id AND here.place_id IN (SELECT place_line(there.place_id))))
        AND (NOT EXISTS (SELECT FROM incidents_toll_places WHERE toll_id = outer_toll.id)
            OR EXISTS (SELECT FROM incidents_toll_places WHERE toll_id = inner_toll.id));
$$;

-- Refuses two adopted tolls that may count the same people unless one is nested in the other, a toll nested in one that
-- does not hold it, and the adoption of one that is not the newest of its series. Raises the sentence that a curator
-- reads, and takes a lock, so that two who adopt at once cannot both be right.
CREATE FUNCTION adopted_tolls_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject bigint := CASE TG_TABLE_NAME
        WHEN 'incidents_toll' THEN (to_jsonb(NEW) ->> 'id')::bigint
        WHEN 'incidents_toll_places' THEN (coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'toll_id')::bigint
    END;
    one text;
    other text;
BEGIN
    PERFORM pg_advisory_xact_lock(1214344300);
    SELECT a.uid, b.uid INTO one, other
        FROM incidents_toll a JOIN incidents_toll b ON b.adopted AND b.id <> a.id
        WHERE a.adopted AND (subject IS NULL OR a.id = subject) AND tolls_overlap(a, b)
            AND NOT ARRAY['withdrawn', 'merged'] && ARRAY[a.state, b.state]::text[]
            AND a.id NOT IN (SELECT toll_line(b.id)) AND b.id NOT IN (SELECT toll_line(a.id))
        ORDER BY a.uid, b.uid LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', format('%s cannot be adopted beside %s: some of the same people would be counted twice. '
            'Drop the adoption of one of them, or nest the narrower one in the wider one.', one, other)
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT a.uid, b.uid INTO one, other
        FROM incidents_toll a JOIN incidents_toll b ON b.id = a.parent_id
        WHERE (subject IS NULL OR subject IN (a.id, b.id))
            AND (NOT toll_holds(b, a) OR a.id IN (SELECT toll_line(b.id)))
        ORDER BY a.uid LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', format('%s cannot be nested in %s: the wider toll must span its period, places, victims '
            'and harm.', one, other) USING ERRCODE = 'check_violation';
    END IF;
    SELECT a.uid, b.uid INTO one, other
        FROM incidents_toll a JOIN incidents_toll b ON b.series = a.series AND b.id <> a.id
        WHERE a.id = subject AND TG_TABLE_NAME = 'incidents_toll' AND a.adopted AND a.series <> ''
            AND b.latest_on > a.latest_on AND b.usable AND b.state NOT IN ('withdrawn', 'merged')
        ORDER BY b.latest_on DESC, b.uid LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', format('%s cannot be adopted: %s is newer in its series. Adopt that one.', one, other)
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END;
$$;

-- A toll that is adopted or nested must not count people whom another adopted toll counts.
CREATE CONSTRAINT TRIGGER adopted_tolls_apart AFTER INSERT OR UPDATE ON incidents_toll
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.adopted OR NEW.parent_id IS NOT NULL) EXECUTE FUNCTION adopted_tolls_apart();

-- Another place must not make an adopted toll count people whom another adopted toll counts.
CREATE CONSTRAINT TRIGGER adopted_tolls_apart AFTER INSERT OR UPDATE OR DELETE ON incidents_toll_places
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adopted_tolls_apart();

-- When a place comes to lie in another one, two adopted tolls must not count the same people.
CREATE CONSTRAINT TRIGGER adopted_tolls_apart AFTER UPDATE OF parent_id ON operations_place
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adopted_tolls_apart();

-- When a force comes under another one, two adopted tolls must not count the same people.
CREATE CONSTRAINT TRIGGER adopted_tolls_apart AFTER UPDATE OF parent_id ON operations_force
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adopted_tolls_apart();

-- When an operation becomes part of another one, two adopted tolls must not count the same people.
CREATE CONSTRAINT TRIGGER adopted_tolls_apart AFTER UPDATE OF parent_id ON operations_operation
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adopted_tolls_apart();

-- When a phase comes to belong to another operation, two adopted tolls must not count the same people.
CREATE CONSTRAINT TRIGGER adopted_tolls_apart AFTER UPDATE OF operation_id ON operations_phase
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION adopted_tolls_apart();

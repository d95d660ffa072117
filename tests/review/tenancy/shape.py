"""Rules about tables, keys, views, functions and triggers. Each query returns the names of what breaks its rule."""

SHAPE_RULES: dict[str, str] = {
    # A new table without a decision: neither of an organization nor listed as global with a reason.
    "undecided table": """
        SELECT t.schema || '.' || t.name FROM tenant t
         WHERE t.schema <> 'public' OR t.relkind = 'f' OR (t.name <> 'tenancy_organization' AND NOT EXISTS (
               SELECT 1 FROM columns a WHERE a.attrelid = t.oid AND a.attname = 'organization_id'))""",
    "organization may be missing": """
        SELECT t.name || '.' || a.attname FROM tenant t JOIN columns a ON a.attrelid = t.oid
         WHERE a.attname = 'organization_id' AND (NOT a.attnotnull OR a.atttypid <> 'uuid'::regtype)""",
    "matter may be missing": """
        SELECT t.name FROM below t JOIN columns a ON a.attrelid = t.oid
         WHERE a.attname = 'matter_id'
           AND (NOT a.attnotnull AND t.name <> %(jobs)s OR a.atttypid <> 'uuid'::regtype)""",
    "organization is not checked": """
        SELECT t.name FROM tenant t JOIN columns a ON a.attrelid = t.oid AND a.attname = 'organization_id'
         WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f'
               AND k.conkey = ARRAY[a.attnum] AND k.confrelid = to_regclass('public.tenancy_organization'))""",
    # Numbers count up and tell a stranger how much there is.
    "key can be counted": """
        SELECT t.name FROM tenant t
         WHERE NOT EXISTS (SELECT 1 FROM pg_index i JOIN columns a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
               WHERE i.indrelid = t.oid AND i.indisprimary AND i.indnkeyatts = 1 AND a.attname = 'id'
                 AND a.atttypid = 'uuid'::regtype)
            OR EXISTS (SELECT 1 FROM columns a WHERE a.attrelid = t.oid AND a.attidentity <> '')
            OR EXISTS (SELECT 1 FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
               WHERE d.refobjid = t.oid AND d.classid = 'pg_class'::regclass)""",
    "no key that names the organization": """
        SELECT t.name FROM tenant t WHERE t.name <> 'tenancy_organization' AND NOT EXISTS (
            SELECT 1 FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'u' AND (
                SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY AS u(n, o)
                  JOIN columns a ON a.attrelid = t.oid AND a.attnum = u.n)
                = CASE WHEN t.oid IN (SELECT oid FROM below) THEN ARRAY['organization_id', 'matter_id', 'id']
                       ELSE ARRAY['organization_id', 'id'] END)""",
    # A reference that does not name the organization (and the matter) would take a stranger's row for a parent.
    "reference is not composite": """
        SELECT t.name || '.' || k.conname FROM pg_constraint k
          JOIN tenant t ON t.oid = k.conrelid JOIN tenant p ON p.oid = k.confrelid
          CROSS JOIN LATERAL (
            SELECT array_agg(a.attname::text ORDER BY o) AS ours, array_agg(b.attname::text ORDER BY o) AS theirs
              FROM unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(n, m, o)
              JOIN columns a ON a.attrelid = k.conrelid AND a.attnum = u.n
              JOIN columns b ON b.attrelid = k.confrelid AND b.attnum = u.m) AS names
         WHERE k.contype = 'f' AND p.name <> 'tenancy_organization' AND (
               ours[1] <> 'organization_id' OR theirs[1] <> 'organization_id'
            OR theirs[cardinality(theirs)] <> 'id' OR cardinality(theirs) < 2
            OR p.oid IN (SELECT oid FROM below) AND (
                cardinality(theirs) < 3 OR ours[2] <> 'matter_id' OR theirs[2] <> 'matter_id')
            OR NOT k.convalidated OR NOT k.conenforced)""",
    "reference without a key": """
        SELECT t.name || '.' || a.attname FROM tenant t JOIN columns a ON a.attrelid = t.oid
         WHERE a.atttypid = 'uuid'::regtype AND right(a.attname, 3) = '_id'
           AND t.name || '.' || a.attname <> ALL(%(loose)s)
           AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f'
               AND k.conkey[cardinality(k.conkey)] = a.attnum)""",
    "global table points into a firm": """
        SELECT k.conname FROM pg_constraint k JOIN tables t ON t.oid = k.conrelid JOIN tenant p ON p.oid = k.confrelid
         WHERE k.contype = 'f' AND t.oid NOT IN (SELECT oid FROM tenant)""",
    # A refusal by uniqueness across firms, or across walls, tells that the other row exists.
    "uniqueness reaches across the wall": """
        SELECT t.name || '.' || i.indexrelid::regclass FROM pg_index i JOIN tenant t ON t.oid = i.indrelid
          CROSS JOIN LATERAL (
            SELECT COALESCE(array_agg(a.attname::text), '{}') AS names FROM unnest(i.indkey) AS u(n)
              JOIN columns a ON a.attrelid = t.oid AND a.attnum = u.n) AS indexed
         WHERE (i.indisunique OR i.indisexclusion) AND NOT i.indisprimary AND (
               NOT 'organization_id' = ANY(names)
            OR t.oid IN (SELECT oid FROM below) AND NOT 'matter_id' = ANY(names)
            OR t.name IN ('matters_matter', %(audit)s) AND NOT 'id' = ANY(names))""",
    "view answers as its owner": """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'v' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           AND NOT COALESCE(c.reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on',
                                                          'security_invoker=yes', 'security_invoker=1'], false)""",
    "materialized view": """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'm' AND n.nspname !~ '^pg_'
           AND (has_any_column_privilege('app', c.oid, 'SELECT')
             OR has_any_column_privilege('dispatcher', c.oid, 'SELECT'))""",
    "function runs as its owner": """
        SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE p.prosecdef AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'""",
    # A leakproof function is called before the policies and is shown the rows they would hide.
    "function is called before the policies": """
        SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE p.proleakproof AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'""",
    "statement is rewritten": """
        SELECT t.name || '.' || r.rulename FROM pg_rewrite r JOIN tables t ON t.oid = r.ev_class""",
    "guard is missing": """
        SELECT wanted.name FROM (VALUES ('findings_evidence', 'quote_is_exact'),
               ('findings_dispositionevidence', 'quote_is_exact'), ('findings_finding', 'found_has_evidence'),
               ('findings_sharedlesson', 'lesson_is_allowed'), ('matters_matter', 'lessons_are_taken_back'),
               ('matters_client', 'lessons_are_taken_back'))
               AS wanted(name, guard)
         WHERE NOT EXISTS (SELECT 1 FROM pg_trigger g JOIN tables t ON t.oid = g.tgrelid
               WHERE t.name = wanted.name AND g.tgname = wanted.guard AND g.tgenabled IN ('O', 'A'))""",
}

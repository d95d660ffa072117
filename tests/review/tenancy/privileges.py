"""Rules about roles and what they were granted. Each query returns the names of what breaks its rule."""

SERVICES = "('app', 'dispatcher')"
OURS = "('app', 'dispatcher', 'owner', 'maintenance')"

# What was granted on every table, one row a role and privilege; PUBLIC is the empty name.
_GRANTED = """
, granted AS (
    SELECT t.oid, t.name, COALESCE(r.rolname::text, 'PUBLIC') AS role, g.privilege_type AS privilege, g.is_grantable
      FROM tables t CROSS JOIN LATERAL aclexplode(t.relacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee),
expected AS (
    SELECT t.name, privilege FROM tenant t CROSS JOIN unnest(
        CASE WHEN t.name = ANY(%(append_only)s) THEN ARRAY['SELECT', 'INSERT']
             WHEN t.name = ANY(%(never_updated)s) THEN ARRAY['SELECT', 'INSERT', 'DELETE']
             WHEN t.name = ANY(%(never_deleted)s) THEN ARRAY['SELECT', 'INSERT', 'UPDATE']
             ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END) AS privilege
    UNION ALL
    SELECT listed.name, privilege
      FROM unnest(%(global_tables)s::text[], %(global_privileges)s::text[]) AS listed(name, privileges)
      CROSS JOIN unnest(string_to_array(listed.privileges, ', ')) AS privilege)
"""

PRIVILEGE_RULES: dict[str, str] = {
    "role stands above the policies": """
        SELECT rolname FROM pg_roles WHERE rolname IN ('app', 'dispatcher', 'owner')
           AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
        UNION ALL
        SELECT rolname FROM pg_roles WHERE rolname = 'maintenance'
           AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication)
        UNION ALL
        SELECT wanted.name || ' is missing' FROM unnest(ARRAY['app', 'dispatcher', 'owner']) AS wanted(name)
         WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted.name)""",
    "role is a member of another": f"""
        SELECT m.rolname || ' of ' || g.rolname FROM pg_auth_members a
          JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
         WHERE m.rolname IN {OURS} OR g.rolname IN {OURS}""",
    "service owns something": """
        SELECT r.rolname || ' ' || d.objid FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
         WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'
           AND r.rolname IN ('app', 'dispatcher', 'maintenance')""",
    "table belongs to somebody else": """
        SELECT t.name FROM tables t JOIN pg_roles r ON r.oid = t.relowner WHERE r.rolname <> 'owner'""",
    # `app` has what the table's purpose needs: rows that only grow cannot be changed or removed, and TRUNCATE,
    # REFERENCES and TRIGGER step round the policies.
    "app may do more than it needs": _GRANTED
    + """
        SELECT g.name || ' ' || g.privilege FROM granted g WHERE g.role = 'app' AND (g.is_grantable OR NOT EXISTS (
            SELECT 1 FROM expected e WHERE e.name = g.name AND e.privilege = g.privilege))""",
    "app may not do what it needs": _GRANTED
    + """
        SELECT e.name || ' ' || e.privilege FROM expected e JOIN tables t ON t.name = e.name AND NOT EXISTS (
            SELECT 1 FROM granted g WHERE g.role = 'app' AND g.name = e.name AND g.privilege = e.privilege)""",
    "dispatcher sees a table": _GRANTED
    + """
        SELECT name FROM granted WHERE role = 'dispatcher'""",
    "everybody was granted a table": _GRANTED
    + f"""
        SELECT name || ' ' || role FROM granted WHERE role NOT IN {OURS}""",
    "column was granted apart": """
        SELECT t.name || '.' || a.attname || ' ' || COALESCE(r.rolname::text, 'PUBLIC') || ' ' || g.privilege_type
          FROM tables t JOIN columns a ON a.attrelid = t.oid AND a.attacl IS NOT NULL
          CROSS JOIN LATERAL aclexplode(a.attacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
         WHERE NOT (t.name = 'jobs_job' AND r.rolname = 'dispatcher' AND NOT g.is_grantable AND (
                g.privilege_type = 'SELECT' AND a.attname = ANY(%(dispatcher_reads)s)
             OR g.privilege_type = 'UPDATE' AND a.attname = ANY(%(dispatcher_writes)s)))""",
    "service may make things": f"""
        SELECT r.rolname || ' in ' || n.nspname FROM pg_roles r CROSS JOIN pg_namespace n
         WHERE r.rolname IN {SERVICES} AND n.nspname !~ '^pg_t' AND has_schema_privilege(r.oid, n.oid, 'CREATE')
        UNION ALL
        SELECT r.rolname || ' in the database' FROM pg_roles r WHERE r.rolname IN {SERVICES}
           AND has_database_privilege(r.oid, current_database(), 'CREATE')""",
    # A temporary table takes the place of a real one in every unqualified name, those of triggers included.
    "service may make temporary tables": f"""
        SELECT r.rolname FROM pg_roles r WHERE r.rolname IN {SERVICES}
           AND has_database_privilege(r.oid, current_database(), 'TEMPORARY')""",
    "role begins with a setting": f"""
        SELECT COALESCE(r.rolname::text, 'the database')
          FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole
         WHERE (s.setrole = 0 OR r.rolname IN {OURS})
           AND EXISTS (SELECT 1 FROM unnest(s.setconfig) AS setting
               WHERE split_part(setting, '=', 1)
                   ~ '^(engross\\..*|row_security|role|search_path|session_replication_role)$')""",
    "later tables are granted in advance": """
        SELECT COALESCE(n.nspname::text, 'every schema')
          FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace""",
}

"""Rules about row-level security. A policy must read, word for word, like the one that was thought through."""

ORGANIZATION = (
    """( SELECT (NULLIF(current_setting('engross.organization'::text, true), ''::text))::uuid AS "nullif")"""
)
USER = """( SELECT (NULLIF(current_setting('engross.user'::text, true), ''::text))::uuid AS "nullif")"""
MATTER = """( SELECT (NULLIF(current_setting('engross.matter'::text, true), ''::text))::uuid AS "nullif")"""

# As PostgreSQL prints them, white space aside; {column} is matter_id, or id on the matter itself.
INSIDE = f"({{column}} = {ORGANIZATION})"
WALL = (
    f"((({{column}} = {MATTER}) OR ({{column}} IN ( SELECT member.matter_id FROM matters_mattermember member"
    f" WHERE ((member.user_id = {USER}) AND ((member.role)::text <> 'guest_uploader'::text)))))"
    f" AND (NOT ({{column}} IN ( SELECT excluded.matter_id FROM matters_matterexclusion excluded"
    f" WHERE (excluded.user_id = {USER})))))"
)
OWN_MEMBERSHIP = f"({INSIDE.format(column='organization_id')} OR (user_id = {USER}))"
OWN_ORGANIZATION = (
    f"({INSIDE.format(column='id')} OR (id IN ( SELECT own.organization_id FROM tenancy_membership own"
    f" WHERE (own.user_id = {USER}))))"
)
AUDIT_WALL = f"((matter_id IS NULL) OR {WALL.format(column='matter_id')})"


def _text(expression: str) -> str:
    """The expression as a literal of SQL, safe where a per cent sign begins a parameter."""
    return "'" + expression.replace("'", "''").replace("%", "%%") + "'"


# Restrictive policies of `app`, one row a command they govern, their expressions with white space made single.
_STATED = r"""
, stated AS (
    SELECT t.oid, t.name, p.polname, command,
           regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\s+', ' ', 'g') AS seen,
           regexp_replace(pg_get_expr(COALESCE(p.polwithcheck, p.polqual), p.polrelid), '\s+', ' ', 'g') AS written
      FROM pg_policy p JOIN tenant t ON t.oid = p.polrelid
      CROSS JOIN unnest(ARRAY['r', 'a', 'w', 'd']) AS command
     WHERE NOT p.polpermissive AND p.polcmd IN ('*', command::"char")
       AND p.polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'app')]),
commands AS (SELECT unnest(ARRAY['r', 'a', 'w', 'd']) AS command)
"""

POLICY_RULES: dict[str, str] = {
    "row-level security is off": """
        SELECT name FROM tenant WHERE NOT relrowsecurity""",
    "row-level security is not forced": """
        SELECT name FROM tenant WHERE NOT relforcerowsecurity""",
    "nobody is let in": """
        SELECT name FROM tenant t WHERE NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid
            AND p.polpermissive AND p.polname = 'everyone' AND p.polcmd = '*'
            AND p.polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'app')])""",
    # Besides `app` only the dispatcher has a policy, on the job table; `app` itself needs no second way in.
    "policy for somebody else": """
        SELECT t.name || '.' || p.polname FROM pg_policy p JOIN tables t ON t.oid = p.polrelid
         WHERE p.polroles <> ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'app')]
           AND NOT (t.name = 'jobs_job' AND p.polname = 'routing'
                    AND p.polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'dispatcher')])
            OR p.polpermissive AND p.polname NOT IN ('everyone', 'routing')""",
    "no tenant policy": _STATED
    + f"""
        SELECT t.name || ' ' || c.command FROM tenant t CROSS JOIN commands c
          CROSS JOIN LATERAL (SELECT replace({_text(INSIDE)}, '{{column}}',
              CASE t.name WHEN 'tenancy_organization' THEN 'id' ELSE 'organization_id' END) AS inside) AS wanted
          CROSS JOIN LATERAL (SELECT CASE
              WHEN c.command = 'r' AND t.name = 'tenancy_membership' THEN {_text(OWN_MEMBERSHIP)}
              WHEN c.command = 'r' AND t.name = 'tenancy_organization' THEN {_text(OWN_ORGANIZATION)}
              ELSE inside END AS outside) AS may
         WHERE NOT EXISTS (SELECT 1 FROM stated s WHERE s.oid = t.oid AND s.command = c.command
             AND (c.command = 'a' OR s.seen = outside) AND (c.command IN ('r', 'd') OR s.written = inside))""",
    "no wall": _STATED
    + f"""
        SELECT t.name || ' ' || c.command FROM tenant t CROSS JOIN commands c
          CROSS JOIN LATERAL (SELECT replace({_text(WALL)}, '{{column}}',
              CASE t.name WHEN 'matters_matter' THEN 'id' ELSE 'matter_id' END) AS strict) AS wanted
          CROSS JOIN LATERAL (SELECT CASE t.name WHEN %(jobs)s THEN {_text(AUDIT_WALL)} ELSE strict END AS wall) AS own
         WHERE (t.oid IN (SELECT oid FROM below) OR t.name = 'matters_matter')
           AND NOT EXISTS (SELECT 1 FROM stated s WHERE s.oid = t.oid AND s.command = c.command
             AND (c.command = 'a' OR s.seen = wall) AND (c.command IN ('r', 'd') OR s.written = wall))""",
    "audit trail is not walled": _STATED
    + f"""
        SELECT t.name FROM tenant t WHERE t.name = %(audit)s AND NOT EXISTS (
            SELECT 1 FROM stated s WHERE s.oid = t.oid AND s.command = 'r' AND s.seen = {_text(AUDIT_WALL)})""",
    # A restrictive policy that restricts nothing reads like protection.
    "policy restricts nothing": _STATED
    + """
        SELECT DISTINCT name || '.' || polname FROM stated WHERE seen = 'true' OR written = 'true'""",
}

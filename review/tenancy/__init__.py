"""The firm as tenant: organizations, roles, tokens, the audit trail, and the context every query runs in.

Owns `in_context()`, the only place that tells the database who is asking, and the operations that put
row-level security on a table.
"""

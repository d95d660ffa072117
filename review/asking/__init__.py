"""The Ask box: a person's question in their own words over all of a matter, answered with quotes across its
documents. Who asked what and when is kept; the answers are the readings' own, immutable and checked like all others."""

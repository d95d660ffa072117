"""What the reviewer looks for: questions (clause types and custom fields), later positions and red lines."""

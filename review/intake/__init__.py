"""From an upload to readable text: receive, unpack, parse, tell a person what became of every file.

Bytes are only ever opened in a throw-away child (parsing/); this room stores what comes back.
"""

"""The command line: what each command is told and what it runs, in a file of its name.

Nothing here imports a reader before a command runs, so that help and `read` start without what they do not need.
"""

"""Work that cannot be lost: due, claim, heartbeat, finish, reap.

The job row is the outbox, written in the transaction that makes the work due. A message is only a hint.
"""

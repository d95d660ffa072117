"""Clients, matters and who is on them: the ethical walls.

Owns what a client or a matter agreed about AI, and the gate every room below a matter asks first.
"""

"""Measures the readers against what they ought to cost; numbers for people, never assertions."""

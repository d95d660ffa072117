"""Measurements of the whole service, on embedded servers in a folder of their own. Figures go to BENCHMARKS.md."""

"""Grounds, found by plain rules, on which exact words do not support an answer; knows no models and no arrays."""

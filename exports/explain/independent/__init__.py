"""Recomputing published figures from partners' files, with Python's standard library alone.

A copy of this folder lies in every evidence bundle. Nothing here may import anything of the warehouse, or any library:
what two independent programs find alike is likely right. ``recompute.py`` beside the bundle starts it.
"""

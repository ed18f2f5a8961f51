"""Synthetic sample returns: invented figures in files as partners really send them.

Belongs here: the writers of spreadsheets and csv, what a sample return is, and the generator that
collects them. What each program's sample partners write, and how, is in ``sources/programs/<program>/sample.py``.
"""

"""Fitting, offline: the table of rare and common words, and the weights of the score. `make fit` runs it.

Nothing here runs in an answer. What it makes are data files in `matchers`, each with the hash of what it was
made from.
"""

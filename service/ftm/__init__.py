"""FollowTheMoney outside: entries as entities, known names of datasets, questions by example, reconciliation.

This is what clients of the yente API and of the OpenRefine reconciliation API send and need back. It is a
second door to the same matcher: the scores are a monotone map of the same confidences.
"""

"""Batch: dumps in, hits out. Any size, resumable, the same bytes whatever the number of workers.

    inputs     paths → files → surveyed files: hash, and where their sections begin
    plan       surveyed files → units of work, with the question that is asked of each record
    desk       records → outcomes and answers, against exactly the versions that the question names
    parts      outcomes and answers → one committed file for some hundred records
    pool       many processes of one machine; `cluster` the same on Ray
    merging    committed parts in canonical order → the output, the outcomes, the manifest

Nothing trusts a position: what is committed is there, whole and under its name, and what is not is done again.
"""

"""The review: alerts, cases, decisions and the audit trail that proves them.

Reading order: `tables` → `database` → `trail` → `checkpoints` → `judgements` → `intake` → `cases` →
`decisions`. The rules are pure functions (`judgements`, `trail`); the database is touched at the edge, one
transaction a change, and each change appends its event to the trail in the same transaction.
"""

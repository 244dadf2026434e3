"""Pure functions over text and listed entries: names, mentions, candidates, scores, confidence."""

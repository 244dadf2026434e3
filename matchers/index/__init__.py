"""Build once, memory-map many times, propose candidates."""

"""One small reader a format, streaming: HTML, text, JSON lines and more become articles."""

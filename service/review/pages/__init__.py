"""What pages draw, as pure functions: highlighted text, waterfall, timeline, the five steps."""

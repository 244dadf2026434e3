"""The doors of the system: command line, HTTP, batch and review."""

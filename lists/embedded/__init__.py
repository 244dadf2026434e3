"""The small dated snapshot that ships."""

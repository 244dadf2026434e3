"""A small dated sample of five lists, shipped so that the first command has something to say."""

from lists.embedded.sample import embedded_versions

__all__ = ["embedded_versions"]

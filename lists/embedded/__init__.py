"""A small dated sample of five lists, shipped so that the first command has something to say."""

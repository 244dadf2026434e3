"""Reading a string as a name: scripts, folding, tokens, legal forms, acronyms. Knowledge stands in data files."""

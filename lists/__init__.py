"""What publishers say, with proof: sources, readers, immutable versions and their history."""

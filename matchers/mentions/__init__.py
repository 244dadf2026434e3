"""Finding organizations in a text: offsets always into the original; what stands near."""

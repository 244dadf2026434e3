"""The table of features and weights, one file a family of features."""

"""The vocabulary: what can be said, asked and pressed, without a platform and without a database."""

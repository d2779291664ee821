"""The machine: features, dispatch, routing, facts, outbox, occurrences; it knows no platform and no feature."""

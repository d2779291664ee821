"""Opinion requests: a joint response with the disagreement left in."""

"""The playground: the two platforms faked on loopback, and one page to act on them as anybody."""

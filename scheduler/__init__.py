"""The scheduler decides when: due occurrences, the tick that runs them, the delivery that drains the outbox."""

"""Adapters: each room translates one outside world (Slack, Teams, the web, the playground) to and from the vocabulary."""

"""Accountability partners: who goes on with whom."""

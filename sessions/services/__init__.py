"""Writes about sessions. Every act takes the same locks in the same order, looks again, and then writes."""

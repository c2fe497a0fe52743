"""Working on a rule version: reading and writing its files, editing, comparing, trying it on example clients."""

"""Telling a learning record store of drills, in xAPI statements with the verbs of cmi5 (docs/xapi.md)."""

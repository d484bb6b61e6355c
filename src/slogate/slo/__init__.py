"""slo.yaml: its grammar, its model, and its problems with line numbers. Pure: text and variables in, a checked `Slo`
out.
"""

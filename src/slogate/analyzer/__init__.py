"""Numbers and decisions. Pure: arrays and objectives in, estimates, intervals and states out; no file, clock,
environment or logging.
"""

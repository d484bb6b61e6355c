"""A small real web shop on loopback, which can be told to misbehave: something honest to point the suite at.

It stands alone: nothing here knows that it will be measured, and it imports nothing of slogate but the errors.
"""

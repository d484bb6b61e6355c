"""Load on an API. Locust runs as a process of its own (`launch`); what lives inside it is `plugin` and what that
imports.

Nothing here imports locust but `plugin` and `locustfile`, because importing it patches the whole process.
"""

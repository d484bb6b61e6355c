"""Reads what other tools have measured: k6, JMeter, vegeta, Locust, Lighthouse and HAR files.

One file a format. A reader turns records into the facts that a run folder holds, computes nothing, and says what its
format does not tell (`Lack`). `formats` tells them apart by their content.
"""

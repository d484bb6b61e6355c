"""The host that the target runs on, sampled once a second: raw ratios and rates, no judgement."""

"""Page loads: journeys, the browser, and the raw facts of each load. No metric is computed here."""

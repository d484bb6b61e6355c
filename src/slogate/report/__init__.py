"""How a finished verdict is said: one model, several renderings. A renderer computes no statistic."""

"""How a comparison of two releases is said: one model, several renderings. A renderer computes no statistic."""

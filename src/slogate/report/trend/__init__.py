"""How the course of the nights is said: one model, several renderings. A renderer computes no statistic."""

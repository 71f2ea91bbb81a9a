package dev.slipway.protocol.tfserving.example;

/** What Classify or Regress answers. Reads from a model's outputs, and is of no use once these are given back. */
public sealed interface ExampleResult permits ClassScores, Regressions {}

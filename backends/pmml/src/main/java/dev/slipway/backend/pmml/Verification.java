package dev.slipway.backend.pmml;

import java.util.List;
import java.util.Map;

/**
 * Rows that a document brings, with the answers that its producer got.
 *
 * @param columns name in the rows, by name of the field
 * @param precisions how far a number may be off, in parts of it, by name of the field
 * @param zeroThresholds below which a number counts as 0, by name of the field
 * @param rows each with texts by column
 */
record Verification(
        Map<String, String> columns,
        Map<String, Double> precisions,
        Map<String, Double> zeroThresholds,
        List<Map<String, String>> rows) {}

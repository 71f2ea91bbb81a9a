package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares an answer with a pattern. Objects may have keys beyond the pattern's; arrays have its length; whole numbers are
 * equal, others near; an object whose only key begins with {@code $} is an operator, as conformance/README.md lists them.
 */
final class JsonMatch {
    private static final double ABSOLUTE = 1e-6;
    private static final double RELATIVE = 1e-5;
    private static final int SHOWN_MAX = 300;

    private JsonMatch() {}

    /** What differs, with its place in the answer, or null. */
    static @Nullable String fault(JsonNode pattern, JsonNode found) {
        return fault("$", pattern, found);
    }

    private static @Nullable String fault(String at, JsonNode pattern, JsonNode found) {
        if (pattern.isObject() && pattern.size() == 1) {
            Map.Entry<String, JsonNode> only = pattern.properties().iterator().next();
            if (only.getKey().startsWith("$")) {
                return operator(at, only.getKey(), only.getValue(), found);
            }
        }
        if (pattern.isObject()) {
            return object(at, pattern, found);
        }
        if (pattern.isArray()) {
            return array(at, pattern, found);
        }
        boolean same = pattern.isNumber() ? number(pattern, found) : pattern.equals(found);
        return same ? null : differs(at, found, pattern.toString());
    }

    private static @Nullable String object(String at, JsonNode pattern, JsonNode found) {
        if (!found.isObject()) {
            return differs(at, found, "an object");
        }
        for (Map.Entry<String, JsonNode> entry : pattern.properties()) {
            String fault = fault(at + "." + entry.getKey(), entry.getValue(), found.path(entry.getKey()));
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private static @Nullable String array(String at, JsonNode pattern, JsonNode found) {
        if (!found.isArray() || found.size() != pattern.size()) {
            return differs(at, found, "an array of " + pattern.size());
        }
        for (int i = 0; i < pattern.size(); i++) {
            String fault = fault(at + "[" + i + "]", pattern.get(i), found.get(i));
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private static boolean number(JsonNode pattern, JsonNode found) {
        if (!found.isNumber() || isSpecial(found)) {
            return false;
        }
        if (pattern.isIntegralNumber()) {
            return pattern.decimalValue().compareTo(found.decimalValue()) == 0;
        }
        double expected = pattern.doubleValue();
        return Math.abs(found.doubleValue() - expected) <= ABSOLUTE + RELATIVE * Math.abs(expected);
    }

    private static boolean isSpecial(JsonNode number) {
        return number.isFloatingPointNumber() && !Double.isFinite(number.doubleValue());
    }

    private static @Nullable String operator(String at, String name, JsonNode operand, JsonNode found) {
        boolean holds = switch (name) {
            case "$any" -> !found.isMissingNode();
            case "$absent" -> found.isMissingNode();
            case "$type" -> type(found).equals(operand.asText());
            case "$regex" ->
                found.isTextual()
                        && Pattern.compile(operand.asText())
                                .matcher(found.textValue())
                                .find();
            case "$token" -> isSpecial(found) && found.asText().equals(operand.asText());
            case "$atLeast" -> found.isNumber() && found.decimalValue().compareTo(operand.decimalValue()) >= 0;
            case "$exact" -> found.size() == operand.size() && fault(at, operand, found) == null;
            case "$oneOf" -> contains(at, operand, found);
            case "$has" -> holdsAll(at, operand, found);
            default -> throw new IllegalArgumentException("operator '%s' is not known".formatted(name));
        };
        return holds ? null : differs(at, found, "%s: %s".formatted(name, operand));
    }

    private static boolean contains(String at, JsonNode alternatives, JsonNode found) {
        for (JsonNode alternative : alternatives) {
            if (fault(at, alternative, found) == null) {
                return true;
            }
        }
        return false;
    }

    private static boolean holdsAll(String at, JsonNode patterns, JsonNode found) {
        for (JsonNode pattern : patterns) {
            boolean held = false;
            for (JsonNode element : found) {
                held |= found.isArray() && fault(at, pattern, element) == null;
            }
            if (!held) {
                return false;
            }
        }
        return true;
    }

    private static String type(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case OBJECT -> "object";
            case ARRAY -> "array";
            case NULL -> "null";
            default -> "nothing";
        };
    }

    private static String differs(String at, JsonNode found, String expected) {
        String text = found.isMissingNode() ? "nothing" : found.toString();
        return "%s is %s (expected: %s)".formatted(at, shorten(text), expected);
    }

    static String shorten(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
    }
}

package dev.slipway.backend.torch;

import dev.slipway.api.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type of TorchScript: {@code Tuple[Tensor, Optional[int]]}.
 *
 * @param name {@code Tuple}
 * @param arguments what stands in brackets
 */
record ScriptType(String name, List<ScriptType> arguments) {
    private static final int DEPTH_MAX = 16;

    ScriptType {
        arguments = List.copyOf(arguments);
    }

    /** @throws IllegalArgumentException for what is none */
    static ScriptType parse(String text) {
        Parser parser = new Parser(text);
        ScriptType type = parser.type(0);
        if (!parser.rest().isEmpty()) {
            throw new IllegalArgumentException("type '%s' goes on with '%s'".formatted(text, parser.rest()));
        }
        return type;
    }

    /** Of {@code Optional[X]} the X; else the type itself. */
    ScriptType required() {
        return name.equals("Optional") && arguments.size() == 1 ? arguments.get(0) : this;
    }

    boolean isTensor() {
        return name.equals("Tensor");
    }

    boolean isTuple() {
        return name.equals("Tuple");
    }

    /** Whether it is a list of tensors, whose number only a run tells. */
    boolean isTensorList() {
        return name.equals("List") && arguments.size() == 1 && arguments.get(0).isTensor();
    }

    /** Whether it maps text to tensors. */
    boolean isTensorDict() {
        return name.equals("Dict")
                && arguments.size() == 2
                && arguments.get(0).name().equals("str")
                && arguments.get(1).isTensor();
    }

    /** What carries one of Python's own numbers or texts; null for other types. */
    @Nullable
    DType scalar() {
        return switch (name) {
            case "int" -> DType.INT64;
            case "float" -> DType.FP64;
            case "number", "Scalar" -> DType.FP64;
            case "bool" -> DType.BOOL;
            case "str" -> DType.STRING;
            default -> null;
        };
    }

    @Override
    public String toString() {
        return arguments.isEmpty()
                ? name
                : name + "["
                        + String.join(
                                ", ",
                                arguments.stream().map(ScriptType::toString).toList()) + "]";
    }

    private static final class Parser {
        private final String text;
        private int at;

        private Parser(String text) {
            this.text = text;
        }

        private ScriptType type(int depth) {
            if (depth > DEPTH_MAX) {
                throw new IllegalArgumentException("type nested deeper than " + DEPTH_MAX);
            }
            skip();
            int start = at;
            while (at < text.length() && (Character.isJavaIdentifierPart(text.charAt(at)) || text.charAt(at) == '.')) {
                at++;
            }
            String name = text.substring(start, at);
            if (name.isEmpty()) {
                throw new IllegalArgumentException("type '%s' has no name at %d".formatted(text, start));
            }
            List<ScriptType> arguments = new ArrayList<>();
            skip();
            if (at < text.length() && text.charAt(at) == '[') {
                do {
                    at++;
                    arguments.add(type(depth + 1));
                    skip();
                } while (at < text.length() && text.charAt(at) == ',');
                if (at >= text.length() || text.charAt(at) != ']') {
                    throw new IllegalArgumentException("type '%s' has no ']' at %d".formatted(text, at));
                }
                at++;
            }
            return new ScriptType(name, arguments);
        }

        private String rest() {
            skip();
            return text.substring(at);
        }

        private void skip() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }
    }
}

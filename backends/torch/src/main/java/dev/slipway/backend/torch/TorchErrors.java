package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.List;

/** Says in a line what PyTorch says in many. */
final class TorchErrors {
    private static final int SHOWN_MAX = 400;

    private TorchErrors() {}

    static SlipwayException load(String file, RuntimeException cause) {
        String text = line(cause);
        ErrorCode code = isMemory(text)
                ? RESOURCE_EXHAUSTED
                : text.contains("Unknown builtin op") || text.contains("Unknown type name")
                        ? UNIMPLEMENTED
                        : INVALID_ARGUMENT;
        return new SlipwayException(code, "'%s' is refused by PyTorch: %s".formatted(file, text), cause);
    }

    static SlipwayException run(String file, RuntimeException cause) {
        String text = line(cause);
        return new SlipwayException(
                isMemory(text) ? RESOURCE_EXHAUSTED : INVALID_ARGUMENT,
                "'%s' refuses the inputs: %s".formatted(file, text),
                cause);
    }

    private static boolean isMemory(String text) {
        return text.contains("can't allocate memory")
                || text.contains("not enough memory")
                || text.contains("bad_alloc");
    }

    /** Of a Python-like traceback the last words, which say what went wrong; else the first line. */
    private static String line(RuntimeException cause) {
        List<String> lines = String.valueOf(cause.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        String said = lines.isEmpty() ? cause.toString() : lines.get(0);
        for (String line : lines) {
            if (line.matches("[\\w.]*(Error|Exception): .*")) {
                said = line;
            }
        }
        return said.length() > SHOWN_MAX ? said.substring(0, SHOWN_MAX) + "..." : said;
    }
}

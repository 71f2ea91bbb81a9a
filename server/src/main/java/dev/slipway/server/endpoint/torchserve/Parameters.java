package dev.slipway.server.endpoint.torchserve;

import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.torchserve.UrlForm;
import dev.slipway.server.transport.RestRequest;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a management request: those behind the question mark, and those of a body in JSON.
 *
 * @param fields as text, by name
 */
record Parameters(Map<String, String> fields) {
    private static final int BYTES_MAX = 64 << 10;

    /** @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} for a broken body */
    static Parameters of(RestRequest request) {
        Map<String, String> fields = new TreeMap<>(UrlForm.query(request.query()));
        String type = request.header("content-type");
        // Some clients claim JSON and send nothing.
        if (request.body().hasRemaining()
                && type != null
                && type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            if (request.body().remaining() > BYTES_MAX) {
                throw TorchAnswers.invalid("the body has %d bytes (expected: at most %d)"
                        .formatted(request.body().remaining(), BYTES_MAX));
            }
            read(new JsonReader(request.body()), fields);
        }
        return new Parameters(fields);
    }

    private static void read(JsonReader in, Map<String, String> fields) {
        in.beginObject();
        while (in.nextName()) {
            String name = in.name();
            switch (in.peek()) {
                case '"' -> fields.put(name, in.string());
                case 't', 'f' -> fields.put(name, Boolean.toString(in.bool()));
                case '{', '[', 'n' -> in.skipValue();
                default -> fields.put(name, Long.toString(in.wholeNumber()));
            }
        }
        in.endDocument();
    }

    @Nullable
    String text(String name) {
        return fields.get(name);
    }

    /** Whether it is {@code true}, in whatever case. */
    boolean isTrue(String name) {
        return Boolean.parseBoolean(fields.get(name));
    }

    /** @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} unless it is a whole number, at least 0 */
    OptionalInt number(String name) {
        String text = fields.get(name);
        if (text == null) {
            return OptionalInt.empty();
        }
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw TorchAnswers.invalid(
                    "parameter %s: '%s' (expected: a whole number, at least 0)".formatted(name, text));
        }
        return OptionalInt.of(Integer.parseInt(text));
    }
}

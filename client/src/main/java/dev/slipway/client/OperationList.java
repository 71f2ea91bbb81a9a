package dev.slipway.client;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the server's answers about operations. */
final class OperationList {
    private OperationList() {}

    /** @throws SlipwayException {@code DATA_LOSS} when {@code json} is no such answer */
    static OperationSummary parseOne(String json) {
        return JsonCursor.parse("the answer about an operation", json, at -> new Reader().read(at));
    }

    /** As {@link #parseOne}, of many. */
    static List<OperationSummary> parse(String json) {
        return JsonCursor.parse("the list of operations", json, OperationList::all);
    }

    private static List<OperationSummary> all(JsonCursor at) throws IOException {
        List<OperationSummary> all = new ArrayList<>();
        at.object(key -> {
            if (key.equals("operations")) {
                at.array(element -> all.add(new Reader().read(element)));
            } else {
                at.skip();
            }
        });
        return all;
    }

    /** The error of a version or an operation: {@code {"code": ..., "message": ...}}. */
    static SlipwayException error(JsonCursor at) throws IOException {
        String[] texts = {ErrorCode.UNKNOWN.name(), ""};
        at.object(key -> {
            switch (key) {
                case "code" -> texts[0] = at.text();
                case "message" -> texts[1] = at.text();
                default -> at.skip();
            }
        });
        return new SlipwayException(ErrorCode.valueOf(texts[0]), texts[1]);
    }

    private static final class Reader {
        private String id = "";
        private String kind = "";
        private String model = "";
        private OptionalLong version = OptionalLong.empty();
        private String state = "";
        private String progress = "";
        private @Nullable SlipwayException error;
        private Instant started = Instant.EPOCH;
        private @Nullable Instant ended;

        OperationSummary read(JsonCursor at) throws IOException {
            at.object(key -> {
                switch (key) {
                    case "id" -> id = at.text();
                    case "kind" -> kind = at.text();
                    case "model" -> model = at.text();
                    case "version" -> version = OptionalLong.of(at.number());
                    case "state" -> state = at.text();
                    case "progress" -> progress = at.text();
                    case "error" -> error = error(at);
                    case "started" -> started = Instant.parse(at.text());
                    case "ended" -> ended = Instant.parse(at.text());
                    default -> at.skip();
                }
            });
            return new OperationSummary(id, kind, model, version, state, progress, error, started, ended);
        }
    }
}

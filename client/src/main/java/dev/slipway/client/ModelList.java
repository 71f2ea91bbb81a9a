package dev.slipway.client;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the answer of {@code GET /v1/models}. */
final class ModelList {
    private ModelList() {}

    /**
     * The models in the answer's order.
     *
     * @throws SlipwayException {@code DATA_LOSS} when {@code json} is no such answer
     */
    static List<ModelStatus> parse(String json) {
        return JsonCursor.parse("the list of models", json, ModelList::models);
    }

    private static List<ModelStatus> models(JsonCursor at) throws IOException {
        List<ModelStatus> models = new ArrayList<>();
        at.object(key -> {
            if (key.equals("models")) {
                at.array(element -> models.add(new Model().read(element)));
            } else {
                at.skip();
            }
        });
        return models;
    }

    private static final class Model {
        private final List<VersionStatus> versions = new ArrayList<>();
        private final Map<String, Split> labels = new TreeMap<>();
        private final Map<String, Split> pendingLabels = new TreeMap<>();
        private final Map<String, String> rolledBack = new TreeMap<>();
        private String name = "";
        private @Nullable String problem;

        ModelStatus read(JsonCursor at) throws IOException {
            at.object(key -> {
                switch (key) {
                    case "name" -> name = at.text();
                    case "versions" -> at.array(element -> versions.add(new Version().read(element)));
                    case "labels" -> at.object(label -> labels.put(label, split(at)));
                    case "pending_labels" -> at.object(label -> pendingLabels.put(label, split(at)));
                    case "rolled_back" -> at.object(label -> rolledBack.put(label, at.text()));
                    case "problem" -> problem = at.textOrNull();
                    default -> at.skip();
                }
            });
            SlipwayException error = problem == null ? null : new SlipwayException(ErrorCode.UNAVAILABLE, problem);
            return new ModelStatus(name, versions, labels, pendingLabels, rolledBack, error);
        }

        private static Split split(JsonCursor at) throws IOException {
            if (!at.isObject()) {
                return Split.of(at.number());
            }
            Map<Long, Integer> weights = new TreeMap<>();
            at.object(version -> weights.put(Long.valueOf(version), Math.toIntExact(at.number())));
            return new Split(weights);
        }
    }

    private static final class Version {
        private long number;
        private VersionState state = VersionState.NEW;
        private Instant since = Instant.EPOCH;
        private String format = "";
        private long expectedBytes;
        private long measuredBytes;
        private final List<VersionStatus.Step> history = new ArrayList<>();
        private ErrorCode code = ErrorCode.OK;
        private String message = "";
        private @Nullable Instant retryAt;

        VersionStatus read(JsonCursor at) throws IOException {
            at.object(key -> {
                switch (key) {
                    case "version" -> number = at.number();
                    case "state" -> state = VersionState.valueOf(at.text());
                    case "since" -> since = Instant.parse(at.text());
                    case "format" -> format = at.text();
                    // Where it was measured, the number that was expected follows.
                    case "size_bytes", "expected_bytes" -> expectedBytes = at.number();
                    case "measured_bytes" -> measuredBytes = at.number();
                    case "history" -> at.array(element -> history.add(step(element)));
                    case "error_code" -> code = ErrorCode.valueOf(at.text());
                    case "error_message" -> message = at.text();
                    case "retry_at" -> {
                        String time = at.textOrNull();
                        retryAt = time == null ? null : Instant.parse(time);
                    }
                    default -> at.skip();
                }
            });
            SlipwayException error = code == ErrorCode.OK ? null : new SlipwayException(code, message);
            VersionStatus.Memory memory = new VersionStatus.Memory(expectedBytes, measuredBytes);
            return new VersionStatus(number, state, since, format, memory, error, retryAt, history);
        }

        private static VersionStatus.Step step(JsonCursor at) throws IOException {
            String[] texts = {VersionState.NEW.name(), Instant.EPOCH.toString(), ""};
            at.object(key -> {
                switch (key) {
                    case "state" -> texts[0] = at.text();
                    case "since" -> texts[1] = at.text();
                    case "reason" -> texts[2] = at.text();
                    default -> at.skip();
                }
            });
            return new VersionStatus.Step(VersionState.valueOf(texts[0]), Instant.parse(texts[1]), texts[2]);
        }
    }
}

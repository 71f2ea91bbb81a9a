package dev.slipway.monitoring.log;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An event of CloudEvents 1.0, whose data is JSON.
 *
 * @param id the prediction's; its request and its response have the same, and differ by type
 * @param source where it happened: a URI reference
 * @param type what happened
 * @param subject what it happened to: a model
 * @param time when it happened
 * @param extensions further attributes; names of lowercase letters and digits
 * @param data JSON in UTF-8
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0.2</a>
 */
@SuppressWarnings("ArrayRecordComponent") // Events are told apart by their ids; nobody compares them.
public record CloudEvent(
        String id,
        String source,
        String type,
        String subject,
        Instant time,
        Map<String, String> extensions,
        byte[] data) {
    public static final String SPEC_VERSION = "1.0";
    public static final String DATA_TYPE = "application/json";

    public CloudEvent {
        extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
    }

    /** All attributes but the type of the data, by name. */
    public Map<String, String> attributes() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("specversion", SPEC_VERSION);
        all.put("id", id);
        all.put("source", source);
        all.put("type", type);
        all.put("subject", subject);
        all.put("time", time.toString());
        all.putAll(extensions);
        return all;
    }
}

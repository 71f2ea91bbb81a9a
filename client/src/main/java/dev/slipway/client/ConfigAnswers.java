package dev.slipway.client;

import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads answers about configurations. Each throws {@link SlipwayException} {@code DATA_LOSS} for what is none. */
final class ConfigAnswers {
    private ConfigAnswers() {}

    static List<ConfigRevision> history(String json) {
        return JsonCursor.parse("the answer about revisions", json, at -> {
            List<ConfigRevision> all = new ArrayList<>();
            at.object(key -> {
                if (key.equals("revisions")) {
                    at.array(element -> all.add(revision(element)));
                } else {
                    at.skip();
                }
            });
            return all;
        });
    }

    static ConfigRevision revision(String json) {
        return JsonCursor.parse("the answer about a revision", json, ConfigAnswers::revision);
    }

    private static ConfigRevision revision(JsonCursor at) throws IOException {
        long[] number = new long[1];
        Instant[] time = {Instant.EPOCH};
        String[] origin = {""};
        at.object(key -> {
            switch (key) {
                case "revision" -> number[0] = at.number();
                case "time" -> time[0] = Instant.parse(at.text());
                case "origin" -> origin[0] = at.text();
                default -> at.skip();
            }
        });
        return new ConfigRevision(number[0], time[0], origin[0]);
    }

    static ConfigChange change(String json) {
        return JsonCursor.parse("the answer about a change", json, at -> {
            List<ConfigChange.Step> steps = new ArrayList<>();
            long[] bytes = new long[2];
            at.object(key -> {
                switch (key) {
                    case "steps" -> at.array(element -> steps.add(step(element)));
                    case "memory_bytes" -> bytes[0] = at.number();
                    case "budget_bytes" -> bytes[1] = at.number();
                    default -> at.skip();
                }
            });
            return new ConfigChange(steps, bytes[0], bytes[1]);
        });
    }

    private static ConfigChange.Step step(JsonCursor at) throws IOException {
        String[] fields = {"", "", "", ""};
        at.object(key -> {
            switch (key) {
                case "what" -> fields[0] = at.text();
                case "model" -> fields[1] = at.text();
                case "subject" -> fields[2] = at.text();
                case "detail" -> fields[3] = at.text();
                default -> at.skip();
            }
        });
        return new ConfigChange.Step(fields[0], fields[1], fields[2], fields[3]);
    }
}

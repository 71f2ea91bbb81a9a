package dev.slipway.client;

import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the answer of {@code GET /slipway/v1/dispatch}. */
final class DispatchList {
    private DispatchList() {}

    /**
     * In the answer's order.
     *
     * @throws SlipwayException {@code DATA_LOSS} when {@code json} is no such answer
     */
    static List<DispatchSummary> parse(String json) {
        return JsonCursor.parse("the answer about dispatch", json, DispatchList::all);
    }

    private static List<DispatchSummary> all(JsonCursor at) throws IOException {
        List<DispatchSummary> all = new ArrayList<>();
        at.object(key -> {
            if (key.equals("dispatch")) {
                at.array(element -> all.add(new Summary().read(element)));
            } else {
                at.skip();
            }
        });
        return all;
    }

    private static final class Summary {
        private final List<DispatchSummary.Cost> costs = new ArrayList<>();
        private final Map<String, Long> reasons = new LinkedHashMap<>();
        private String model = "";
        private long version;
        private String signature = "";
        private String place = "";
        private String joining = "";
        private long waiting;

        DispatchSummary read(JsonCursor at) throws IOException {
            at.object(key -> {
                switch (key) {
                    case "model" -> model = at.text();
                    case "version" -> version = at.number();
                    case "signature" -> signature = at.text();
                    case "place" -> place = at.text();
                    case "joining" -> joining = at.text();
                    case "waiting" -> waiting = at.number();
                    case "costs" -> at.array(element -> costs.add(new Cost().read(element)));
                    case "reasons" -> at.object(reason -> reasons.put(reason, at.number()));
                    default -> at.skip();
                }
            });
            return new DispatchSummary(
                    new ServableId(model, version), signature, place, joining, waiting, costs, reasons);
        }
    }

    private static final class Cost {
        private long rows;
        private long nanos;
        private long samples;

        DispatchSummary.Cost read(JsonCursor at) throws IOException {
            at.object(key -> {
                switch (key) {
                    case "rows" -> rows = at.number();
                    case "nanos" -> nanos = at.number();
                    case "samples" -> samples = at.number();
                    default -> at.skip();
                }
            });
            return new DispatchSummary.Cost(rows, nanos, samples);
        }
    }
}

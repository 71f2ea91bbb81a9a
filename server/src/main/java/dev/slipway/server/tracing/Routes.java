package dev.slipway.server.tracing;

import java.util.Set;

/** Paths of requests for models as routes: with names in place of what differs from model to model. */
final class Routes {
    private static final Set<String> BEFORE_A_MODEL = Set.of("models", "predictions", "explanations");

    private Routes() {}

    /**
     * {@code /v1/models/{model}/versions/{version}:predict} for {@code /v1/models/fraud/versions/7:predict}.
     *
     * @param path of a request whose route is known
     */
    static String of(String path) {
        StringBuilder route = new StringBuilder(path.length() + 16);
        String before = "";
        String twoBefore = "";
        int start = 1;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(start, end);
            route.append('/').append(named(segment, before, twoBefore));
            twoBefore = before;
            before = segment;
            start = end + 1;
        }
        return route.toString();
    }

    private static String named(String segment, String before, String twoBefore) {
        if (BEFORE_A_MODEL.contains(before)) {
            return "{model}" + verb(segment);
        }
        if (before.equals("versions") || twoBefore.equals("predictions") || twoBefore.equals("explanations")) {
            return "{version}" + verb(segment);
        }
        if (before.equals("operations") && twoBefore.equals("v1")) {
            return "{operation}";
        }
        if (before.equals("region") && twoBefore.endsWith("sharedmemory")) {
            return "{region}";
        }
        return before.equals("labels") ? "{label}" + verb(segment) : segment;
    }

    /** What follows the last colon, with it; empty where there is none. */
    private static String verb(String segment) {
        int colon = segment.lastIndexOf(':');
        return colon < 0 ? "" : segment.substring(colon);
    }
}

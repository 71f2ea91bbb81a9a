package dev.slipway.protocol.torchserve;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a body claims to be. */
final class MediaType {
    static final String FORM = "application/x-www-form-urlencoded";
    static final String MULTIPART = "multipart/form-data";

    private static final Set<String> JSON = Set.of("application/json", "text/json", "text/javascript");

    /** What may be JSON though it does not say so: what curl sends with -T, -d and --data-binary among it. */
    private static final Set<String> ANYTHING = Set.of("", FORM, "text/plain", "application/octet-stream");

    private MediaType() {}

    /** In lower case, without parameters; empty for null. */
    static String bare(@Nullable String type) {
        if (type == null) {
            return "";
        }
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    static boolean isJson(String bare) {
        return JSON.contains(bare) || bare.endsWith("+json");
    }

    static boolean mayBeJson(String bare) {
        return isJson(bare) || ANYTHING.contains(bare);
    }
}

package dev.slipway.api;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What people say of how one model is to be loaded.
 *
 * @param isDeterministic whether equal requests must get equal bits, whatever it costs: deterministic kernels, one thread
 *     where a runtime needs that
 * @param signature what goes in and out, for formats whose files don't say; null for what the files say
 * @param parameters what only some backend understands, by name: {@code saved_model_tags} to {@code serve}
 */
public record LoadOptions(boolean isDeterministic, @Nullable Signature signature, Map<String, String> parameters) {
    /** Nothing was said. */
    public static final LoadOptions NONE = new LoadOptions(false, null, Map.of());

    public LoadOptions {
        parameters = new TreeMap<>(parameters);
    }

    /** @return by name, in the order of the names; not to be changed */
    @Override
    public Map<String, String> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    /** The same, deterministic or not. */
    public LoadOptions withDeterministic(boolean changed) {
        return new LoadOptions(changed, signature, parameters);
    }

    /** The same with another signature. */
    public LoadOptions withSignature(@Nullable Signature changed) {
        return new LoadOptions(isDeterministic, changed, parameters);
    }

    /** The same with other parameters. */
    public LoadOptions withParameters(Map<String, String> changed) {
        return new LoadOptions(isDeterministic, signature, changed);
    }

    /**
     * Refuses what a loader of {@code format} has no use for, so that nothing that people said is dropped.
     *
     * @param takesSignature whether the loader heeds {@link #signature()}
     * @param known the parameters that the loader heeds
     * @throws SlipwayException {@code INVALID_ARGUMENT}
     */
    public void check(String format, boolean takesSignature, Set<String> known) {
        if (signature != null && !takesSignature) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "signature: said of a model of format %s, whose files have one (expected: none)".formatted(format));
        }
        for (String name : parameters.keySet()) {
            if (!known.contains(name)) {
                String expected = known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known));
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "parameters: '%s' said of a model of format %s (expected: %s)"
                                .formatted(name, format, expected));
            }
        }
    }
}

package dev.slipway.source.s3;

import java.util.Map;

/**
 * How object stores are reached, in the words of the environment that AWS's own tools read.
 *
 * @param variables such as {@code AWS_ENDPOINT_URL_S3}, {@code AWS_REGION}, {@code AWS_ACCESS_KEY_ID}; those that mean
 *     nothing here are dropped
 */
public record S3Settings(Map<String, String> variables) {
    /** Nothing said: Amazon's endpoint, and nobody's credentials. */
    public static final S3Settings ANONYMOUS = new S3Settings(Map.of("AWS_EC2_METADATA_DISABLED", "true"));

    public S3Settings {
        variables = variables.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("AWS_")
                        || entry.getKey().startsWith("GS_")
                        || entry.getKey().equals("HOME"))
                .collect(java.util.stream.Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The first of the named variables that is set and not empty; empty when none is. */
    public String first(String... names) {
        for (String name : names) {
            String value = variables.get(name);
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        return "";
    }

    /** Names only: values may be secret. */
    @Override
    public String toString() {
        return "S3Settings" + variables.keySet();
    }
}

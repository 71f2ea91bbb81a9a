package dev.slipway.conformance;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Whose contract a case is about. */
public enum Profile {
    TFSERVING,
    OPEN_INFERENCE,
    TRITON,
    MMS,
    MLFLOW,
    /** What Slipway does beside the peers' contracts; no other server is asked for it. */
    SLIPWAY;

    /** As people write it: {@code open-inference}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException for a word that is none */
    static Profile of(String word) {
        return Arrays.stream(values())
                .filter(profile -> profile.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("profile '%s' (expected: %s)"
                        .formatted(
                                word, Arrays.stream(values()).map(Profile::word).collect(Collectors.joining(", ")))));
    }
}

package dev.slipway.fuzz;

import java.util.Objects;

/** What Jazzer calls with each input: the decoder that the system property {@value #DECODER} names. */
public final class FuzzTarget {
    static final String DECODER = "slipway.fuzz.decoder";

    private static final Decoder TESTED =
            Decoders.of(Objects.requireNonNull(System.getProperty(DECODER), DECODER + " is not set"));

    private FuzzTarget() {}

    /** Called by Jazzer, by this name. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Trial.run(TESTED, bytes);
    }
}

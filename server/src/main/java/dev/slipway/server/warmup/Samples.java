package dev.slipway.server.warmup;

import dev.slipway.api.Signature;
import java.io.IOException;
import java.util.function.Function;

/** A file of samples. They are read one after the other, so that there is never more than one in memory. */
interface Samples {
    /** Requests of a file at most: TensorFlow Serving's bound. */
    int COUNT_MAX = 1000;

    /** Bytes of a request at most, as written and in memory. */
    int BYTES_MAX = 64 << 20;

    /**
     * Reads all.
     *
     * @param signatures finds a signature by name, the default one by an empty name; throws for one that is not there
     * @param runner takes each
     * @throws dev.slipway.api.SlipwayException when the file is broken, or the runner fails; the message begins with the
     *     sample's place in the file
     */
    void each(Function<String, Signature> signatures, Runner runner) throws IOException;

    /** Runs a sample. */
    @FunctionalInterface
    interface Runner {
        /**
         * @param place of the sample in its file: {@code record 3}
         * @param reader reads it, and may fail
         */
        void run(String place, Reader reader) throws IOException;
    }

    /** Reads a sample. */
    @FunctionalInterface
    interface Reader {
        Sample read() throws IOException;
    }
}

package dev.slipway.backend.process;

import dev.slipway.api.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the workers of a model are to be run.
 *
 * @param command a program and its arguments; the program is looked for in the version's folder where it has a slash,
 *     else in the PATH
 * @param environment variables that people said, beside the few of the server's that every worker gets
 * @param signature what goes in and out; null where the files don't say
 * @param limits of each worker
 * @param times how long a worker may take for what
 */
record WorkerSpec(
        List<String> command,
        Map<String, String> environment,
        @Nullable Signature signature,
        Limits limits,
        Times times) {
    WorkerSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** The same with as many workers as that. */
    WorkerSpec withWorkers(int workers) {
        Limits changed = new Limits(
                workers,
                limits.memoryBytes(),
                limits.memoryBytesMax(),
                limits.cpus(),
                limits.nice(),
                limits.messageBytesMax());
        return new WorkerSpec(command, environment, signature, changed, times);
    }

    /** The same, run by another program. */
    WorkerSpec withProgram(String program) {
        List<String> changed = new ArrayList<>(command);
        changed.set(0, program);
        return new WorkerSpec(changed, environment, signature, limits, times);
    }

    /** The same where the files say no signature. */
    WorkerSpec withSignature(Signature said) {
        return new WorkerSpec(command, environment, said, limits, times);
    }

    /**
     * @param workers processes of the model, each of which runs one request at a time; at least 1
     * @param memoryBytes what one is expected to hold, in bytes; 0 when nobody says
     * @param memoryBytesMax resident memory of one, its children included, above which it is ended; 0 for no limit
     * @param cpus processors that one may run on; 0 for all
     * @param nice of its priority, 0 to 19
     * @param messageBytesMax of a single message, either way
     */
    record Limits(int workers, long memoryBytes, long memoryBytesMax, int cpus, int nice, long messageBytesMax) {
        static final int WORKERS_MAX = 256;
        static final int CPUS_MAX = 1024;
        static final int NICE_MAX = 19;
        static final long MESSAGE_BYTES = 256L << 20;

        /** Arrays of Java have no more. */
        static final long MESSAGE_BYTES_MAX = Integer.MAX_VALUE - 64L;

        /** One worker that may use what there is. */
        static final Limits NONE = new Limits(1, 0, 0, 0, 0, MESSAGE_BYTES);

        Limits {
            if (workers < 1 || workers > WORKERS_MAX) {
                throw new IllegalArgumentException("workers: %d (expected: 1 to %d)".formatted(workers, WORKERS_MAX));
            }
        }
    }

    /**
     * @param start until it is ready, loading its model included
     * @param response for one request, and for a ping; who takes longer hangs, and is ended
     * @param health between two pings while there is nothing else to do
     * @param stop until it has ended by itself when told to; half after the message, half after SIGTERM
     */
    record Times(Duration start, Duration response, Duration health, Duration stop) {
        static final Times DEFAULT =
                new Times(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(10), Duration.ofSeconds(4));
    }
}

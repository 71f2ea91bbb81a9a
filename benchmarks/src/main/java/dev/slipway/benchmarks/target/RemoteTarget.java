package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import java.net.URI;
import java.util.List;

/**
 * A server that somebody else started, such as Triton, TensorFlow Serving or DJL Serving.
 *
 * @param name as tables name it
 * @param protocol the one in which it is asked
 * @param uri {@code http://HOST:PORT}
 * @param model what it calls the model; empty: as it is called here
 * @param pid its process, when it runs on this machine; 0 where it isn't known
 */
public record RemoteTarget(String name, Protocol protocol, URI uri, String model, long pid) implements Target {
    private static final String FORM = "NAME=PROTOCOL,http://HOST:PORT[,MODEL[,PID]]";

    /**
     * Reads {@code NAME=PROTOCOL,URL[,MODEL[,PID]]}.
     *
     * @throws IllegalArgumentException when it has another form
     */
    public static RemoteTarget parse(String text) {
        int equals = text.indexOf('=');
        List<String> fields = List.of(text.substring(equals + 1).split(",", -1));
        if (equals < 1 || fields.size() < 2 || fields.size() > 4) {
            throw new IllegalArgumentException("target '%s' (expected: %s)".formatted(text, FORM));
        }
        URI uri = URI.create(fields.get(1));
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException(
                    "target '%s' has URL '%s' (expected: http://HOST:PORT)".formatted(text, fields.get(1)));
        }
        String pid = fields.size() > 3 ? fields.get(3) : "0";
        if (!pid.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(
                    "target '%s' has process '%s' (expected: a number)".formatted(text, pid));
        }
        return new RemoteTarget(
                text.substring(0, equals),
                Protocol.of(fields.get(0)),
                uri,
                fields.size() > 2 ? fields.get(2) : "",
                Long.parseLong(pid));
    }

    @Override
    public boolean speaks(Protocol other) {
        return protocol == other;
    }

    @Override
    public Question question(Protocol asked, Workload workload) {
        return new Question(asked, model.isEmpty() ? workload : workload.at(model), uri.getHost(), uri.getPort());
    }

    @Override
    public void checkAlive() {
        // Somebody else's.
    }

    @Override
    public void close() {
        // Somebody else's.
    }
}

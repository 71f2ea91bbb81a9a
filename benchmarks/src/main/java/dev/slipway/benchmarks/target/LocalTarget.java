package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A target whose process this one started. */
final class LocalTarget implements Target {
    private final String name;
    private final ServerProcess process;
    private final Set<Protocol> protocols;
    private final List<String> models;
    private final List<Integer> ports;

    private LocalTarget(
            String name, ServerProcess process, Set<Protocol> protocols, List<String> models, List<Integer> ports) {
        this.name = name;
        this.process = process;
        this.protocols = protocols;
        this.models = models;
        this.ports = ports;
    }

    /** All models and protocols at one port. */
    static LocalTarget allProtocols(String name, ServerProcess process, int port) {
        return new LocalTarget(name, process, Set.of(Protocol.values()), List.of(), List.of(port));
    }

    /** TensorFlow Serving's REST API at one port. */
    static LocalTarget tfsRest(String name, ServerProcess process, int port) {
        return new LocalTarget(name, process, Set.of(Protocol.TFS_REST), List.of(), List.of(port));
    }

    /** All protocols, each model at a port of its own. */
    static LocalTarget portEach(String name, ServerProcess process, List<String> models, List<Integer> ports) {
        return new LocalTarget(name, process, Set.of(Protocol.values()), models, ports);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean speaks(Protocol protocol) {
        return protocols.contains(protocol);
    }

    @Override
    public Question question(Protocol protocol, Workload workload) {
        int at = models.isEmpty() ? 0 : models.indexOf(workload.model());
        return Question.local(protocol, workload, ports.get(at));
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void checkAlive() throws IOException {
        process.checkAlive();
    }

    @Override
    public void close() {
        process.close();
    }
}

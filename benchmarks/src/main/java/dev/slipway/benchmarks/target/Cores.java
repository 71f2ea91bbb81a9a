package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.load.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which core the targets run on, and which the load generator.
 *
 * @param server of the targets, from 0; below 0: any
 * @param load of the load generator; below 0: any
 */
public record Cores(int server, int load) {
    /** Of the machine; asked before this process is tied to one. */
    private static final int ALL = Runtime.getRuntime().availableProcessors();

    /** No process is tied to a core. */
    public static final Cores ANY = new Cores(-1, -1);

    /** These two, where the machine has them and the program {@code taskset}; otherwise any. */
    public static Cores of(int server, int load) {
        boolean possible = Command.find("taskset").isPresent() && Math.max(server, load) < ALL && server != load;
        return possible ? new Cores(server, load) : ANY;
    }

    /** The command line that runs {@code command} on the targets' core. */
    public List<String> onServerCore(List<String> command) {
        if (server < 0) {
            return command;
        }
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(server)));
        pinned.addAll(command);
        return pinned;
    }

    /** The command line that runs {@code command} on any core, although this process is tied to one. */
    List<String> onAnyCore(List<String> command) {
        if (load < 0) {
            return command;
        }
        List<String> free = new ArrayList<>(List.of("taskset", "-c", "0-" + (ALL - 1)));
        free.addAll(command);
        return free;
    }

    /** Ties this process, and those that it will start, to the load generator's core. */
    public void pinSelf() {
        if (load >= 0) {
            String pid = Long.toString(ProcessHandle.current().pid());
            Command.run(List.of("taskset", "-a", "-c", "-p", Integer.toString(load), pid));
        }
    }

    /** As the facts of a run say it. */
    @Override
    public String toString() {
        return server < 0
                ? "not tied to cores"
                : "targets on core %d, load generator on core %d".formatted(server, load);
    }

    /** The program {@code java} that runs this. */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}

package dev.slipway.backend.process;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All that it takes to start workers of one model.
 *
 * @param subject what messages call the model: the names of its folder and of the one above
 * @param folder the version's; workers run in it
 * @param signature what goes in and out
 * @param threads that libraries for numbers should use in one worker
 * @param isDeterministic whether equal requests must get equal bits
 * @param tools what all models of the backend share
 */
record Plan(
        String subject,
        Path folder,
        WorkerSpec spec,
        Signature signature,
        int threads,
        boolean isDeterministic,
        Tools tools) {
    /** Of the server's variables what every worker gets: none of them is a secret. */
    private static final List<String> INHERITED = List.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "TMPDIR",
            "LD_LIBRARY_PATH",
            "JAVA_HOME",
            "VIRTUAL_ENV",
            "CONDA_PREFIX",
            "CUDA_VISIBLE_DEVICES",
            "NVIDIA_VISIBLE_DEVICES");

    private static final List<String> THREADS =
            List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS");

    private static final String PYTHON_PATH = "PYTHONPATH";

    /** What all models of a backend share. */
    record Tools(Workplace workplace, Wrappers wrappers, MemoryWatch memory, Map<String, String> environment) {}

    /** The words that start worker {@code number}, counted from 0, what stands before the command included. */
    List<String> command(int number) {
        List<String> words = new ArrayList<>(tools.wrappers().before(spec.limits(), number));
        words.add(program());
        spec.command().stream().skip(1).map(this::placed).forEach(words::add);
        return words;
    }

    /** Where our own scripts lie is known only now. */
    private String placed(String argument) {
        return argument.startsWith(HandlerArchive.SCRIPTS)
                ? tools.workplace()
                        .python()
                        .resolve(argument.substring(HandlerArchive.SCRIPTS.length()))
                        .toString()
                : argument;
    }

    /** @throws SlipwayException {@code UNAVAILABLE} when there is no such program */
    private String program() {
        String said = spec.command().get(0);
        if (said.indexOf('/') >= 0) {
            Path file = folder.resolve(said).normalize();
            if (Files.isExecutable(file)) {
                return file.toString();
            }
            throw missing(said, "a file that may be run");
        }
        String path =
                spec.environment().getOrDefault("PATH", tools.environment().getOrDefault("PATH", ""));
        for (String place : path.split(":")) {
            Path file = Path.of(place.isEmpty() ? "." : place, said);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return file.toString();
            }
        }
        throw missing(said, "a program in the PATH of the server, or with a slash a file of the model's folder");
    }

    private SlipwayException missing(String said, String expected) {
        return new SlipwayException(
                ErrorCode.UNAVAILABLE,
                "'%s': its workers' program '%s' is not there (expected: %s)".formatted(subject, said, expected));
    }

    /** All variables of a worker. */
    Map<String, String> environment(Path socket, String token) {
        Map<String, String> all = new HashMap<>();
        for (String name : INHERITED) {
            String value = tools.environment().get(name);
            if (value != null) {
                all.put(name, value);
            }
        }
        THREADS.forEach(name -> all.put(name, String.valueOf(threads)));
        // A cache beside the model's files would look like a change of the version.
        all.put("PYTHONDONTWRITEBYTECODE", "1");
        all.put("PYTHONUNBUFFERED", "1");
        if (isDeterministic) {
            all.put("PYTHONHASHSEED", "0");
            all.put("SLIPWAY_DETERMINISTIC", "1");
        }
        all.putAll(spec.environment());
        String more = all.get(PYTHON_PATH);
        all.put(PYTHON_PATH, tools.workplace().python() + (more == null ? "" : ":" + more));
        all.put("SLIPWAY_WORKER_SOCKET", socket.toString());
        all.put("SLIPWAY_WORKER_TOKEN", token);
        return all;
    }
}

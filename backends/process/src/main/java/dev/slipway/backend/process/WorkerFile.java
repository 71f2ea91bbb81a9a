package dev.slipway.backend.process;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code worker.yaml}, in which people say how a model's workers are run. */
final class WorkerFile {
    static final String NAME = "worker.yaml";

    private static final int ARGUMENTS_MAX = 1000;
    private static final int TENSORS_MAX = 10_000;
    private static final int RANK_MAX = 32;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Set<String> KEYS = Set.of(
            "command",
            "workers",
            "inputs",
            "outputs",
            "env",
            "memory",
            "memory_limit",
            "cpus",
            "nice",
            "message_limit",
            "start_timeout",
            "response_timeout",
            "health_interval",
            "stop_timeout");

    /** As NumPy and people call them. */
    private static final Map<String, DType> ALIASES = Map.of(
            "FLOAT16", DType.FP16,
            "BFLOAT16", DType.BF16,
            "FLOAT", DType.FP32,
            "FLOAT32", DType.FP32,
            "DOUBLE", DType.FP64,
            "FLOAT64", DType.FP64,
            "BYTES", DType.STRING,
            "STR", DType.STRING);

    private WorkerFile() {}

    /** @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} with the key that is wrong */
    static WorkerSpec read(Path folder) {
        return of(Settings.of(NAME, SafeYaml.read(folder.resolve(NAME))));
    }

    private static WorkerSpec of(Settings said) {
        said.allow(KEYS);
        List<String> command = said.texts("command", ARGUMENTS_MAX);
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw said.wrong("command", "a program and its arguments, in a list");
        }
        if (command.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
            throw said.wrong("command", "texts without the letter NUL");
        }
        Map<String, String> environment = said.texts("env");
        environment.forEach((name, value) -> {
            if (!VARIABLE.matcher(name).matches() || value.indexOf('\0') >= 0) {
                throw said.wrong("env", "names of letters, digits and _, and values of text");
            }
        });
        boolean hasSignature = said.has("inputs") || said.has("outputs");
        if (hasSignature && !(said.has("inputs") && said.has("outputs"))) {
            throw said.wrong(said.has("inputs") ? "outputs" : "inputs", "a list of tensors, as the other one is there");
        }
        return new WorkerSpec(
                command,
                environment,
                hasSignature
                        ? new Signature(Signature.DEFAULT, tensors(said, "inputs"), tensors(said, "outputs"))
                        : null,
                limits(said),
                times(said));
    }

    private static WorkerSpec.Limits limits(Settings said) {
        long message = said.bytes("message_limit");
        if (message > WorkerSpec.Limits.MESSAGE_BYTES_MAX) {
            throw said.wrong("message_limit", "less than 2GiB");
        }
        return new WorkerSpec.Limits(
                (int) said.whole("workers", 1, 1, WorkerSpec.Limits.WORKERS_MAX),
                said.bytes("memory"),
                said.bytes("memory_limit"),
                (int) said.whole("cpus", 0, 1, WorkerSpec.Limits.CPUS_MAX),
                (int) said.whole("nice", 0, 0, WorkerSpec.Limits.NICE_MAX),
                message == 0 ? WorkerSpec.Limits.MESSAGE_BYTES : message);
    }

    private static WorkerSpec.Times times(Settings said) {
        WorkerSpec.Times byDefault = WorkerSpec.Times.DEFAULT;
        return new WorkerSpec.Times(
                said.time("start_timeout", byDefault.start()),
                said.time("response_timeout", byDefault.response()),
                said.time("health_interval", byDefault.health()),
                said.time("stop_timeout", byDefault.stop()));
    }

    private static List<TensorSpec> tensors(Settings said, String key) {
        boolean isInput = key.equals("inputs");
        List<TensorSpec> specs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Settings tensor : said.mappings(key, TENSORS_MAX)) {
            tensor.allow(isInput ? Set.of("name", "dtype", "shape", "optional") : Set.of("name", "dtype", "shape"));
            String name = tensor.text("name", "");
            if (name.isEmpty() || !names.add(name)) {
                throw tensor.wrong("name", "a name that no other of them has");
            }
            DType dtype = dtype(tensor);
            if (isInput && dtype == DType.MAP) {
                throw tensor.wrong("dtype", "another one: MAP is for outputs");
            }
            boolean isOptional = tensor.truth("optional");
            if (isOptional && dtype != DType.STRING && !dtype.isFloat()) {
                throw tensor.wrong("optional", "false: %s has no value for what is missing".formatted(dtype));
            }
            specs.add(new TensorSpec(name, dtype, shape(tensor), false, isOptional));
        }
        if (specs.isEmpty()) {
            throw said.wrong(key, "a list of at least one tensor");
        }
        return specs;
    }

    private static DType dtype(Settings tensor) {
        String name = tensor.text("dtype", "").toUpperCase(Locale.ROOT);
        DType alias = ALIASES.get(name);
        if (alias != null) {
            return alias;
        }
        try {
            return DType.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw tensor.wrong("dtype", "one of %s".formatted(List.of(DType.values())));
        }
    }

    private static Shape shape(Settings tensor) {
        if (!tensor.has("shape")) {
            return Shape.ANY;
        }
        List<String> said = tensor.texts("shape", RANK_MAX);
        long[] dims = new long[said.size()];
        for (int axis = 0; axis < dims.length; axis++) {
            try {
                dims[axis] = Long.parseLong(said.get(axis));
            } catch (NumberFormatException e) {
                dims[axis] = -2;
            }
            if (dims[axis] < -1) {
                throw tensor.wrong("shape", "a list of sizes, -1 for any");
            }
        }
        return Shape.of(dims);
    }
}

package dev.slipway.server.config;

import dev.slipway.api.Split;
import dev.slipway.core.source.VersionSelection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds where a configuration contradicts itself, or asks for what is not there. */
public final class ConfigCheck {
    static final String MODEL_NAME = "not empty, without '/' and ':'";

    private ConfigCheck() {}

    static boolean isModelName(String name) {
        return !name.isEmpty() && name.indexOf('/') < 0 && name.indexOf(':') < 0;
    }

    /** What contradicts itself, a sentence each; looks at no files. */
    public static List<String> contradictions(ServingConfig config) {
        List<String> found = new ArrayList<>();
        config.models().forEach((name, model) -> {
            if (!isModelName(name)) {
                found.add("model name '%s' (expected: %s)".formatted(name, MODEL_NAME));
            }
            if (model.location().isEmpty() && config.repository().isEmpty()) {
                found.add("model '%s' has neither a path nor a repository (expected: one of them)".formatted(name));
            }
            contradictions(model).forEach(problem -> found.add("model '%s': %s".formatted(name, problem)));
        });
        contradictions(config.defaults()).forEach(problem -> found.add("defaults: " + problem));
        return found;
    }

    /** What contradicts itself within one model. */
    static List<String> contradictions(ModelConfig model) {
        List<String> found = new ArrayList<>();
        Set<Long> labelled = new TreeSet<>();
        model.lifecycle().labels().forEach((label, split) -> labelled.addAll(served(split)));
        if (model.versions() instanceof VersionSelection.Specific specific) {
            Set<Long> missing = new TreeSet<>(labelled);
            missing.removeAll(specific.versions());
            if (!missing.isEmpty()) {
                found.add("labels name version %s, versions wants just %s (expected: labels of these)"
                        .formatted(joined(missing), joined(new TreeSet<>(specific.versions()))));
            }
        }
        if (model.versions() instanceof VersionSelection.Latest latest && labelled.size() > latest.count()) {
            found.add("labels name versions %s, versions wants the latest %d (expected: versions: [%s] or {latest: %d})"
                    .formatted(joined(labelled), latest.count(), joined(labelled), labelled.size()));
        }
        String label = model.traffic().defaultLabel();
        if (!label.isEmpty() && !model.lifecycle().labels().containsKey(label)) {
            found.add("default_label '%s' is none of its labels (labels: %s)"
                    .formatted(
                            label,
                            String.join(
                                    ", ",
                                    new TreeSet<>(model.lifecycle().labels().keySet()))));
        }
        return found;
    }

    /** Local folders that are asked for and are not there, a sentence each; less those that {@code known} asks for. */
    public static List<String> missing(ServingConfig config, ServingConfig known) {
        List<String> found = new ArrayList<>();
        if (!config.repository().equals(known.repository()) && isMissing(config.repository())) {
            found.add("repository '%s' is not there (expected: a folder of models)".formatted(config.repository()));
        }
        config.models().forEach((name, model) -> {
            ModelConfig before = known.models().get(name);
            boolean isKnown = before != null && before.location().equals(model.location());
            if (!isKnown && isMissing(model.location())) {
                found.add("model '%s': '%s' is not there (expected: its folder or file)"
                        .formatted(name, model.location()));
            }
        });
        return found;
    }

    private static boolean isMissing(String location) {
        return !location.isEmpty() && !location.contains("://") && !Files.exists(Path.of(location));
    }

    private static Set<Long> served(Split split) {
        Set<Long> served = new TreeSet<>();
        split.weights().forEach((version, weight) -> {
            if (weight > 0) {
                served.add(version);
            }
        });
        return served;
    }

    private static String joined(Set<Long> versions) {
        return String.join(", ", versions.stream().map(String::valueOf).toList());
    }
}

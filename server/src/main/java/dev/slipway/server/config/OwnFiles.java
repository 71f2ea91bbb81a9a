package dev.slipway.server.config;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.sequence.SequenceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code slipway.yaml} files beside models, and what Triton's {@code config.pbtxt} says of sequences, if they do not. A
 * broken one leaves what it said before. Thread-safe.
 */
public final class OwnFiles {
    /** By model; touched while this object's monitor is held. */
    private final Map<String, SettingsFile<ModelConfig>> files = new TreeMap<>();

    /** Triton's, by model; touched while this object's monitor is held. */
    private final Map<String, SettingsFile<ModelConfig>> triton = new TreeMap<>();

    /** What the model's file said last; {@link ModelConfig#DEFAULT}, which says nothing, where there is none. */
    public synchronized ModelConfig of(String model) {
        return together(said(files, model), said(triton, model));
    }

    private static ModelConfig together(ModelConfig said, ModelConfig foreign) {
        Set<ModelKey> keys = new TreeSet<>(said.said());
        keys.addAll(foreign.said());
        return foreign.said().isEmpty() ? said : said.over(foreign).saying(keys);
    }

    private static ModelConfig said(Map<String, SettingsFile<ModelConfig>> files, String model) {
        SettingsFile<ModelConfig> file = files.get(model);
        ModelConfig said = file == null ? null : file.said();
        return said == null ? ModelConfig.DEFAULT : said;
    }

    private static ModelConfig triton(String subject, String text) {
        SequenceSettings sequence = TritonSequences.parse(subject, text);
        return ModelConfig.DEFAULT.withForm(ModelForm.PLAIN.withSequence(sequence));
    }

    /** What holds for a model of {@code config}, its file read for the purpose. */
    public static ModelConfig over(ServingConfig config, String model) {
        OwnFiles fresh = new OwnFiles();
        fresh.look(config, model);
        return config.of(model, fresh.of(model));
    }

    /** Reads the files of one model again; answers whether what they say may have changed. */
    public synchronized boolean look(ServingConfig config, String model) {
        Path folder = folder(config, model);
        if (folder == null) {
            boolean wasSaid = files.remove(model) != null;
            return triton.remove(model) != null || wasSaid;
        }
        Path foreign = folder.resolve(TritonSequences.CONFIG_NAME);
        SettingsFile<ModelConfig> tritons = triton.get(model);
        if (tritons == null || !tritons.path().equals(foreign)) {
            tritons = new SettingsFile<>(foreign, false, OwnFiles::triton);
            triton.put(model, tritons);
        }
        boolean isChanged = tritons.look();
        Path path = folder.resolve(ConfigYaml.NAME);
        SettingsFile<ModelConfig> known = files.get(model);
        if (known == null || !known.path().equals(path)) {
            known = new SettingsFile<>(path, false, (subject, text) -> ConfigYaml.parseModel(subject, text, folder));
            files.put(model, known);
        }
        return known.look() || isChanged;
    }

    /** Forgets all models but these. */
    public synchronized void retain(Set<String> models) {
        files.keySet().retainAll(models);
        triton.keySet().retainAll(models);
    }

    /** The models that have a file that says something. */
    public synchronized Set<String> models() {
        Set<String> found = new TreeSet<>();
        files.forEach((model, file) -> {
            if (file.said() != null) {
                found.add(model);
            }
        });
        triton.keySet().stream()
                .filter(model -> !said(triton, model).said().isEmpty())
                .forEach(found::add);
        return found;
    }

    /** What is wrong with them now. */
    public synchronized List<SlipwayException> faults() {
        List<SlipwayException> faults = new ArrayList<>();
        for (SettingsFile<ModelConfig> file : files.values()) {
            SlipwayException fault = file.fault();
            if (fault != null) {
                faults.add(fault);
            }
        }
        return faults;
    }

    /** The folder of a model; null for one that is a file, or is fetched. */
    private static @Nullable Path folder(ServingConfig config, String model) {
        String location = config.of(model).location();
        if (SourcePlan.isUrl(location) || (location.isEmpty() && SourcePlan.isUrl(config.repository()))) {
            return null;
        }
        if (!location.isEmpty()) {
            return directory(Path.of(location));
        }
        if (config.repository().isEmpty()) {
            return null;
        }
        Path repository = Path.of(config.repository());
        Path below = repository.resolve(model);
        return Files.isDirectory(below) ? below : directory(repository, model);
    }

    /** A repository may be a single model. */
    private static @Nullable Path directory(Path repository, String model) {
        Path name = repository.getFileName();
        return name != null && name.toString().equals(model) ? directory(repository) : null;
    }

    private static @Nullable Path directory(Path path) {
        // What is away now is taken for a folder: its file then stays as it was.
        return Files.isRegularFile(path) ? null : path;
    }
}

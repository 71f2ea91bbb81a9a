package dev.slipway.backend.keras;

import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model file that was opened: what it says of the model, and where its weights are.
 *
 * @param files where it lies
 * @param root the outermost model
 * @param weights of it
 * @param dialect who wrote it
 * @param weightFile to be closed
 * @param unpacked a copy of the weights, to be deleted; null where they are read where they lie
 */
record KerasModel(
        ModelFiles files,
        LayerConfig root,
        Weights weights,
        Dialect dialect,
        Hdf weightFile,
        @Nullable Path unpacked) implements AutoCloseable {
    private static final int CONFIG_BYTES_MAX = 64 << 20;
    private static final String CONFIG = "model_config";

    /** @throws SlipwayException as {@link dev.slipway.api.Loader#describe} */
    static KerasModel open(ModelFiles files) {
        return files.isArchive() ? archive(files) : plain(files);
    }

    private static KerasModel archive(ModelFiles files) {
        Archive archive = Archive.open(files.model());
        String text = archive.text("config.json", CONFIG_BYTES_MAX);
        Object version = archive.entry("metadata.json").isPresent()
                ? Json.read(archive.text("metadata.json", 1 << 20), "'metadata.json'")
                        .get("keras_version")
                : "";
        LayerConfig root = root(text, "'%s': config.json".formatted(files.name()));
        Archive.Entry entry = archive.entry("model.weights.h5")
                .orElseThrow(() -> Faults.unimplemented(
                        "'%s' has no 'model.weights.h5' (expected: one; weights in several files are not supported)",
                        files.name()));
        Path unpacked = null;
        Hdf weights;
        if (entry.isStored()) {
            weights = Hdf.open(files.model(), entry.start(), entry.bytes());
        } else {
            unpacked = unpack(archive, entry);
            try {
                weights = Hdf.open(unpacked, 0, -1);
            } catch (SlipwayException e) {
                delete(unpacked);
                throw e;
            }
        }
        Dialect dialect = new Dialect(version instanceof String said ? said : "", true, false);
        return new KerasModel(files, root, new ArchivedWeights(weights, ""), dialect, weights, unpacked);
    }

    private static Path unpack(Archive archive, Archive.Entry entry) {
        Path target;
        try {
            target = Files.createTempFile("slipway-keras-", ".h5");
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "no temporary file can be made: " + e, e);
        }
        try {
            archive.unpack(entry, target);
            return target;
        } catch (SlipwayException e) {
            delete(target);
            throw e;
        }
    }

    private static KerasModel plain(ModelFiles files) {
        Hdf file = Hdf.open(files.model(), 0, -1);
        boolean isOpen = false;
        try {
            String text = file.text("", CONFIG).orElse("");
            if (text.isEmpty()) {
                text = beside(files);
            }
            Map<String, @Nullable Object> json = Json.read(text, "'%s': %s".formatted(files.name(), CONFIG));
            String version = said(file, json, "keras_version");
            boolean isTheano = said(file, json, "backend").equals("theano");
            if (version.isEmpty() && isOld(text)) {
                version = "1";
            }
            boolean isNamed = file.texts(file.has("model_weights") ? "model_weights" : "", "layer_names")
                    .isPresent();
            Weights weights = isNamed || !file.has("layers") ? NamedWeights.of(file) : new ArchivedWeights(file, "");
            LayerConfig root = root(json, "'%s': %s".formatted(files.name(), CONFIG));
            isOpen = true;
            return new KerasModel(files, root, weights, new Dialect(version, !isNamed, isTheano), file, null);
        } finally {
            if (!isOpen) {
                file.close();
            }
        }
    }

    /** The architecture in a file of its own. */
    private static String beside(ModelFiles files) {
        Path config = files.config();
        if (config == null) {
            throw Faults.invalid(
                    "'%s' holds weights only: it has no attribute '%s' that says of which layers"
                            + " (expected: a file of model.save(), or the text of model.to_json() in config.json beside it)",
                    files.name(), CONFIG);
        }
        try {
            if (Files.size(config) > CONFIG_BYTES_MAX) {
                throw Faults.invalid(
                        "'%s' has %d bytes (expected: at most %d)",
                        config.getFileName(), Files.size(config), CONFIG_BYTES_MAX);
            }
            return Files.readString(config);
        } catch (MalformedInputException e) {
            throw Faults.invalid("'%s' is no text (expected: JSON in UTF-8)", config.getFileName());
        } catch (IOException | UncheckedIOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(config.getFileName(), e), e);
        }
    }

    /** What the file says of itself: at its root, at the weights, or in the architecture. */
    private static String said(Hdf file, Map<String, @Nullable Object> json, String what) {
        return file.text("", what)
                .or(() -> file.text("model_weights", what))
                .orElseGet(() -> json.get(what) instanceof String text ? text : "");
    }

    /** Words that only Keras 1 had. */
    private static boolean isOld(String text) {
        return text.contains("\"nb_filter\"")
                || text.contains("\"border_mode\"")
                || (text.contains("\"output_dim\"") && text.contains("\"init\""));
    }

    private static LayerConfig root(String text, String subject) {
        return root(Json.read(text, subject), subject);
    }

    private static LayerConfig root(Map<String, @Nullable Object> json, String subject) {
        Object config = json.get("config");
        if (!(json.get("class_name") instanceof String className) || config == null) {
            throw Faults.invalid("%s is no model (expected: a class_name and a config)", subject);
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        if (config instanceof Map<?, ?> map) {
            values.putAll(Json.cast(map));
        } else {
            values.put("layers", config);
        }
        if (json.get("build_config") instanceof Map<?, ?> build && build.get("input_shape") != null) {
            values.putIfAbsent("build_input_shape", build.get("input_shape"));
        }
        return new LayerConfig(className, values.get("name") instanceof String name ? name : "model", values);
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.getLogger(KerasModel.class.getName())
                    .log(System.Logger.Level.WARNING, "'" + file + "' can't be deleted", e);
        }
    }

    @Override
    public void close() {
        weightFile.close();
        delete(unpacked);
    }
}

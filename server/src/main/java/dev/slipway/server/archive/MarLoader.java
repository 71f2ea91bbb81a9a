package dev.slipway.server.archive;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.source.Backends;
import dev.slipway.transforms.ChainSettings;
import dev.slipway.transforms.ChainedLoader;
import dev.slipway.transforms.OutputSettings;
import dev.slipway.transforms.image.ImagePresets;
import dev.slipway.transforms.output.Probabilities;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads the model of an archive for TorchServe or MXNet Model Server: whose handler is one that is known here, and whose model
 * is in a format of some backend; or whose handler is Python, which a process of its own runs.
 */
final class MarLoader implements Loader {
    /** TorchServe's handler for pictures: those of ImageNet's networks in, probabilities out. */
    private static final String IMAGE_CLASSIFIER = "image_classifier";

    /** The one that hands tensors on. */
    private static final String BASE = "base_handler";

    /** MXNet Model Server's template for pictures; its signature says that the model takes them. */
    private static final String VISION_SERVICE = "mxnet_vision_service:handle";

    private static final String SIGNATURE = "signature.json";
    private static final List<String> CLASSES = List.of("index_to_name.json", "synset.txt");
    private static final int SIGNATURE_BYTES_MAX = 1 << 20;

    private final Path folder;
    private final Backends models;
    private final LoadOptions options;

    /** What the manifest leads to; read when it is first asked for. */
    private volatile @Nullable Loader found;

    MarLoader(Path folder, Backends models) {
        this(folder, models, LoadOptions.NONE);
    }

    private MarLoader(Path folder, Backends models, LoadOptions options) {
        this.folder = folder;
        this.models = models;
        this.options = options;
    }

    @Override
    public Loader with(LoadOptions changed) {
        return new MarLoader(folder, models, changed);
    }

    @Override
    public String format() {
        Loader known = found;
        return known == null ? "mar" : known.format();
    }

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public boolean runsCode() {
        return found().runsCode();
    }

    @Override
    public ModelDescription describe() {
        return found().describe();
    }

    @Override
    public Servable load() {
        return found().load();
    }

    private Loader found() {
        Loader known = found;
        if (known == null) {
            MarManifest manifest = MarManifest.read(folder);
            if (isKnown(manifest.handler()) || !bringsCode(manifest.handler())) {
                ChainSettings chain = chain(manifest.handler());
                Loader model = models.loader(model(manifest)).with(options);
                known = chain.isNone() ? model : new ChainedLoader(model, chain);
            } else {
                known = handler(manifest.handler()).with(options);
            }
            found = known;
        }
        return known;
    }

    /** Whether it is one that is done here, without its code. */
    private boolean isKnown(String handler) {
        return handler.isEmpty()
                || handler.equals(BASE)
                || handler.equals(IMAGE_CLASSIFIER)
                || (handler.equals(VISION_SERVICE) && takesPictures());
    }

    /** Whether a file of Python in the archive is the handler. */
    private boolean bringsCode(String handler) {
        String module = handler.split(":", 2)[0].replaceFirst("\\.py$", "");
        Path file = folder.resolve(module + ".py").normalize();
        return file.startsWith(folder) && Files.isRegularFile(file);
    }

    /** Runs the handler's code, in a process of its own. */
    private Loader handler(String handler) {
        Path manifest = Objects.requireNonNull(folder.resolve(MarManifest.PLACE).getParent());
        if (!models.recognises(manifest)) {
            throw new SlipwayException(
                    ErrorCode.UNIMPLEMENTED,
                    "archive has the handler '%s', which is Python: no backend here runs it (expected: backend 'process')"
                            .formatted(handler));
        }
        return models.loader(manifest);
    }

    private ChainSettings chain(String handler) {
        boolean isClassifier = handler.equals(IMAGE_CLASSIFIER);
        boolean isPicture = isClassifier || handler.equals(VISION_SERVICE);
        if (!isKnown(handler)) {
            throw new SlipwayException(
                    ErrorCode.UNIMPLEMENTED,
                    "archive has the handler '%s', which is neither a file of Python in it nor known here (expected: %s, %s, or %s with pictures in %s)"
                            .formatted(handler, IMAGE_CLASSIFIER, BASE, VISION_SERVICE, SIGNATURE));
        }
        Path classes = CLASSES.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(null);
        return new ChainSettings(
                isPicture ? Objects.requireNonNull(ImagePresets.BY_NAME.get("imagenet")) : null,
                isClassifier
                        ? List.of(new OutputSettings("probabilities", "", List.of(new Probabilities()), null))
                        : List.of(),
                classes);
    }

    private boolean takesPictures() {
        Path signature = folder.resolve(SIGNATURE);
        try {
            return Files.isRegularFile(signature)
                    && Files.size(signature) <= SIGNATURE_BYTES_MAX
                    && Files.readString(signature, StandardCharsets.UTF_8).contains("image/");
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, "%s can't be read: %s".formatted(signature, e), e);
        }
    }

    /** The file that is named, or else the only one of ONNX. */
    private Path model(MarManifest manifest) {
        String named = manifest.serializedFile().isEmpty() ? manifest.modelFile() : manifest.serializedFile();
        Path file = named.isEmpty() ? folder : folder.resolve(named).normalize();
        if (!file.startsWith(folder)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "archive has its model at '%s' (expected: a file within it)".formatted(named));
        }
        if (Files.isRegularFile(file) && !named.endsWith(".py")) {
            return file;
        }
        try (Stream<Path> children = Files.list(folder)) {
            List<Path> known = children.filter(
                            child -> String.valueOf(child.getFileName()).endsWith(".onnx"))
                    .toList();
            if (known.size() == 1) {
                return known.get(0);
            }
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "archive has no model '%s' (found: %d files of ONNX; expected: it, or one)"
                            .formatted(named, known.size()));
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, "%s can't be listed: %s".formatted(folder, e), e);
        }
    }
}

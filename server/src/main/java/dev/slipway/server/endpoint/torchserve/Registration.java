package dev.slipway.server.endpoint.torchserve;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.source.Locations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A model that somebody registers.
 *
 * @param name what clients will call it
 * @param url where it lies: a URL, or a file in the repository
 * @param workers 0 to register it without loading it
 */
record Registration(String name, String url, OptionalInt workers, Scale scale, boolean isSynchronous) {
    private static final Pattern ENDINGS = Pattern.compile("(?i)\\.(mar|zip|tar\\.gz|tgz|tar|onnx)$");

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when it does not say what to register */
    static Registration of(Parameters parameters) {
        String url = parameters.text("url");
        if (url == null || url.isEmpty()) {
            throw TorchAnswers.invalid("parameter url is missing (expected: a URL, or a file of the repository)");
        }
        String said = parameters.text("model_name");
        return new Registration(
                said == null || said.isEmpty() ? nameOf(url) : said,
                url,
                parameters.number("initial_workers"),
                new Scale(parameters.number("batch_size"), parameters.number("max_batch_delay"), OptionalInt.empty()),
                parameters.isTrue("synchronous"));
    }

    /** That of the file, without its ending. */
    private static String nameOf(String url) {
        String path = url.replaceFirst("[?#].*$", "");
        return ENDINGS.matcher(path.substring(path.lastIndexOf('/') + 1)).replaceFirst("");
    }

    /** Whether it is to be loaded, and waited for. */
    boolean isAwaited() {
        return workers.isEmpty() || (workers.getAsInt() > 0 && isSynchronous);
    }

    /**
     * What is said of it, where it is not known yet.
     *
     * @param isKnown whether a model of that name is there already
     * @throws SlipwayException {@code ALREADY_EXISTS}; {@code NOT_FOUND} for a file that is not in the repository
     */
    ServingConfig into(ServingConfig config, boolean isKnown) {
        if (isKnown || config.models().containsKey(name)) {
            throw new SlipwayException(
                    ErrorCode.ALREADY_EXISTS,
                    "model '%s' is registered already (expected: another model_name; DELETE /models/%s first, or put versions into folders of the model)"
                            .formatted(name, name));
        }
        ModelConfig entry = scale.applied(config.defaults().withLocation(location(config.repository())));
        Map<String, ModelConfig> models = new TreeMap<>(config.models());
        models.put(name, workers.orElse(1) == 0 ? entry.withUnloaded(true) : entry);
        return config.withModels(models);
    }

    private String location(String repository) {
        if (url.contains("://")) {
            if (!Locations.isRemote(url)) {
                throw TorchAnswers.invalid("url '%s' (expected: http, https, s3, gs, or a file of the repository)"
                        .formatted(Locations.shown(url)));
            }
            return url;
        }
        if (url.indexOf('/') >= 0 || url.indexOf('\\') >= 0 || url.equals("..")) {
            throw TorchAnswers.invalid(
                    "url '%s' leads elsewhere (expected: the name of a file in the repository, or a URL)"
                            .formatted(url));
        }
        if (repository.contains("://")) {
            return repository + "/" + url;
        }
        Path file = repository.isEmpty() ? null : Path.of(repository).resolve(url);
        if (file == null || !Files.exists(file)) {
            throw new SlipwayException(
                    ErrorCode.NOT_FOUND,
                    "url '%s' is no file of the repository (expected: %s)"
                            .formatted(
                                    url,
                                    file == null
                                            ? "a URL, as there is no repository"
                                            : "a file or folder in it, or a URL"));
        }
        return file.toString();
    }
}

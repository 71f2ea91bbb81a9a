package dev.slipway.server.triton;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.Loader;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import dev.slipway.protocol.proto.inference.ModelConfig;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows what Triton's {@code config.pbtxt} says of the models that sources want, and gives versions the names of classes that
 * it tells. Thread-safe.
 */
public final class TritonModels implements Source.Target {
    private final Source.Target models;

    /** By model and version. */
    private final Map<String, Map<Long, Loader>> loaders = new ConcurrentHashMap<>();

    /** @param models takes the wishes */
    public TritonModels(Source.Target models) {
        this.models = models;
    }

    @Override
    public void aspire(AspiredVersions versions) {
        if (versions.versions().isEmpty()) {
            loaders.remove(versions.model());
            models.aspire(versions);
            return;
        }
        Map<Long, Loader> wanted = new TreeMap<>();
        versions.versions().forEach(version -> wanted.put(version.number(), version.loader()));
        loaders.put(versions.model(), wanted);
        models.aspire(new AspiredVersions(
                versions.model(),
                versions.versions().stream()
                        .map(version -> new AspiredVersions.Version(
                                version.number(), version.fingerprint(), new LabelledLoader(version.loader())))
                        .toList()));
    }

    @Override
    public void unseen(String model, SlipwayException reason) {
        models.unseen(model, reason);
    }

    /**
     * What the file beside a version says; null when there is none. Reads it: not for an event loop.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when it is broken or can't be read
     */
    public @Nullable ModelConfig config(ServableId id) {
        Loader loader = loaders.getOrDefault(id.model(), Map.of()).get(id.version());
        TritonFile file = loader == null ? null : TritonFile.beside(loader.path());
        return file == null ? null : file.config();
    }
}

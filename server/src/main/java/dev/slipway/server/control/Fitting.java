package dev.slipway.server.control;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import dev.slipway.transforms.ChainSettings;
import dev.slipway.transforms.ChainedLoader;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Gives the versions that sources want what stands before and after their models. Where that changes, versions are loaded
 * anew, as if their files had changed. Thread-safe.
 */
public final class Fitting implements Source.Target {
    private final Source.Target models;
    private final Function<String, ChainSettings> settings;

    /** What sources want; touched while this object's monitor is held, as is what follows. */
    private final Map<String, AspiredVersions> wanted = new HashMap<>();

    /** What the versions of a model were given last. */
    private final Map<String, ChainSettings> given = new HashMap<>();

    /**
     * @param models takes the wishes
     * @param settings what holds for a model now
     */
    public Fitting(Source.Target models, Function<String, ChainSettings> settings) {
        this.models = models;
        this.settings = settings;
    }

    @Override
    public synchronized void aspire(AspiredVersions versions) {
        String model = versions.model();
        if (versions.versions().isEmpty()) {
            wanted.remove(model);
            given.remove(model);
            models.aspire(versions);
            return;
        }
        ChainSettings chain = settings.apply(model);
        wanted.put(model, versions);
        given.put(model, chain);
        models.aspire(chain.isNone() ? versions : fitted(versions, chain));
    }

    /** What holds for a model may have changed. */
    public synchronized void changed(String model) {
        AspiredVersions versions = wanted.get(model);
        if (versions != null && !settings.apply(model).equals(given.get(model))) {
            aspire(versions);
        }
    }

    private static AspiredVersions fitted(AspiredVersions versions, ChainSettings chain) {
        return new AspiredVersions(
                versions.model(),
                versions.versions().stream()
                        .map(version -> new AspiredVersions.Version(
                                version.number(),
                                version.fingerprint() + " " + chain,
                                new ChainedLoader(version.loader(), chain)))
                        .toList());
    }

    @Override
    public void unseen(String model, SlipwayException reason) {
        models.unseen(model, reason);
    }
}

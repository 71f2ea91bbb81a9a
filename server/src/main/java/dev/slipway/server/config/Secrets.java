package dev.slipway.server.config;

import dev.slipway.source.Locations;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps what URLs hold of users, passwords and signed queries from those who are shown a configuration. */
public final class Secrets {
    /** What may stand behind {@code #}: it is no secret, and says which file is meant. */
    private static final Pattern FRAGMENT = Pattern.compile("#(?:(?:version|sha256)=[0-9A-Fa-f]+&?)+$");

    /** A location without them; a path is as it was. */
    public static String shown(String location) {
        if (!SourcePlan.isUrl(location)) {
            return location;
        }
        Matcher fragment = FRAGMENT.matcher(location);
        return Locations.shown(location) + (fragment.find() ? fragment.group() : "");
    }

    private Secrets() {}

    /** A configuration without them. */
    public static ServingConfig hide(ServingConfig config) {
        Map<String, ModelConfig> models = new TreeMap<>(config.models());
        models.replaceAll((name, model) -> model.withLocation(shown(model.location())));
        return config.withRepository(shown(config.repository())).withModels(models);
    }

    /** What was shown, and comes back, means what it was shown of: those of {@code current} are put in again. */
    public static ServingConfig restore(ServingConfig said, ServingConfig current) {
        Map<String, ModelConfig> models = new TreeMap<>(said.models());
        models.replaceAll((name, model) -> {
            ModelConfig known = current.models().get(name);
            return known == null ? model : model.withLocation(restored(model.location(), known.location()));
        });
        return said.withRepository(restored(said.repository(), current.repository()))
                .withModels(models);
    }

    private static String restored(String said, String known) {
        return said.equals(shown(known)) ? known : said;
    }
}

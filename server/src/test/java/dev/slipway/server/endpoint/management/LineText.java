package dev.slipway.server.endpoint.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.management.ConfigText;
import java.time.Duration;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Configurations in a form so poor that a pattern reads it: names and paths of models. */
final class LineText implements ConfigText {
    private static final Pattern MODEL =
            Pattern.compile("\"?([\\w-]+)\"?:\\s*\\{?\\s*\"?path\"?: *\"?([\\w/:.-]+)\"?}?\\s*");
    private static final Pattern FORM = Pattern.compile("models:\\s*((?:" + MODEL.pattern() + ")*)(rest: of it\\s*)?");

    @Override
    public ServingConfig parse(String subject, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "%s:1: '%s' (expected: models)".formatted(subject, text.strip()));
        }
        TreeMap<String, ModelConfig> models = new TreeMap<>();
        Matcher model = MODEL.matcher(form.group(1));
        while (model.find()) {
            models.put(model.group(1), ModelConfig.at(model.group(2)));
        }
        return new ServingConfig(
                "/models", ModelConfig.DEFAULT, models, Duration.ofSeconds(30), Duration.ofSeconds(1), 0);
    }

    @Override
    public String yaml(ServingConfig config) {
        if (config.models().isEmpty()) {
            return "rest: of it\n";
        }
        StringBuilder text = new StringBuilder("models:\n");
        config.models()
                .forEach((name, model) -> text.append("  %s:\n    path: %s\n".formatted(name, model.location())));
        return text.toString();
    }
}

package dev.slipway.access;

import dev.slipway.api.VersionChoice;

/**
 * What a request wants to do.
 *
 * @param model name; empty for what concerns the server, or all models
 * @param version which one of the model's the request names
 */
public record Need(Action action, String model, VersionChoice version) {
    private static final int SHOWN_CHARACTERS_MAX = 256;

    /** Of something that concerns no one model. */
    public static Need ofServer(Action action) {
        return new Need(action, "", VersionChoice.LATEST);
    }

    /** Of a model, whichever version it is now. */
    public static Need of(Action action, String model) {
        return new Need(action, model, VersionChoice.LATEST);
    }

    /** Whether it names something by more characters than that. */
    boolean isLongerThan(int characters) {
        return model.length() > characters
                || (version instanceof VersionChoice.Label label
                        && label.label().length() > characters);
    }

    /** At most so much of a name as tells which was meant: it comes from a client, and goes into messages. */
    private static String shown(String name) {
        return name.length() <= SHOWN_CHARACTERS_MAX ? name : name.substring(0, SHOWN_CHARACTERS_MAX) + "...";
    }

    /** {@code predict model 'fraud', label 'canary'}. */
    @Override
    public String toString() {
        if (model.isEmpty()) {
            return action.word() + " the server";
        }
        String what = "%s model '%s'".formatted(action.word(), shown(model));
        if (version instanceof VersionChoice.Exact exact) {
            return "%s, version %d".formatted(what, exact.version());
        }
        return version instanceof VersionChoice.Label label
                ? "%s, label '%s'".formatted(what, shown(label.label()))
                : what;
    }
}

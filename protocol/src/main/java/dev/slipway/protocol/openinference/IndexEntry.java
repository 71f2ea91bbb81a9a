package dev.slipway.protocol.openinference;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Triton's index of the repository says of a version, or of a model without versions.
 *
 * @param version empty for none
 * @param state {@code READY}, {@code LOADING}, {@code UNLOADING} or {@code UNAVAILABLE}
 * @param reason why it is in that state; empty when there is nothing to say
 */
public record IndexEntry(String name, String version, String state, String reason) {
    private static final String READY = "READY";
    private static final String UNAVAILABLE = "UNAVAILABLE";

    /** An entry for each version, in the models' order. */
    public static List<IndexEntry> of(Collection<ModelStatus> models) {
        List<IndexEntry> entries = new ArrayList<>();
        for (ModelStatus model : models) {
            if (model.versions().isEmpty()) {
                entries.add(new IndexEntry(model.name(), "", UNAVAILABLE, text(model.problem())));
            }
            for (VersionStatus version : model.versions()) {
                entries.add(new IndexEntry(
                        model.name(),
                        String.valueOf(version.version()),
                        state(version.state()),
                        text(version.error())));
            }
        }
        return entries;
    }

    /** Whether it can be asked. */
    public boolean isReady() {
        return state.equals(READY);
    }

    private static String text(@Nullable SlipwayException reason) {
        return reason == null ? "" : reason.getMessage();
    }

    /** Triton's name of a state. */
    public static String state(VersionState state) {
        return switch (state) {
            case NEW, LOADING, WARMING -> "LOADING";
            case AVAILABLE -> READY;
            case UNLOADING -> "UNLOADING";
            case DORMANT, ENDED, QUARANTINED -> UNAVAILABLE;
        };
    }
}

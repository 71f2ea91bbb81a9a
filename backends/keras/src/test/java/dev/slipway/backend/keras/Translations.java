package dev.slipway.backend.keras;

import java.nio.file.Path;

/** Translates without loading. */
final class Translations {
    private Translations() {}

    static Translation of(Path path) {
        try (KerasModel model = KerasModel.open(ModelFiles.at(path).orElseThrow())) {
            return Translation.of(model);
        }
    }
}

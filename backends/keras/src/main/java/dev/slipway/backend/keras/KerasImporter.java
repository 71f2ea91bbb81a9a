package dev.slipway.backend.keras;

import dev.slipway.api.Importer;
import java.nio.file.Path;
import java.util.List;

/** Writes Keras models as ONNX files. */
public final class KerasImporter implements Importer {
    @Override
    public String name() {
        return KerasBackend.NAME;
    }

    @Override
    public List<Path> write(Path model, Path directory) {
        ModelFiles files = ModelFiles.at(model)
                .orElseThrow(() -> Faults.invalid(
                        "'%s' is no Keras model (expected: a .keras, .h5 or .hdf5 file, or a folder with one)", model));
        try (KerasModel opened = KerasModel.open(files)) {
            return OnnxFiles.write(Translation.of(opened), directory, OnnxFiles.INLINE_BYTES_MAX);
        }
    }
}

package dev.slipway.server.archive;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an archive says of its model.
 *
 * @param serializedFile TorchServe's name for the model's file; empty when it is not said
 * @param modelFile MXNet Model Server's; of TorchServe the code of the model
 * @param handler what stands before and after the model
 */
record MarManifest(String serializedFile, String modelFile, String handler) {
    /** In an archive. */
    static final String PLACE = "MAR-INF/MANIFEST.json";

    private static final int BYTES_MAX = 1 << 20;

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when it is no manifest */
    static MarManifest read(Path folder) {
        Path file = folder.resolve(PLACE);
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s has %d bytes (expected: at most %d)".formatted(PLACE, Files.size(file), BYTES_MAX));
            }
            return read(new JsonReader(ByteBuffer.wrap(Files.readAllBytes(file))));
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, "%s can't be read: %s".formatted(file, e), e);
        }
    }

    private static MarManifest read(JsonReader in) {
        String[] said = {"", "", ""};
        in.beginObject();
        while (in.nextName()) {
            if (in.name().equals("model") && in.peek() == '{') {
                readModel(in, said);
            } else {
                in.skipValue();
            }
        }
        in.endDocument();
        return new MarManifest(said[0], said[1], said[2]);
    }

    private static void readModel(JsonReader in, String[] said) {
        in.beginObject();
        while (in.nextName()) {
            int place = switch (in.name()) {
                case "serializedFile" -> 0;
                case "modelFile" -> 1;
                case "handler" -> 2;
                default -> -1;
            };
            if (place >= 0 && in.peek() == '"') {
                said[place] = in.string();
            } else {
                in.skipValue();
            }
        }
    }
}

package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.INTERNAL;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/** Puts TensorFlow's errors into categories, and its messages into one line. */
final class TfErrors {
    private static final int MESSAGE_CHARS_MAX = 600;
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private TfErrors() {}

    static boolean isFine(TF_Status status) {
        return tensorflow.TF_GetCode(status) == ErrorCode.OK.grpcStatus();
    }

    /** The error of a model that could not be loaded. */
    static SlipwayException load(ModelFiles files, TF_Status status) {
        String message = message(status, files);
        ErrorCode code = code(status);
        if (message.contains("not registered")) {
            code = UNIMPLEMENTED;
        } else if (code != RESOURCE_EXHAUSTED && code != UNIMPLEMENTED && code != UNAVAILABLE) {
            code = INVALID_ARGUMENT;
        }
        return new SlipwayException(code, "'%s' can't be loaded: %s".formatted(files.name(), message));
    }

    /** The error of a run. */
    static SlipwayException run(ModelFiles files, TF_Status status) {
        return switch (code(status)) {
            case DEADLINE_EXCEEDED ->
                new SlipwayException(
                        DEADLINE_EXCEEDED,
                        "'%s' was stopped: the request's deadline has passed".formatted(files.name()));
            case INVALID_ARGUMENT, OUT_OF_RANGE ->
                new SlipwayException(
                        INVALID_ARGUMENT,
                        "'%s' refuses the inputs: %s".formatted(files.name(), message(status, files)));
            case RESOURCE_EXHAUSTED -> failed(RESOURCE_EXHAUSTED, files, status);
            case UNIMPLEMENTED -> failed(UNIMPLEMENTED, files, status);
            default -> failed(INTERNAL, files, status);
        };
    }

    private static SlipwayException failed(ErrorCode code, ModelFiles files, TF_Status status) {
        return new SlipwayException(code, "'%s' failed: %s".formatted(files.name(), message(status, files)));
    }

    /** TensorFlow's codes are gRPC's. */
    private static ErrorCode code(TF_Status status) {
        int code = tensorflow.TF_GetCode(status);
        for (ErrorCode known : ErrorCode.values()) {
            if (known.grpcStatus() == code) {
                return known;
            }
        }
        return INTERNAL;
    }

    /** Where the model lies is nothing for clients, who are shown this text. */
    private static String message(TF_Status status, ModelFiles files) {
        BytePointer pointer = tensorflow.TF_Message(status);
        String whole = pointer == null ? "" : pointer.getString(StandardCharsets.UTF_8);
        String folder = String.valueOf(files.path().toAbsolutePath().getParent());
        String message =
                SPACE.matcher(whole).replaceAll(" ").replace(folder + "/", "").strip();
        return message.length() <= MESSAGE_CHARS_MAX ? message : message.substring(0, MESSAGE_CHARS_MAX) + "...";
    }
}

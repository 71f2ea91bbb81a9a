package dev.slipway.protocol.torchserve;

import dev.slipway.api.ErrorCode;
import dev.slipway.protocol.HttpStatus;
import dev.slipway.protocol.json.JsonWriter;
import java.nio.ByteBuffer;

/** How errors show: {@code {"code": 404, "type": "ModelNotFoundException", "message": "..."}}. */
public final class ErrorJson {
    private ErrorJson() {}

    /** The status code; where there is too much to do it is 503, which clients of the peer know to try again. */
    public static int status(ErrorCode code) {
        return code == ErrorCode.RESOURCE_EXHAUSTED ? 503 : HttpStatus.of(code);
    }

    /**
     * The peer's name of an error.
     *
     * @param isModelKnown whether what was not found is a version of a model that is there
     */
    public static String type(ErrorCode code, boolean isModelKnown) {
        return switch (code) {
            case NOT_FOUND -> isModelKnown ? "ModelVersionNotFoundException" : "ModelNotFoundException";
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> "BadRequestException";
            case ALREADY_EXISTS, ABORTED -> "ConflictStatusException";
            case RESOURCE_EXHAUSTED, UNAVAILABLE -> "ServiceUnavailableException";
            case DEADLINE_EXCEEDED, CANCELLED -> "RequestTimeoutException";
            case UNIMPLEMENTED -> "NotImplementedException";
            case UNAUTHENTICATED, PERMISSION_DENIED -> "InvalidKeyException";
            default -> "InternalServerException";
        };
    }

    /** The body. */
    public static ByteBuffer body(int status, String type, String message) {
        return new JsonWriter()
                .beginObject()
                .name("code")
                .number((long) status)
                .name("type")
                .string(type)
                .name("message")
                .string(message)
                .endObject()
                .toByteBuffer();
    }
}

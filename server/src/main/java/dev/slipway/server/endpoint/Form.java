package dev.slipway.server.endpoint;

import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Function;

/** How one HTTP request for a model is read and answered, in a protocol of a package of its own. */
public interface Form {
    /**
     * What a request is for.
     *
     * @param protocol as metrics have it
     */
    record Named(String protocol, String model, VersionChoice version) {}

    /**
     * What a request asks.
     *
     * @param inputs by name; dtypes and shapes fit the signature
     */
    record Question(Signature signature, Map<String, Tensor> inputs) {}

    /**
     * What it is answered.
     *
     * @param headers beside the type's
     */
    record Written(String contentType, Map<String, String> headers, ByteBuffer body) {}

    /**
     * Reads a request; once, or again when it waited for its model.
     *
     * @param signatures finds a signature of the model by its name, the default one by an empty name
     */
    Question read(RestRequest request, Function<String, Signature> signatures);

    /**
     * Writes its answer.
     *
     * @param outputs by name; lent until this returns
     * @param model what the version that answered says of itself
     */
    Written write(Map<String, Tensor> outputs, ModelDescription model);

    /** Answers that it failed. */
    void fail(RestReply reply, SlipwayException error);
}

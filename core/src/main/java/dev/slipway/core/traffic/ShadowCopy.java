package dev.slipway.core.traffic;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Tensor;
import dev.slipway.core.Answer;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request that a shadow is to be asked too. Nothing is copied before the request is answered: first, while they can still
 * be read, its inputs ({@link #keep}); then, once the answer is sent, that ({@link #compareWith}), and the rest is done
 * elsewhere. For one thread at a time; throws nothing, whatever happens.
 */
public final class ShadowCopy {
    private static final System.Logger LOG = System.getLogger(ShadowCopy.class.getName());

    private final Shadows shadows;
    private final ShadowTally tally;
    private final double tolerance;
    private InferenceRequest request;
    private Map<String, Tensor> outputs = Map.of();
    private long answeredBy;

    /** That were set aside; -1 when there is nothing to compare. */
    private long reservedBytes = -1;

    ShadowCopy(Shadows shadows, ShadowTally tally, double tolerance, InferenceRequest request) {
        this.shadows = shadows;
        this.tally = tally;
        this.tolerance = tolerance;
        this.request = request;
    }

    /**
     * Copies the inputs. To be called before the answer is sent, when the inputs' memory is given back.
     *
     * @param answer that is about to be sent
     */
    public void keep(Answer answer) {
        long bytes = bytes(request.inputs()) + bytes(answer.outputs());
        if (!shadows.reserve(bytes)) {
            tally.skip();
            return;
        }
        reservedBytes = bytes;
        try {
            request = new InferenceRequest(
                    request.target(), copies(request.inputs()), request.outputs(), request.deadline());
        } catch (RuntimeException | OutOfMemoryError e) {
            skip(e);
        }
    }

    /** Copies the answer, which was sent, and has the shadow asked. */
    public void compareWith(Answer answer) {
        if (reservedBytes < 0) {
            return;
        }
        try {
            outputs = copies(answer.outputs());
            answeredBy = answer.id().version();
            shadows.ask(this);
        } catch (RuntimeException | OutOfMemoryError e) {
            skip(e);
        }
    }

    /** Gives up: the answer could not be sent. */
    public void close() {
        if (reservedBytes >= 0) {
            shadows.release(reservedBytes);
            reservedBytes = -1;
        }
    }

    private void skip(Throwable reason) {
        LOG.log(Level.DEBUG, "a request was not copied for a shadow", reason);
        close();
        tally.skip();
    }

    private static long bytes(Map<String, Tensor> tensors) {
        long sum = 0;
        for (Tensor tensor : tensors.values()) {
            sum += tensor.byteCount();
        }
        return sum;
    }

    private static Map<String, Tensor> copies(Map<String, Tensor> tensors) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            ByteBuffer data = ByteBuffer.allocate(tensor.byteCount()).order(ByteOrder.LITTLE_ENDIAN);
            data.put(tensor.data()).flip();
            copies.put(name, new Tensor(tensor.dtype(), tensor.shape(), data));
        });
        return copies;
    }

    ShadowTally tally() {
        return tally;
    }

    double tolerance() {
        return tolerance;
    }

    /** With inputs of its own, once they are kept. */
    InferenceRequest request() {
        return request;
    }

    Map<String, Tensor> outputs() {
        return outputs;
    }

    long answeredBy() {
        return answeredBy;
    }
}

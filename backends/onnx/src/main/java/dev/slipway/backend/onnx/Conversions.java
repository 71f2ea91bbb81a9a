package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.WireWriter;
import dev.slipway.backend.onnx.OrtRuntime.Threads;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes and reads the values for which the runtime's Java API has no way of its own, through tiny models: unsigned
 * integers are cast from signed ones of the same bits; text beyond U+FFFF, which the Java API garbles, goes in as a
 * constant of a model made for it, and is recognised on its way out by a regular expression.
 */
final class Conversions implements AutoCloseable {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 20;

    private final OrtRuntime runtime;
    /** Guarded by this. */
    private final Map<ElementType, OrtSession> casts = new EnumMap<>(ElementType.class);
    /** Guarded by this. */
    private @Nullable OrtSession plainText;

    Conversions(OrtRuntime runtime) {
        this.runtime = runtime;
    }

    /** The unsigned values with the bits of {@code signed}; the result's first value is the tensor. */
    OrtSession.Result cast(OnnxTensor signed, ElementType to) throws OrtException {
        return runtime.run(castTo(to), Map.of("x", signed), Set.of("y"), Map.of(), null);
    }

    private synchronized OrtSession castTo(ElementType to) throws OrtException {
        OrtSession session = casts.get(to);
        ElementType from = to.castFrom();
        if (session == null && from != null) {
            WireWriter attribute =
                    new WireWriter().text(1, "to").varint(3, to.number()).varint(20, 2);
            session = runtime.open(
                    model(new WireWriter()
                            .message(1, node("Cast", attribute))
                            .message(11, value("x", from.number()))
                            .message(12, value("y", to.number()))),
                    Threads.CALLER);
            casts.put(to, session);
        }
        if (session == null) {
            throw new IllegalArgumentException("type: %s (expected: uint16, uint32 or uint64)".formatted(to));
        }
        return session;
    }

    /**
     * Whether the Java API reads all of these strings as they are.
     *
     * @param strings a tensor of strings, not empty
     */
    boolean isPlain(OnnxTensor strings) throws OrtException {
        OrtSession.Result result = runtime.run(plainText(), Map.of("x", strings), Set.of("y"), Map.of(), null);
        try {
            ByteBuffer flags = result.get(0) instanceof OnnxTensor tensor ? tensor.getByteBuffer() : null;
            while (flags != null && flags.hasRemaining()) {
                if (flags.get() == 0) {
                    return false;
                }
            }
            return true;
        } finally {
            OrtRuntime.close(result);
        }
    }

    private synchronized OrtSession plainText() throws OrtException {
        OrtSession session = plainText;
        if (session == null) {
            WireWriter attribute = new WireWriter()
                    .text(1, "pattern")
                    .text(4, "[\\x{1}-\\x{FFFF}]*")
                    .varint(20, 3);
            session = runtime.open(
                    model(new WireWriter()
                            .message(1, node("RegexFullMatch", attribute))
                            .message(11, value("x", ElementType.STRING.number()))
                            .message(12, value("y", ElementType.BOOL.number()))),
                    Threads.CALLER);
            plainText = session;
        }
        return session;
    }

    /** A model whose only output is that tensor. */
    OrtSession constant(byte[][] strings, long[] shape) throws OrtException {
        WireWriter tensor = new WireWriter();
        WireWriter dims = new WireWriter();
        for (long dim : shape) {
            tensor.varint(1, dim);
            dims.message(1, new WireWriter().varint(1, dim));
        }
        tensor.varint(2, ElementType.STRING.number()).text(8, "y");
        for (byte[] element : strings) {
            tensor.bytes(6, element);
        }
        WireWriter type =
                new WireWriter().varint(1, ElementType.STRING.number()).message(2, dims);
        WireWriter output = new WireWriter().text(1, "y").message(2, new WireWriter().message(1, type));
        return runtime.open(model(new WireWriter().message(5, tensor).message(12, output)), Threads.CALLER);
    }

    /** The text of an output that {@link #isPlain} refuses. */
    static SlipwayException unreadable(String output) {
        return new SlipwayException(
                UNIMPLEMENTED,
                "output '%s' holds text beyond U+FFFF, or a NUL, which ONNX Runtime's Java API can't read (expected:"
                                .formatted(output)
                        + " other text)");
    }

    private static WireWriter node(String op, WireWriter attribute) {
        return new WireWriter().text(1, "x").text(2, "y").text(4, op).message(5, attribute);
    }

    /** A tensor of any rank. */
    private static WireWriter value(String name, int type) {
        return new WireWriter().text(1, name).message(2, new WireWriter().message(1, new WireWriter().varint(1, type)));
    }

    private static byte[] model(WireWriter graph) {
        return new WireWriter()
                .varint(1, IR_VERSION)
                .message(7, graph.text(2, "conversion"))
                .message(8, new WireWriter().text(1, "").varint(2, OPSET))
                .toBytes();
    }

    @Override
    public synchronized void close() {
        casts.values().forEach(Conversions::close);
        casts.clear();
        Optional.ofNullable(plainText).ifPresent(Conversions::close);
        plainText = null;
    }

    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("a session can't be closed: " + e.getMessage(), e);
        }
    }
}

package dev.slipway.core.batching;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Tensors as tests write them down. */
final class TestTensors {
    private TestTensors() {}

    static Tensor floats(Shape shape, double... values) {
        ByteBuffer data = littleEndian(values.length * 4);
        for (double value : values) {
            data.putFloat((float) value);
        }
        return new Tensor(DType.FP32, shape, data.flip());
    }

    static Tensor doubles(Shape shape, double... values) {
        ByteBuffer data = littleEndian(values.length * 8);
        for (double value : values) {
            data.putDouble(value);
        }
        return new Tensor(DType.FP64, shape, data.flip());
    }

    /** One whole number of any dtype. */
    static Tensor whole(DType dtype, long value) {
        ByteBuffer data = littleEndian(8).putLong(value).flip();
        return new Tensor(dtype, Shape.of(1), data.limit(dtype.byteSize()));
    }

    /** Elements of 16 bits. */
    static Tensor shorts(DType dtype, int... bits) {
        ByteBuffer data = littleEndian(bits.length * 2);
        for (int each : bits) {
            data.putShort((short) each);
        }
        return new Tensor(dtype, Shape.of(bits.length), data.flip());
    }

    static Tensor texts(Shape shape, String... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String value : values) {
            put(bytes, value);
        }
        return new Tensor(DType.STRING, shape, ByteBuffer.wrap(bytes.toByteArray()));
    }

    /** One map for each list of keys and values in turns. */
    @SafeVarargs
    static Tensor maps(List<Object>... maps) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (List<Object> map : maps) {
            bytes.writeBytes(littleEndian(4).putInt(map.size() / 2).array());
            for (int i = 0; i < map.size(); i += 2) {
                put(bytes, (String) map.get(i));
                float value = ((Number) map.get(i + 1)).floatValue();
                bytes.writeBytes(littleEndian(4).putFloat(value).array());
            }
        }
        return new Tensor(DType.MAP, Shape.of(maps.length), ByteBuffer.wrap(bytes.toByteArray()));
    }

    /** Anything of that dtype and shape; texts and maps of any length, empty ones too. */
    static Tensor random(DType dtype, Shape shape, Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (long left = shape.elementCount(); left > 0; left--) {
            if (dtype == DType.MAP) {
                int entries = random.nextInt(3);
                bytes.writeBytes(littleEndian(4).putInt(entries).array());
                for (int i = 0; i < entries; i++) {
                    put(bytes, "k".repeat(i));
                    bytes.writeBytes(
                            littleEndian(4).putFloat(random.nextFloat()).array());
                }
            } else if (dtype == DType.STRING) {
                put(bytes, "x".repeat(random.nextInt(5)));
            } else {
                byte[] element = new byte[dtype.byteSize()];
                random.nextBytes(element);
                bytes.writeBytes(element);
            }
        }
        ByteBuffer data = ByteBuffer.wrap(bytes.toByteArray());
        return new Tensor(dtype, shape, random.nextBoolean() ? data : direct(data));
    }

    static Signature signature(List<TensorSpec> inputs, TensorSpec... outputs) {
        return new Signature(Signature.DEFAULT, inputs, List.of(outputs));
    }

    static TensorSpec spec(String name, DType dtype, long... dims) {
        return new TensorSpec(name, dtype, Shape.of(dims));
    }

    static Map<String, Tensor> named(String name, Tensor tensor) {
        return Map.of(name, tensor);
    }

    static Map<String, Tensor> named(String name, Tensor tensor, String name2, Tensor tensor2) {
        Map<String, Tensor> map = new LinkedHashMap<>();
        map.put(name, tensor);
        map.put(name2, tensor2);
        return map;
    }

    private static void put(ByteArrayOutputStream bytes, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(littleEndian(4).putInt(utf8.length).array());
        bytes.writeBytes(utf8);
    }

    private static ByteBuffer direct(ByteBuffer data) {
        return ByteBuffer.allocateDirect(data.remaining()).put(data).flip();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}

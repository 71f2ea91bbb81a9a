package dev.slipway.backend.keras;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.DType;
import dev.slipway.api.SlipwayException;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * An HDF5 file that may be hostile: whatever the library that reads it throws becomes {@code INVALID_ARGUMENT}, and what it is
 * asked to read is bounded by the file's size.
 *
 * @see <a href="https://docs.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html">HDF5 file format</a>
 */
final class Hdf implements AutoCloseable {
    /** Compressed numbers may be this many times what they take in the file, ... */
    private static final long EXPANSION_MAX = 64;

    /** ... or this many bytes, if that is more. */
    private static final long FREE_BYTES = 64L << 20;

    /** Filters whose code the library has itself: deflate, shuffle, Fletcher's checksum. */
    private static final int FILTER_ID_MAX = 3;

    private final String subject;
    private final BoundedChannel channel;
    private final HdfFile file;
    private long budget;

    private Hdf(String subject, BoundedChannel channel, HdfFile file) {
        this.subject = subject;
        this.channel = channel;
        this.file = file;
        this.budget = Math.max(FREE_BYTES, EXPANSION_MAX * channel.size());
    }

    /**
     * @param start where in the file it begins
     * @param length its size, or -1 for all of the file
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is no HDF5 file, {@code UNAVAILABLE} when it can't be read
     */
    static Hdf open(Path path, long start, long length) {
        String subject = "'%s'".formatted(path.getFileName());
        BoundedChannel channel;
        try {
            channel = BoundedChannel.open(path, start, length);
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "%s can't be read: %s".formatted(subject, e), e);
        }
        boolean isOpen = false;
        try {
            Hdf hdf = new Hdf(subject, channel, guarded(subject, "", () -> new HdfFile(channel)));
            // How long the file says that it is.
            long end = hdf.file.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
            if (end > channel.size()) {
                throw Faults.invalid(
                        "%s is cut: %d bytes of HDF5 (expected: %d, as its header says)", subject, channel.size(), end);
            }
            isOpen = true;
            return hdf;
        } finally {
            if (!isOpen) {
                close(channel);
            }
        }
    }

    /** Text of an attribute; empty where there is none. */
    Optional<String> text(String path, String attribute) {
        return attribute(path, attribute).map(value -> {
            if (value instanceof String text) {
                return text;
            }
            if (value instanceof String[] texts && texts.length == 1) {
                return texts[0];
            }
            throw Faults.invalid("%s: '%s' of '%s' is no text (expected: text)", subject, attribute, path);
        });
    }

    /** Texts of an attribute, which Keras cuts into NAME0, NAME1, ... where it is long; empty where there is none. */
    Optional<List<String>> texts(String path, String attribute) {
        Optional<Object> whole = attribute(path, attribute);
        List<String> texts = new ArrayList<>();
        if (whole.isPresent()) {
            add(texts, whole.get(), attribute);
            return Optional.of(texts);
        }
        Optional<Object> part = attribute(path, attribute + 0);
        for (int i = 1; part.isPresent(); i++) {
            add(texts, part.get(), attribute);
            part = attribute(path, attribute + i);
        }
        return texts.isEmpty() ? Optional.empty() : Optional.of(texts);
    }

    private void add(List<String> texts, Object value, String attribute) {
        if (value instanceof String[] more) {
            texts.addAll(List.of(more));
        } else if (value instanceof String text) {
            texts.add(text);
        } else if (!(value instanceof double[] none && none.length == 0)
                && !(value instanceof float[] empty && empty.length == 0)) {
            // An empty list of names is written as an empty list of numbers.
            throw Faults.invalid("%s: '%s' has no texts (expected: texts)", subject, attribute);
        }
    }

    private Optional<Object> attribute(String path, String name) {
        return guarded(subject, " at '" + path + "'", () -> {
            Node node = node(path);
            Attribute attribute = node == null ? null : node.getAttributes().get(name);
            if (attribute == null) {
                return Optional.empty();
            }
            if (attribute.isEmpty()) {
                return Optional.of(new String[0]);
            }
            claim(attribute.getSizeInBytes(), name);
            Object data = attribute.getData();
            return Optional.ofNullable(data);
        });
    }

    boolean has(String path) {
        return Boolean.TRUE.equals(guarded(subject, " at '" + path + "'", () -> node(path) != null));
    }

    /** Names of what a group holds; empty where there is none. */
    List<String> children(String path) {
        return guarded(
                subject,
                " at '" + path + "'",
                () -> node(path) instanceof Group group
                        ? List.copyOf(group.getChildren().keySet())
                        : List.<String>of());
    }

    /** The header of a tensor, whose numbers are yet to be read; empty where there is none. */
    Optional<Weight> weight(String path) {
        return guarded(subject, " at '" + path + "'", () -> {
            if (!(node(path) instanceof Dataset dataset)) {
                return Optional.empty();
            }
            if (dataset.getFilters().stream().anyMatch(filter -> filter.getId() > FILTER_ID_MAX)) {
                throw Faults.unimplemented(
                        "%s: '%s' is packed with %s (expected: deflate, or nothing)",
                        subject, path, dataset.getFilters());
            }
            long[] dims = dataset.getDimensions() == null ? new long[0] : dataset.getDimensionsAsLong();
            Attribute said = dataset.getAttributes().get("dtype");
            boolean isBrain = said != null && "bfloat16".equals(said.getData());
            return Optional.of(new Weight(path, dims, dtype(path, dataset.getDataType(), isBrain), this));
        });
    }

    private DType dtype(String path, DataType type, boolean isBrain) {
        if (isBrain) {
            throw Faults.unimplemented(
                    "%s: '%s' holds bfloat16 numbers (expected: float16, float32 or float64)", subject, path);
        }
        if (type instanceof FloatingPoint) {
            return switch (type.getSize()) {
                case 2 -> DType.FP16;
                case 4 -> DType.FP32;
                default -> DType.FP64;
            };
        }
        if (type instanceof FixedPoint) {
            return type.getSize() == Long.BYTES ? DType.INT64 : DType.INT32;
        }
        return DType.STRING;
    }

    /** All numbers of a tensor, in row-major order, as float32. */
    float[] floats(Weight weight) {
        return guarded(subject, " at '" + weight.path() + "'", () -> {
            if (!(node(weight.path()) instanceof Dataset dataset)) {
                throw new IllegalStateException("is not there");
            }
            claim(dataset.getSizeInBytes(), weight.path());
            return Numbers.floats(dataset.getDataFlat());
        });
    }

    private void claim(long bytes, String what) {
        if (bytes < 0 || bytes > budget) {
            throw Faults.invalid(
                    "%s: '%s' has %d bytes (expected: at most %d, in a file of %d)",
                    subject, what, bytes, budget, channel.size());
        }
        budget -= bytes;
    }

    private @Nullable Node node(String path) {
        Node node = file;
        for (String name : path.split("/")) {
            if (!name.isEmpty()) {
                node = node instanceof Group group ? group.getChildren().get(name) : null;
                if (node == null || node.isLink()) {
                    return null;
                }
            }
        }
        return node;
    }

    /** Runs what reads; the library answers broken files with exceptions of every kind, and with errors. */
    private static <T> T guarded(String subject, String where, Callable<T> read) {
        try {
            return read.call();
        } catch (SlipwayException e) {
            throw e;
        } catch (Exception | StackOverflowError | OutOfMemoryError | AssertionError e) {
            Throwable cause = e;
            for (Throwable inner = e.getCause(); inner != null; inner = inner.getCause()) {
                cause = inner;
            }
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "%s is no HDF5 file, or a broken one%s: %s (expected: one that is whole)"
                            .formatted(subject, where, cause),
                    e);
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            System.getLogger(Hdf.class.getName()).log(System.Logger.Level.DEBUG, "an HDF5 file did not close", e);
        }
    }

    @Override
    public void close() {
        close(file);
        close(channel);
    }
}

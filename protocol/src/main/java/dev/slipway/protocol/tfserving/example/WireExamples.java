package dev.slipway.protocol.tfserving.example;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.TensorBuffer;
import dev.slipway.protocol.wire.WireReader;
import java.util.Arrays;

/** Reads the message Input: a list of tf.Example, perhaps with a context that holds for each of them. */
public final class WireExamples {
    private static final int EXAMPLE_LIST = WireReader.tag(1, WireReader.BYTES);
    private static final int WITH_CONTEXT = WireReader.tag(2, WireReader.BYTES);
    private static final int EXAMPLES = WireReader.tag(1, WireReader.BYTES);
    private static final int CONTEXT = WireReader.tag(2, WireReader.BYTES);
    private static final int KNOWN = 1 << 1 | 1 << 2;

    private final WireReader input;
    private final Signature signature;
    private final long bytesMax;
    private int listFrom;
    private int listTo;
    private int contextFrom;
    private int contextTo;
    private int examples;

    private WireExamples(WireReader input, Signature signature, long bytesMax) {
        this.input = input;
        this.signature = signature;
        this.bytesMax = bytesMax;
    }

    /**
     * @param input at the start of the message
     * @param bytesMax that the tensors may take together
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed, has no examples, or does not fit the signature,
     *     naming the feature; {@code RESOURCE_EXHAUSTED} when it asks for more memory than it may
     */
    public static ExampleRequest read(WireReader input, Signature signature, long bytesMax) {
        WireExamples examples = new WireExamples(input, signature, bytesMax);
        examples.find();
        return examples.isSerialized() ? examples.serialized() : examples.columns();
    }

    /** Finds the list, and the context, which stands behind what it holds for. */
    private void find() {
        boolean isFound = false;
        while (input.hasMore()) {
            int at = input.offset();
            int tag = input.readTag();
            if (tag != EXAMPLE_LIST && tag != WITH_CONTEXT) {
                input.skipUnknown(tag, KNOWN);
                continue;
            }
            if (isFound) {
                throw input.malformedAt(at, "a second list of examples", "one");
            }
            isFound = true;
            int length = input.skipBytes();
            listTo = input.offset();
            listFrom = listTo - length;
            findContext(tag == WITH_CONTEXT ? KNOWN : 1 << 1);
        }
        if (examples == 0) {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "Input is empty (expected: at least one example)");
        }
    }

    private void findContext(int known) {
        WireReader list = input.between(listFrom, listTo);
        while (list.hasMore()) {
            int tag = list.readTag();
            if (tag == EXAMPLES) {
                list.skipBytes();
                examples++;
            } else if (tag == CONTEXT && known == KNOWN) {
                int length = list.skipBytes();
                contextTo = list.offset();
                contextFrom = contextTo - length;
            } else {
                list.skipUnknown(tag, known);
            }
        }
    }

    /** Goes to the next example of a list, which is then to be read; false behind the last. */
    private static boolean next(WireReader list) {
        while (list.hasMore()) {
            int tag = list.readTag();
            if (tag == EXAMPLES) {
                return true;
            }
            list.skipUnknown(tag, 0);
        }
        return false;
    }

    private boolean isSerialized() {
        if (!ExampleColumns.mayBeSerialized(signature)) {
            return false;
        }
        FeaturePlaces places = new FeaturePlaces(new ExampleColumns(signature, bytesMax));
        places.find(input.between(contextFrom, contextTo));
        WireReader list = input.between(listFrom, listTo);
        next(list);
        int length = list.skipBytes();
        places.find(list.between(list.offset() - length, list.offset()));
        return !places.isFound(0);
    }

    private ExampleRequest serialized() {
        TensorBuffer texts = new TensorBuffer(64);
        WireReader list = input.between(listFrom, listTo);
        byte[] context = bytes(input.between(contextFrom, contextTo), contextTo - contextFrom);
        while (next(list)) {
            int length = list.readLength();
            ExampleColumns.requireRoom((long) texts.size() + context.length + length, bytesMax);
            // Messages that follow each other are one, whose later fields count.
            texts.putInt(context.length + length);
            texts.putBytes(context, 0, context.length);
            byte[] example = bytes(list, length);
            texts.putBytes(example, 0, length);
        }
        return ExampleColumns.serialized(signature, texts, examples);
    }

    private static byte[] bytes(WireReader reader, int length) {
        byte[] bytes = new byte[length];
        reader.readBytes(bytes, 0, length);
        return bytes;
    }

    private ExampleRequest columns() {
        ExampleColumns columns = new ExampleColumns(signature, bytesMax);
        FeaturePlaces shared = new FeaturePlaces(columns);
        shared.find(input.between(contextFrom, contextTo));
        FeaturePlaces own = new FeaturePlaces(columns);
        WireReader list = input.between(listFrom, listTo);
        while (next(list)) {
            int length = list.skipBytes();
            own.clear();
            own.find(list.between(list.offset() - length, list.offset()));
            columns.begin();
            for (int place = 0; place < columns.size(); place++) {
                FeaturePlaces found = own.isFound(place) ? own : shared;
                if (found.isFound(place)) {
                    WireFeature.read(found.feature(place, input), columns.column(place));
                }
            }
            columns.end();
        }
        return columns.request();
    }

    /** Where the features of an example are that a signature takes. */
    private static final class FeaturePlaces {
        private static final int FEATURES = WireReader.tag(1, WireReader.BYTES);
        private static final int FEATURE = WireReader.tag(1, WireReader.BYTES);
        private static final int ENTRY_KEY = WireReader.tag(1, WireReader.BYTES);
        private static final int ENTRY_VALUE = WireReader.tag(2, WireReader.BYTES);

        private final ExampleColumns columns;
        private final int[] from;
        private final int[] to;

        FeaturePlaces(ExampleColumns columns) {
            this.columns = columns;
            this.from = new int[columns.size()];
            this.to = new int[columns.size()];
            clear();
        }

        void clear() {
            Arrays.fill(from, -1);
        }

        boolean isFound(int place) {
            return from[place] >= 0;
        }

        WireReader feature(int place, WireReader message) {
            return message.between(from[place], to[place]);
        }

        void find(WireReader example) {
            while (example.hasMore()) {
                int tag = example.readTag();
                if (tag != FEATURES) {
                    example.skipUnknown(tag, 1 << 1);
                    continue;
                }
                int outer = example.enter();
                while (example.hasMore()) {
                    int entry = example.readTag();
                    if (entry == FEATURE) {
                        findEntry(example);
                    } else {
                        example.skipUnknown(entry, 1 << 1);
                    }
                }
                example.leave(outer);
            }
        }

        /** Of a feature that comes twice the last counts, as in any map. */
        private void findEntry(WireReader features) {
            int place = columns.place("");
            int valueFrom = features.offset();
            int valueTo = valueFrom;
            int outer = features.enter();
            while (features.hasMore()) {
                int tag = features.readTag();
                if (tag == ENTRY_KEY) {
                    place = columns.place(features.readString());
                } else if (tag == ENTRY_VALUE) {
                    int length = features.skipBytes();
                    valueTo = features.offset();
                    valueFrom = valueTo - length;
                } else {
                    features.skipUnknown(tag, KNOWN);
                }
            }
            features.leave(outer);
            if (place >= 0) {
                from[place] = valueFrom;
                to[place] = valueTo;
            }
        }
    }
}

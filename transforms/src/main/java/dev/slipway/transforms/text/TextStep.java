package dev.slipway.transforms.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputStep;
import dev.slipway.transforms.Texts;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes tokens of texts. */
final class TextStep implements InputStep {
    private final TextInput settings;
    private final TokenTensors tensors;
    private final Tokenizer tokenizer;

    private TextStep(TextInput settings, TokenTensors tensors, Tokenizer tokenizer) {
        this.settings = settings;
        this.tensors = tensors;
        this.tokenizer = tokenizer;
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when the tokenizer, or the model, is none of this kind */
    static TextStep open(TextInput settings, ChainFiles files, Signature model) {
        Path path = files.find("tokenizer", settings.tokenizer());
        TokenizerFile file = TokenizerFile.read(path);
        TokenTensors tensors = TokenTensors.of(model, file, settings.lengths());
        Lengths lengths = tensors.lengths();
        Path library = NativeTokenizers.load();
        TrialRun.check(library, path, file.text(), lengths, settings.addsSpecialTokens());
        try {
            return new TextStep(
                    settings,
                    tensors,
                    Tokenizer.open(TokenizersLibrary.LIB, file.text(), lengths, settings.addsSpecialTokens()));
        } catch (RuntimeException e) {
            throw TokenizerFile.unfit(path, "is refused by the tokenizers: " + e.getMessage());
        }
    }

    /** As {@link #open}, with the tokenizer tried in a process of its own and in no other. */
    static List<TensorSpec> fit(TextInput settings, ChainFiles files, Signature model) {
        Path path = files.find("tokenizer", settings.tokenizer());
        TokenizerFile file = TokenizerFile.read(path);
        Lengths lengths = TokenTensors.of(model, file, settings.lengths()).lengths();
        TrialRun.check(NativeTokenizers.unpacked(), path, file.text(), lengths, settings.addsSpecialTokens());
        return inputs(settings);
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs(settings);
    }

    private static List<TensorSpec> inputs(TextInput settings) {
        List<TensorSpec> inputs = new ArrayList<>();
        inputs.add(new TensorSpec(settings.names().text(), DType.STRING, Shape.ANY));
        if (settings.names().isPair()) {
            inputs.add(new TensorSpec(settings.names().pair(), DType.STRING, Shape.ANY, false, true));
        }
        return inputs;
    }

    @Override
    public Map<String, Tensor> apply(Map<String, Tensor> inputs, Deadline deadline) {
        TextInput.Names names = settings.names();
        List<ByteBuffer> texts = texts(inputs, names.text());
        List<ByteBuffer> pairs = inputs.containsKey(names.pair()) ? texts(inputs, names.pair()) : List.of();
        if (!pairs.isEmpty() && pairs.size() != texts.size()) {
            throw invalid("input '%s' has %d rows (expected: %d, as '%s' has)"
                    .formatted(names.pair(), pairs.size(), texts.size(), names.text()));
        }
        List<Tokenizer.Tokens> rows = new ArrayList<>(texts.size());
        long tokens = 0;
        for (int row = 0; row < texts.size(); row++) {
            if (deadline.isExpired(System.nanoTime())) {
                throw new SlipwayException(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "the deadline passed with %d of %d texts tokenized".formatted(row, texts.size()));
            }
            Tokenizer.Tokens made = encode(row, texts.get(row), pairs.isEmpty() ? null : pairs.get(row));
            rows.add(made);
            tokens += made.ids().length;
            tensors.check(tokens);
        }
        return tensors.make(rows);
    }

    private Tokenizer.Tokens encode(int row, ByteBuffer text, @Nullable ByteBuffer pair) {
        TextInput.Names names = settings.names();
        String first = text(names.text(), row, text);
        String second = pair == null ? null : text(names.pair(), row, pair);
        try {
            return tokenizer.encode(first, second);
        } catch (SlipwayException e) {
            throw new SlipwayException(
                    e.code(), "input '%s', row %d %s".formatted(names.text(), row, e.getMessage()), e);
        } catch (RuntimeException e) {
            throw invalid("input '%s', row %d can't be tokenized: %s".formatted(names.text(), row, e.getMessage()));
        }
    }

    private String text(String name, int row, ByteBuffer text) {
        if (text.remaining() > settings.bytesMax()) {
            throw invalid("input '%s', row %d has %d bytes (expected: at most %d)"
                    .formatted(name, row, text.remaining(), settings.bytesMax()));
        }
        return Texts.text(name, row, text);
    }

    private static List<ByteBuffer> texts(Map<String, Tensor> inputs, String name) {
        Tensor tensor = inputs.get(name);
        if (tensor == null) {
            throw invalid("missing input '%s'".formatted(name));
        }
        Shape shape = tensor.shape();
        if (shape.rank() > 2 || (shape.rank() == 2 && shape.dim(1) != 1)) {
            throw invalid("input '%s' has shape %s (expected: [rows] or [rows, 1])".formatted(name, shape));
        }
        return Texts.bytes(name, tensor);
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }

    /** A mask that is padded with its first element says that there are more tokens. */
    @Override
    public boolean allowsPadding() {
        return false;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}

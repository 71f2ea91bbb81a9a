package dev.slipway.server.warmup;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.proto.inference.ModelConfig;
import dev.slipway.protocol.proto.inference.ModelWarmup;
import dev.slipway.protocol.text.TritonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What Triton's {@code config.pbtxt} says in {@code model_warmup}. */
record TritonSamples(Path file) implements Samples {
    private static final int RUNS_MAX = 10_000;
    private static final String DATA_FOLDER = "warmup";

    @Override
    public void each(Function<String, Signature> signatures, Runner runner) throws IOException {
        ModelConfig config = TritonText.parse(String.valueOf(file.getFileName()), Files.readString(file))
                .message();
        List<ModelWarmup> all = config.getModelWarmupList();
        if (all.size() > COUNT_MAX) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "model_warmup: %d samples (expected: at most %d)".formatted(all.size(), COUNT_MAX));
        }
        for (int at = 0; at < all.size(); at++) {
            ModelWarmup asked = all.get(at);
            String place = "model_warmup %d%s"
                    .formatted(at + 1, asked.getName().isEmpty() ? "" : " '" + asked.getName() + "'");
            runner.run(place, () -> sample(config, asked, signatures.apply("")));
        }
    }

    private Sample sample(ModelConfig config, ModelWarmup asked, Signature signature) throws IOException {
        int batch = Math.max(1, asked.getBatchSize());
        if (asked.getBatchSize() < 0 || batch > BYTES_MAX) {
            throw wrong(
                    "batch_size: %s".formatted(Integer.toUnsignedString(asked.getBatchSize())), "1 to " + BYTES_MAX);
        }
        if (asked.getCount() < 0 || asked.getCount() > RUNS_MAX) {
            throw wrong("count: %s".formatted(Integer.toUnsignedString(asked.getCount())), "0 to " + RUNS_MAX);
        }
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (Map.Entry<String, ModelWarmup.Input> input : asked.getInputsMap().entrySet()) {
            String name = input.getKey();
            TensorSpec spec = signature
                    .input(name)
                    .orElseThrow(() -> wrong(
                            "unknown input '%s'".formatted(name),
                            signature.inputs().stream().map(TensorSpec::name).toList()));
            boolean hasRows = config.hasMaxBatchSize()
                    ? config.getMaxBatchSize() > 0
                    : spec.shape().rank() == input.getValue().getDimsCount() + 1;
            inputs.put(name, new TritonTensor(name, input.getValue(), hasRows, batch).tensor(dataFolder()));
        }
        return new Sample(signature.name(), inputs, List.of(), Math.max(1, asked.getCount()));
    }

    private Path dataFolder() {
        return file.resolveSibling(DATA_FOLDER);
    }

    private static SlipwayException wrong(String found, Object expected) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, "%s (expected: %s)".formatted(found, expected));
    }
}

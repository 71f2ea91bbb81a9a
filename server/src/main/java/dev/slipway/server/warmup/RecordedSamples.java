package dev.slipway.server.warmup;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.tfserving.example.ExampleRequest;
import dev.slipway.protocol.tfserving.example.Task;
import dev.slipway.protocol.tfserving.grpc.ExampleRequestReader;
import dev.slipway.protocol.tfserving.grpc.MultiInferenceReader;
import dev.slipway.protocol.tfserving.grpc.PredictCall;
import dev.slipway.protocol.tfserving.grpc.PredictRequestReader;
import dev.slipway.protocol.tfserving.recorded.PredictionLogReader;
import dev.slipway.protocol.tfserving.recorded.RecordReader;
import dev.slipway.protocol.tfserving.recorded.RecordedRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Requests that TensorFlow Serving's tools have recorded: a TFRecord file of PredictionLog. */
record RecordedSamples(Path file) implements Samples {
    @Override
    public void each(Function<String, Signature> signatures, Runner runner) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            RecordReader records = new RecordReader(in, BYTES_MAX);
            boolean isMore = true;
            while (isMore) {
                isMore = next(records, signatures, runner);
            }
        }
    }

    private static boolean next(RecordReader records, Function<String, Signature> signatures, Runner runner)
            throws IOException {
        long number = records.count() + 1;
        String place = "record " + number;
        Optional<ByteBuffer> record;
        try {
            record = Optional.ofNullable(records.next());
        } catch (SlipwayException e) {
            throw WarmUpFailure.at(place, e);
        }
        if (record.isPresent()) {
            if (number > COUNT_MAX) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s is one too many (expected: at most %d)".formatted(place, COUNT_MAX));
            }
            for (Reader reader : readers(place, record.get(), signatures)) {
                runner.run(place, reader);
            }
        }
        return record.isPresent();
    }

    /** One run, or as many as there are signatures that a MultiInference asks for. */
    private static List<Reader> readers(String place, ByteBuffer record, Function<String, Signature> signatures) {
        try {
            RecordedRequest request = PredictionLogReader.read(record);
            return switch (request.kind()) {
                case PREDICT -> List.of(() -> predict(request.message()));
                case CLASSIFY -> List.of(() -> examples(Task.CLASSIFY, request.message(), signatures));
                case REGRESS -> List.of(() -> examples(Task.REGRESS, request.message(), signatures));
                case MULTI_INFERENCE -> {
                    MultiInferenceReader several = MultiInferenceReader.recorded(request.message());
                    yield several.tasks().stream()
                            .map(MultiInferenceReader.Wanted::signature)
                            .distinct()
                            .<Reader>map(name -> () -> sample(several.read(signatures.apply(name), BYTES_MAX)))
                            .toList();
                }
            };
        } catch (SlipwayException e) {
            throw WarmUpFailure.at(place, e);
        }
    }

    private static Sample predict(ByteBuffer message) {
        PredictCall call = PredictRequestReader.readRecorded(message, BYTES_MAX);
        return new Sample(call.target().signature(), call.inputs(), call.outputFilter(), 1);
    }

    private static Sample examples(Task task, ByteBuffer message, Function<String, Signature> signatures) {
        ExampleRequestReader request = new ExampleRequestReader(task, message);
        Signature signature = signatures.apply(request.recordedTarget().signature());
        return sample(request.read(signature, BYTES_MAX));
    }

    private static Sample sample(ExampleRequest found) {
        return new Sample(found.signature().name(), found.inputs(), List.of(), 1);
    }
}

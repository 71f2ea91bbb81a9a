package dev.slipway.server.warmup;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.tfserving.grpc.PredictCall;
import dev.slipway.protocol.tfserving.recorded.PredictionLogReader;
import dev.slipway.protocol.tfserving.recorded.RecordReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
                isMore = next(records, runner);
            }
        }
    }

    private static boolean next(RecordReader records, Runner runner) throws IOException {
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
            runner.run(place, () -> sample(record.get()));
        }
        return record.isPresent();
    }

    private static Sample sample(ByteBuffer record) {
        PredictCall call = PredictionLogReader.read(record, BYTES_MAX);
        return new Sample(call.target().signature(), call.inputs(), call.outputFilter(), 1);
    }
}

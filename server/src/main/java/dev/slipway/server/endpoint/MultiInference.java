package dev.slipway.server.endpoint;

import dev.slipway.access.Permit;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.batching.Urgency;
import dev.slipway.protocol.tfserving.example.ExampleRequest;
import dev.slipway.protocol.tfserving.grpc.ExampleResponseWriter;
import dev.slipway.protocol.tfserving.grpc.MultiInferenceReader;
import dev.slipway.protocol.tfserving.grpc.MultiInferenceReader.Wanted;
import dev.slipway.server.provenance.Provenance;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RequestContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A MultiInference call of TensorFlow Serving's gRPC interface. Each signature that its tasks name is run once, one after
 * the other, on the version that answered first.
 */
final class MultiInference {
    private final Serving serving;
    private final GrpcCall call;
    /** The results of the tasks, in their order, each as a whole answer; null until there is one. */
    private @Nullable ByteBuffer[] results = new ByteBuffer[0];

    private @Nullable MultiInferenceReader message;
    private @Nullable ServableId answered;

    MultiInference(Serving serving, GrpcCall call) {
        this.serving = serving;
        this.call = call;
    }

    void run() {
        serving.submit(new Part());
    }

    /** One run, for all tasks of a signature. */
    private final class Part extends ModelCall {
        private final List<Integer> places = new ArrayList<>();
        private @Nullable ExampleTask work;

        Part() {
            super(serving, TfServingGrpc.PROTOCOL);
        }

        @Override
        String peekModel() {
            return MultiInferenceReader.peekModel(call.message());
        }

        @Override
        Permit permit() {
            return call.permit();
        }

        @Override
        RequestContext context() {
            return call.context();
        }

        @Override
        String remoteAddress() {
            return call.remoteAddress();
        }

        @Override
        int bytes() {
            return call.message().remaining();
        }

        @Override
        Deadline deadline() {
            return call.deadline();
        }

        /** What follows a run is read on a compute thread, as what is long. */
        @Override
        boolean isLong() {
            return message != null || super.isLong();
        }

        @Override
        Executor turn() {
            return call.turn();
        }

        @Override
        @Nullable
        String header(String lowerCaseName) {
            return call.metadata(lowerCaseName);
        }

        /** The part that runs now is the one that is told. */
        @Override
        void watch() {
            call.onCancel(this);
        }

        @Override
        Read read() {
            MultiInferenceReader request = message();
            List<Wanted> tasks = request.tasks();
            Target target = next(tasks);
            ExampleTask started = new ExampleTask(
                    serving,
                    places.stream().map(place -> tasks.get(place).task()).toList());
            work = started;
            Handle handle = borrow(target, tasks.get(places.get(0)).target().version());
            try {
                ExampleRequest found = request.read(
                        Serving.signature(handle, target.signature()),
                        ExampleTask.bytesMax(call.message().remaining()));
                return new Read(handle, started.request(handle, found, call.deadline()), Urgency.DEFAULT);
            } catch (RuntimeException | Error e) {
                handle.close();
                throw e;
            }
        }

        private MultiInferenceReader message() {
            MultiInferenceReader known = message;
            if (known == null) {
                known = new MultiInferenceReader(call.message());
                message = known;
                results = new ByteBuffer[known.tasks().size()];
            }
            return known;
        }

        /** What the first task is for that has no result, whose signature those at {@link #places} share. */
        private Target next(List<Wanted> tasks) {
            places.clear();
            for (int place = 0; place < tasks.size(); place++) {
                boolean isNext = places.isEmpty()
                        || tasks.get(places.get(0))
                                .signature()
                                .equals(tasks.get(place).signature());
                if (results[place] == null && isNext) {
                    places.add(place);
                }
            }
            Target named = tasks.get(places.get(0)).target();
            ServableId first = answered;
            return first == null
                    ? named
                    : new Target(named.model(), new VersionChoice.Exact(first.version()), named.signature());
        }

        @Override
        Encoded write(Answer answer) {
            ExampleTask started = work;
            MultiInferenceReader request = message;
            if (started == null || request == null) {
                throw new SlipwayException(ErrorCode.INTERNAL, "an answer to what was not read");
            }
            answered = answer.id();
            for (int place : places) {
                results[place] = ExampleResponseWriter.writeOne(
                        answer.id(),
                        answer.signature().name(),
                        started.result(request.tasks().get(place).task(), answer));
            }
            return new Encoded(ByteBuffer.allocate(0));
        }

        /** One for each signature. */
        @Override
        int runs() {
            return (int)
                    message().tasks().stream().map(Wanted::signature).distinct().count();
        }

        @Override
        boolean goesOn() {
            return Arrays.asList(results).contains(null);
        }

        @Override
        void send(Encoded answer) {
            List<ByteBuffer> all = new ArrayList<>(results.length);
            for (ByteBuffer result : results) {
                if (result == null) {
                    Part next = new Part();
                    next.continues(this);
                    serving.submit(next);
                    return;
                }
                all.add(result);
            }
            call.reply(ExampleResponseWriter.join(all, call.buffers()), Provenance.HEADER, provenance());
        }

        @Override
        void sendError(SlipwayException error) {
            call.fail(error);
        }

        @Override
        public boolean isCancelled() {
            return call.isCancelled();
        }
    }
}

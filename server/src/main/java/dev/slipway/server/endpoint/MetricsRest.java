package dev.slipway.server.endpoint;

import dev.slipway.api.SlipwayException;
import dev.slipway.server.metrics.Exposition;
import dev.slipway.server.metrics.Shown;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers who scrapes metrics. They are made by one thread at a time: who asks meanwhile waits without one for the next, which all
 * who wait share, so that none is older than the question. Thread-safe.
 */
final class MetricsRest {
    private final Supplier<Shown> source;
    private final BiConsumer<Runnable, Consumer<SlipwayException>> aside;

    // Guarded by this object's monitor.
    private List<Asked> waiting = new ArrayList<>();
    private boolean isMaking;

    private record Asked(@Nullable String accepts, BooleanSupplier isCancelled, RestReply reply) {}

    /** @param aside runs off the event loops what may take long, or tells its second argument why not */
    MetricsRest(Supplier<Shown> source, BiConsumer<Runnable, Consumer<SlipwayException>> aside) {
        this.source = source;
        this.aside = aside;
    }

    void handle(RestRequest request, RestReply reply) {
        if (request.method().equals("GET")) {
            ask(request.header("accept"), request::isCancelled, reply);
        } else {
            HttpAnswers.wrongMethod(reply, request.method(), "GET");
        }
    }

    /** @param accepts the header {@code Accept}; null for none */
    void ask(@Nullable String accepts, BooleanSupplier isCancelled, RestReply reply) {
        synchronized (this) {
            waiting.add(new Asked(accepts, isCancelled, reply));
            if (isMaking) {
                return;
            }
            isMaking = true;
        }
        aside.accept(this::make, this::refused);
    }

    private synchronized List<Asked> take() {
        List<Asked> asked = waiting;
        waiting = new ArrayList<>();
        return asked;
    }

    private void make() {
        try {
            answer(take());
        } finally {
            goOn();
        }
    }

    private void goOn() {
        synchronized (this) {
            if (waiting.isEmpty()) {
                isMaking = false;
                return;
            }
        }
        aside.accept(this::make, this::refused);
    }

    private void refused(SlipwayException error) {
        List<Asked> asked;
        synchronized (this) {
            asked = take();
            isMaking = false;
        }
        asked.forEach(each -> HttpAnswers.error(each.reply(), error));
    }

    private static List<Asked> stillThere(List<Asked> all) {
        List<Asked> left = new ArrayList<>();
        for (Asked each : all) {
            if (each.isCancelled().getAsBoolean()) {
                // Nobody gets it: it lets go of the request.
                HttpAnswers.error(each.reply(), Asides.gone());
            } else {
                left.add(each);
            }
        }
        return left;
    }

    private void answer(List<Asked> all) {
        List<Asked> asked = stillThere(all);
        if (asked.isEmpty()) {
            return;
        }
        List<Exposition> made;
        try {
            Shown shown = source.get();
            made = asked.stream().map(each -> shown.in(each.accepts())).toList();
        } catch (RuntimeException | Error e) {
            SlipwayException error = Serving.asSlipwayException(null, e);
            asked.forEach(each -> HttpAnswers.error(each.reply(), error));
            return;
        }
        for (int i = 0; i < asked.size(); i++) {
            Exposition answer = made.get(i);
            asked.get(i)
                    .reply()
                    .send(200, answer.contentType(), Map.of(), answer.body().duplicate());
        }
    }
}

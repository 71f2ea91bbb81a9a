package dev.slipway.sink.kafka;

import dev.slipway.monitoring.log.Sink;

/** Opens sinks of type {@code kafka}. */
public final class KafkaSinkProvider implements Sink.Provider {
    @Override
    public String type() {
        return "kafka";
    }

    @Override
    public Sink open(Sink.Topic topic) {
        return new KafkaSink(topic);
    }
}

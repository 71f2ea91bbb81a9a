package dev.slipway.backend.keras;

/** Where a layer's channels are, and the way to ONNX's order and back. */
record Channels(boolean isFirst) {
    /** What a layer says in the words of Keras 1 to 3; channels are last where it says nothing. */
    static Channels of(Call call) {
        LayerConfig config = call.config();
        String said = config.text("channels_last", "data_format", "dim_ordering");
        return switch (said) {
            case "channels_first", "th" -> new Channels(true);
            case "channels_last", "tf", "default" -> new Channels(false);
            default ->
                throw Faults.invalid(
                        "%s: data_format '%s' (expected: channels_first or channels_last)", config.subject(), said);
        };
    }

    Value toFirst(Ops ops, Value x) {
        return isFirst ? x : ops.channelsFirst(x);
    }

    Value back(Ops ops, Value y) {
        return isFirst ? y : ops.channelsLast(y);
    }
}

package dev.slipway.server.config;

import dev.slipway.core.sequence.SequenceSettings;
import dev.slipway.core.sequence.SequenceSettings.Control;
import dev.slipway.core.sequence.SequenceSettings.ControlInput;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads what a file says of how a model's requests belong together. */
final class SequenceReader {
    static final String CONTROL = "start, end, ready, correlation_id, or {kind: start, values: [0, 1]}";
    static final String STATE = "{input: NAME, output: NAME}, and dims such as [2, -1, 128] where they are to be said";

    private static final Map<String, Control> CONTROLS = new LinkedHashMap<>();

    static {
        for (Control control : Control.values()) {
            CONTROLS.put(name(control), control);
        }
    }

    private final Section sequence;

    SequenceReader(Section sequence) {
        this.sequence = sequence;
    }

    private static String name(Control control) {
        return control.name().toLowerCase(Locale.ROOT);
    }

    /** As {@link #read} reads it. */
    static Object written(ControlInput control) {
        String kind = name(control.control());
        return control.equals(new ControlInput(control.control()))
                ? kind
                : new LinkedHashMap<>(Map.of(
                        "kind",
                        kind,
                        "values",
                        List.of(BigDecimal.valueOf(control.no()), BigDecimal.valueOf(control.yes()))));
    }

    SequenceSettings read() {
        Duration idle = sequence.time("idle", SequenceSettings.IDLE_MAX);
        YamlValue place = sequence.get("idle");
        if (idle.isZero() && place != null) {
            sequence.faults().wrong(place, Quantities.TIME + ", above 0");
            idle = SequenceSettings.IDLE_MAX;
        }
        return new SequenceSettings(
                idle, sequence.whole("max_sequences", 1, SequenceSettings.SEQUENCES_MAX), controls(), states());
    }

    private Map<String, ControlInput> controls() {
        Map<String, ControlInput> controls = new HashMap<>();
        sequence.section("controls").forEach((input, value) -> {
            Control word = value.content() instanceof String text ? CONTROLS.get(text) : null;
            Optional<ControlInput> found = word == null ? control(value) : Optional.of(new ControlInput(word));
            found.ifPresentOrElse(
                    control -> controls.put(input, control),
                    () -> sequence.faults().wrong(value, CONTROL));
        });
        return controls;
    }

    private static Optional<ControlInput> control(YamlValue value) {
        YamlValue kind = value.map().get("kind");
        YamlValue values = value.map().get("values");
        Control control = kind == null || !(kind.content() instanceof String text) ? null : CONTROLS.get(text);
        if (control == null) {
            return Optional.empty();
        }
        if (values == null) {
            return Optional.of(new ControlInput(control));
        }
        List<Double> numbers = new ArrayList<>();
        for (YamlValue item : values.list()) {
            if (item.content() instanceof BigDecimal number) {
                numbers.add(number.doubleValue());
            }
        }
        return numbers.size() == 2 && values.list().size() == 2
                ? Optional.of(new ControlInput(control, numbers.get(0), numbers.get(1)))
                : Optional.empty();
    }

    private List<SequenceSettings.State> states() {
        List<SequenceSettings.State> states = new ArrayList<>();
        YamlValue found = sequence.get("states");
        if (found == null) {
            return states;
        }
        for (YamlValue item : found.list()) {
            Section state = new Section(item, sequence.faults());
            String input = state.text("input", "");
            String output = state.text("output", "");
            List<Long> dims = new ArrayList<>();
            YamlValue listed = state.get("dims");
            for (YamlValue dim : listed == null ? List.<YamlValue>of() : listed.list()) {
                Section.whole(dim, -1, Integer.MAX_VALUE).ifPresent(dims::add);
            }
            if (input.isEmpty()
                    || output.isEmpty()
                    || (listed != null && dims.size() != listed.list().size())) {
                sequence.faults().wrong(item, STATE);
            } else {
                states.add(new SequenceSettings.State(input, output, dims));
            }
        }
        return states;
    }
}

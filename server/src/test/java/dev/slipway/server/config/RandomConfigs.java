package dev.slipway.server.config;

import dev.slipway.api.DType;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Split;
import dev.slipway.api.TensorSpec;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.batching.BatchSizes;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.batching.QueuePolicy;
import dev.slipway.core.batching.Queueing;
import dev.slipway.core.sequence.SequenceSettings;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.core.traffic.RollbackBounds;
import dev.slipway.core.traffic.Shadow;
import dev.slipway.core.traffic.TrafficSettings;
import dev.slipway.monitoring.log.ModelLog;
import dev.slipway.server.limits.Limits;
import dev.slipway.server.limits.Rate;
import dev.slipway.transforms.ChainSettings;
import dev.slipway.transforms.InputSettings;
import dev.slipway.transforms.OutputSettings;
import dev.slipway.transforms.image.Framing;
import dev.slipway.transforms.image.ImageInput;
import dev.slipway.transforms.image.ImageLimits;
import dev.slipway.transforms.image.Interpolation;
import dev.slipway.transforms.image.PixelForm;
import dev.slipway.transforms.image.Resize;
import dev.slipway.transforms.image.Semantics;
import dev.slipway.transforms.output.ArgMax;
import dev.slipway.transforms.output.Clamp;
import dev.slipway.transforms.output.Decode;
import dev.slipway.transforms.output.Flatten;
import dev.slipway.transforms.output.Offset;
import dev.slipway.transforms.output.Scale;
import dev.slipway.transforms.output.Sigmoid;
import dev.slipway.transforms.output.Softmax;
import dev.slipway.transforms.output.Squeeze;
import dev.slipway.transforms.output.TopK;
import dev.slipway.transforms.table.Encoding;
import dev.slipway.transforms.table.Scaling;
import dev.slipway.transforms.table.TableColumn;
import dev.slipway.transforms.table.TableInput;
import dev.slipway.transforms.text.Lengths;
import dev.slipway.transforms.text.TextInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes configurations at random, all of which a file can say. */
final class RandomConfigs {
    private static final List<String> WORDS = List.of(
            "a",
            "on",
            "off",
            "null",
            "7",
            "007",
            "1e5",
            "true",
            "~",
            "with space",
            "ümlaut",
            "#x",
            "'q'",
            "\"d\"",
            "-",
            "x: y",
            "%",
            "&a",
            "*b",
            "!t",
            "|",
            ">",
            "?",
            "1.5",
            ".5",
            "0x1f",
            "日本",
            "tab\there",
            "é\u2028z");

    private final Random random;

    RandomConfigs(long seed) {
        random = new Random(seed);
    }

    ServingConfig next() {
        ModelConfig defaults = model("");
        boolean hasRepository = random.nextBoolean();
        Map<String, ModelConfig> models = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            models.put(name(), model(hasRepository && random.nextBoolean() ? "" : location()));
        }
        return new ServingConfig(
                hasRepository ? location() : "",
                defaults,
                new TreeMap<>(models),
                List.of(Duration.ZERO, Duration.ofSeconds(-1), time()).get(random.nextInt(3)),
                time(),
                random.nextBoolean() ? 0 : random.nextLong(1, Long.MAX_VALUE));
    }

    private String location() {
        return random.nextInt(4) == 0 ? "s3://bucket/" + word() : "/srv/" + word().replace("/", "_");
    }

    private ModelConfig model(String location) {
        Map<String, Split> labels = new TreeMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            labels.put(word(), split());
        }
        ModelConfig model = new ModelConfig(
                        location,
                        versions(),
                        random.nextBoolean(),
                        new ModelSettings(
                                labels,
                                any(ModelSettings.Residency.values()),
                                random.nextBoolean(),
                                random.nextBoolean(),
                                random.nextBoolean()
                                        ? null
                                        : random.nextBoolean() ? Policies.RESOURCE : Policies.AVAILABILITY),
                        new TrafficSettings(
                                labels.isEmpty() || random.nextBoolean()
                                        ? ""
                                        : labels.keySet().iterator().next(),
                                random.nextBoolean()
                                        ? null
                                        : new TrafficSettings.Sticky(
                                                any(TrafficSettings.Sticky.Source.values()), "x-" + word()),
                                random.nextBoolean()
                                        ? null
                                        : new Shadow(random.nextLong(99), 1 - random.nextDouble(), random.nextDouble()),
                                random.nextBoolean()
                                        ? null
                                        : new RollbackBounds(
                                                time(),
                                                1 + random.nextInt(9),
                                                random.nextDouble(),
                                                random.nextDouble() * 9)),
                        new WarmUpConfig(
                                random.nextBoolean(), random.nextBoolean() ? "" : word(), 1 + random.nextInt(5)),
                        random.nextBoolean() ? null : batching())
                .withForm(
                        new ModelForm(chain(), random.nextBoolean() ? null : sequence(), options(), any(new Boolean[] {
                            null, true, false
                        })))
                .withLimits(limits())
                .withObservation(new Observation(
                        any(new Double[] {null, 0.0, 0.25, 1.0}), random.nextBoolean() ? null : predictionLog()));
        Set<ModelKey> said = EnumSet.noneOf(ModelKey.class);
        for (ModelKey key : ModelKey.values()) {
            if (random.nextInt(4) == 0) {
                said.add(key);
            }
        }
        return model.saying(said);
    }

    private ModelLog predictionLog() {
        return new ModelLog(
                word(),
                1 - random.nextDouble(),
                random.nextBoolean() ? Set.of(ModelLog.What.REQUEST) : Set.of(ModelLog.What.values()),
                random.nextBoolean() ? Set.of() : Set.of(word(), word() + "2"));
    }

    private LoadOptions options() {
        Signature signature = new Signature(
                Signature.DEFAULT,
                List.of(
                        new TensorSpec(word(), DType.INT64, Shape.ANY),
                        new TensorSpec(word() + "2", DType.STRING, Shape.of(-1, 3), false, true)),
                List.of(new TensorSpec(word(), DType.FP32, Shape.SCALAR)));
        return new LoadOptions(
                random.nextBoolean(),
                random.nextBoolean() ? null : signature,
                random.nextBoolean() ? Map.of() : Map.of(word(), word(), word() + "2", "1.50"));
    }

    private InputSettings input() {
        return switch (random.nextInt(3)) {
            case 0 -> image();
            case 1 -> text();
            default -> table();
        };
    }

    private TextInput text() {
        int most = 1 + random.nextInt(5000);
        boolean isPair = random.nextBoolean();
        Lengths.Truncation truncation = any(Lengths.Truncation.values());
        return new TextInput(
                Path.of(word()),
                new TextInput.Names(word(), isPair),
                new Lengths(
                        most,
                        isPair ? truncation : Lengths.Truncation.ERROR,
                        any(Lengths.Padding.values()),
                        1 + random.nextInt(most)),
                random.nextBoolean(),
                1 + random.nextInt(1 << 20));
    }

    private TableInput table() {
        return new TableInput(
                IntStream.range(0, 1 + random.nextInt(4))
                        .mapToObj(i -> column(i + word()))
                        .toList(),
                random.nextBoolean() ? "" : word());
    }

    private TableColumn column(String name) {
        TableColumn.Type type = any(TableColumn.Type.values());
        boolean isText = type == TableColumn.Type.TEXT || type == TableColumn.Type.CATEGORY;
        boolean isNumber = type == TableColumn.Type.NUMBER || type == TableColumn.Type.INTEGER;
        Object value = isText ? word() : (Object) random.nextDouble();
        TableColumn.Missing missing = List.of(
                        TableColumn.Missing.ERROR, TableColumn.Missing.KEPT, new TableColumn.Missing(true, value))
                .get(isText || isNumber ? random.nextInt(3) : 0);
        double least = random.nextDouble() * 10 - 5;
        return new TableColumn(
                name,
                type,
                missing,
                type == TableColumn.Type.CATEGORY && random.nextBoolean() ? encoding() : null,
                isNumber && random.nextBoolean()
                        ? new Scaling(random.nextBoolean(), least, Math.abs(least) + 1)
                        : null);
    }

    private Encoding encoding() {
        Encoding.Form form = any(Encoding.Form.values());
        boolean isOfFile = random.nextBoolean();
        Integer unknown = form == Encoding.Form.TEXT || random.nextBoolean()
                ? null
                : form == Encoding.Form.ONE_HOT ? 0 : Integer.valueOf(random.nextInt(9) - 4);
        return new Encoding(
                form,
                isOfFile
                        ? List.of()
                        : Stream.of(word(), word(), word()).distinct().toList(),
                isOfFile ? Path.of(word()) : null,
                unknown);
    }

    private List<OutputSettings> outputs() {
        return IntStream.range(0, random.nextInt(3))
                .mapToObj(i -> new OutputSettings(
                        word(),
                        random.nextBoolean() ? "" : word(),
                        operations(),
                        random.nextBoolean() ? null : Path.of(word())))
                .toList();
    }

    private List<OutputSettings.Operation> operations() {
        List<OutputSettings.Operation> operations = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            double bound = random.nextDouble() * 10 - 5;
            operations.add(any(new OutputSettings.Operation[] {
                new Softmax(),
                new Sigmoid(),
                new ArgMax(),
                new Decode(),
                new Flatten(),
                new Squeeze(),
                new Clamp(bound, bound + random.nextInt(3)),
                new Scale(bound),
                new Offset(bound * 1e9)
            }));
        }
        if (random.nextInt(3) == 0) {
            operations.add(new TopK(1 + random.nextInt(TopK.COUNT_MAX)));
        }
        return operations;
    }

    private ChainSettings chain() {
        return new ChainSettings(
                random.nextBoolean() ? null : input(), outputs(), random.nextBoolean() ? null : Path.of(word()));
    }

    private ImageInput image() {
        boolean hasSize = random.nextBoolean();
        return new ImageInput(
                new ImageInput.Names(word(), random.nextBoolean() ? "" : word()),
                new ImageInput.Sampling(
                        any(new Semantics[] {Semantics.TORCHVISION, Semantics.KERAS}),
                        random.nextBoolean() ? null : any(Interpolation.values())),
                new Framing(
                        hasSize ? 1 + random.nextInt(999) : 0,
                        hasSize ? 1 + random.nextInt(999) : 0,
                        any(new Resize[] {
                            Resize.EXACT,
                            Resize.SHORTEST,
                            Resize.FIT,
                            Resize.NONE,
                            Resize.shortest(1 + random.nextInt(999)),
                            Resize.to(1 + random.nextInt(999), 1 + random.nextInt(999))
                        }),
                        any(Framing.Crop.values()),
                        random.nextBoolean() ? List.of(random.nextInt(256)) : List.of(1, 2, 3),
                        random.nextBoolean()),
                new PixelForm(
                        random.nextBoolean() ? Double.NaN : random.nextDouble(),
                        random.nextBoolean() ? List.of(-random.nextDouble()) : List.of(0.485, 1e-9, 300.0),
                        random.nextBoolean() ? List.of(1 + random.nextDouble()) : List.of(1.0, 2.0, 3.0),
                        random.nextBoolean() ? null : any(PixelForm.Channels.values()),
                        random.nextBoolean() ? null : any(PixelForm.Layout.values())),
                new ImageLimits(1 + random.nextInt(99_999_999), 1 + random.nextInt(Integer.MAX_VALUE), time()));
    }

    private Limits limits() {
        return random.nextBoolean()
                ? Limits.NONE
                : new Limits(rate(), rate(), rate(), random.nextInt(3), random.nextBoolean() ? null : time());
    }

    private Rate rate() {
        return random.nextBoolean() ? null : new Rate(1 + random.nextInt(9999), any(Rate.Unit.values()));
    }

    private SequenceSettings sequence() {
        Map<String, SequenceSettings.ControlInput> controls = new TreeMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            SequenceSettings.Control control = any(SequenceSettings.Control.values());
            controls.put(
                    word(),
                    random.nextBoolean()
                            ? new SequenceSettings.ControlInput(control)
                            : new SequenceSettings.ControlInput(control, random.nextInt(9), random.nextDouble()));
        }
        List<SequenceSettings.State> states = IntStream.range(0, random.nextInt(3))
                .mapToObj(i -> new SequenceSettings.State(
                        word(), word(), random.nextBoolean() ? List.of() : List.of(-1L, random.nextLong(1 << 20))))
                .toList();
        return new SequenceSettings(time(), 1 + random.nextInt(9999), controls, states);
    }

    private BatchingParameters batching() {
        List<Integer> allowed = sizes();
        int rowsMax = allowed.isEmpty() ? random.nextInt(64) : allowed.get(allowed.size() - 1);
        return new BatchingParameters(
                new Joining(
                        any(Joining.Mode.values()),
                        rowsMax,
                        random.nextBoolean() ? Duration.ZERO : time(),
                        new BatchSizes(allowed, rowsMax == 0 ? sizes() : List.of(), random.nextBoolean()),
                        random.nextBoolean()),
                new Queueing(
                        List.of(new QueuePolicy(
                                1 + random.nextInt(9999),
                                random.nextBoolean() ? Duration.ZERO : time(),
                                QueuePolicy.DEFAULT.onTimeout(),
                                QueuePolicy.DEFAULT.allowsOverride())),
                        1),
                random.nextBoolean() ? Duration.ZERO : time(),
                random.nextInt(4),
                random.nextBoolean());
    }

    private List<Integer> sizes() {
        return new TreeSet<>(IntStream.range(0, random.nextInt(4))
                        .map(i -> 1 + random.nextInt(64))
                        .boxed()
                        .toList())
                .stream().toList();
    }

    private VersionSelection versions() {
        return switch (random.nextInt(3)) {
            case 0 -> new VersionSelection.Latest(1 + random.nextInt(3));
            case 1 -> new VersionSelection.All();
            default ->
                new VersionSelection.Specific(IntStream.range(0, 1 + random.nextInt(3))
                        .mapToObj(i -> random.nextLong(Long.MAX_VALUE))
                        .collect(Collectors.toSet()));
        };
    }

    private Split split() {
        Map<Long, Integer> weights = new TreeMap<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            weights.put(random.nextLong(1, 1000), 1 + random.nextInt(100));
        }
        weights.put(0L, random.nextInt(2));
        return new Split(weights);
    }

    private Duration time() {
        return Duration.ofNanos(1 + (random.nextLong(1, 1L << (1 + random.nextInt(50)))));
    }

    private String name() {
        return word().replace("/", "_").replace(":", "_");
    }

    private String word() {
        String word = WORDS.get(random.nextInt(WORDS.size()));
        return random.nextInt(3) == 0 ? word + random.nextInt(100) : word;
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }
}

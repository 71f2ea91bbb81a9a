package dev.slipway.conformance;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway conformance}: asks a server what its protocols' documents say it answers. */
@Command(
        name = "conformance",
        sortOptions = false,
        description = "Asks a server, any server, what the documents of its protocols say that it answers.",
        footer = {
            "",
            "Exit code 0 when nothing failed, 1 when something did, 2 when there is no server.",
            "",
            "Examples:",
            "  slipway conformance http://localhost:8501",
            "  slipway conformance http://localhost:8000 --grpc localhost:8001 --profile triton"
        })
public final class ConformanceCommand implements Callable<Integer> {
    private static final int NO_SERVER = 2;
    private static final String ALL = "all";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "The server's HTTP address, such as http://localhost:8501.")
    private String server = "";

    @Option(names = "--grpc", paramLabel = "HOST:PORT", description = "Its gRPC address, where that is another.")
    private @Nullable String grpc;

    @Option(
            names = "--management",
            paramLabel = "URL",
            description = "The management address of MMS and TorchServe; without, their management is not asked.")
    private @Nullable String management;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            split = ",",
            defaultValue = ALL,
            description = "tfserving, open-inference, triton, mms, mlflow, slipway or all; unless given: all.")
    private List<String> profiles = List.of(ALL);

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            defaultValue = "${env:SLIPWAY_CA:-" + Option.NULL_VALUE + "}",
            description = "Who may have issued the server's certificate, in PEM. Unless given: SLIPWAY_CA, else those"
                    + " whom the JVM trusts.")
    private @Nullable String ca;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            defaultValue = "${env:SLIPWAY_CERTIFICATE:-" + Option.NULL_VALUE + "}",
            description = "A certificate to show to the server, in PEM. Unless given: SLIPWAY_CERTIFICATE.")
    private @Nullable String certificate;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            defaultValue = "${env:SLIPWAY_KEY:-" + Option.NULL_VALUE + "}",
            description = "The certificate's private key, in PEM. Unless given: SLIPWAY_KEY.")
    private @Nullable String key;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:SLIPWAY_API_KEY:-" + Option.NULL_VALUE + "}",
            description = "An API key. Unless given: SLIPWAY_API_KEY, which others on this machine don't see.")
    private @Nullable String apiKey;

    @Option(names = "--case", paramLabel = "ID", description = "Only this case; those that begin so, with ID*.")
    private List<String> ids = List.of();

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "10", description = "For each request.")
    private double timeoutSeconds;

    @Option(names = "--verbose", description = "Tell of cases that passed or were skipped, too.")
    private boolean verbose;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<VectorCase> cases = chosen();
        try (Runner runner = new Runner(target())) {
            Report report = new Report(runner.run(cases));
            if (json) {
                out.println(report.json());
            } else {
                report.print(out, verbose);
            }
            return report.count(Outcome.Verdict.FAILED) == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        } catch (SlipwayException e) {
            if (e.code() != ErrorCode.UNAVAILABLE && e.code() != ErrorCode.DEADLINE_EXCEEDED) {
                throw e;
            }
            spec.commandLine().getErr().println("slipway: " + e.getMessage());
            return NO_SERVER;
        }
    }

    private List<VectorCase> chosen() {
        List<VectorCase> cases = Vectors.all().stream()
                .filter(one -> profiles.contains(ALL) || profile(one.profile()))
                .filter(one -> ids.isEmpty() || ids.stream().anyMatch(id -> matches(id, one.id())))
                .toList();
        if (cases.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no case is called %s in %s (expected: one of conformance/vectors)".formatted(ids, profiles));
        }
        return cases;
    }

    private boolean profile(Profile profile) {
        return profiles.contains(profile.word());
    }

    private static boolean matches(String pattern, String id) {
        return pattern.endsWith("*") ? id.startsWith(pattern.substring(0, pattern.length() - 1)) : id.equals(pattern);
    }

    private Target target() {
        try {
            for (String profile : profiles) {
                if (!profile.equals(ALL)) {
                    Profile.of(profile);
                }
            }
            URI rest = address(server);
            return new Target(
                    rest,
                    grpc == null ? rest : address(grpc),
                    management == null ? null : address(management),
                    Duration.ofMillis(Math.round(timeoutSeconds * 1000)),
                    new Caller(ca, certificate, key, apiKey == null || apiKey.isBlank() ? null : apiKey.strip()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static URI address(String text) {
        return URI.create(text.contains("://") ? text : "http://" + text);
    }
}

package dev.slipway.server;

import dev.slipway.access.Action;
import dev.slipway.access.Need;
import dev.slipway.api.ByteSize;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.Handle;
import dev.slipway.server.tls.TlsSettings;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a starting server tells the person who started it. */
public final class Banner {
    private static final int MODELS_SHOWN = 25;
    private static final int FAILURES_MAX = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(Banner.class.getName());

    private final SlipwayServer server;
    private final PrintWriter out;
    private final ExampleFiles examples;

    public Banner(SlipwayServer server, PrintWriter out) {
        this.server = server;
        this.out = out;
        this.examples = new ExampleFiles(server.options().source());
    }

    /** A request that was really made, and what it was answered. */
    private record Tried(String curl, String answer) {}

    /**
     * Prints where the server listens; then, once the models are loaded, what it serves, and a request to try.
     *
     * @param start when the start began
     */
    public void print(Instant start) {
        out.printf(
                "Slipway %1$s on Java %2$s: every protocol on %4$s://localhost:%3$d and %4$s://localhost:%5$d (gRPC too)%6$s%n",
                Version.OF_THIS_BUILD,
                Runtime.version().feature(),
                server.restPort(),
                scheme(),
                server.grpcPort(),
                morePorts());
        out.flush();
        boolean loaded = server.awaitReady(PATIENCE);
        try {
            printModels();
            Tried tried = tryOne();
            if (tried != null) {
                out.printf("%nTry it:%n  %s%n%s%n", tried.curl(), tried.answer());
            }
        } catch (RuntimeException | Error e) {
            // What a model does with a request made up for show is no reason not to serve.
            LOG.log(Level.WARNING, "no request could be shown", e);
        }
        double seconds = Duration.between(start, Instant.now()).toMillis() / 1e3;
        out.printf(
                Locale.ROOT,
                "%n%s after %.1f s. Stop with Ctrl-C.%n",
                loaded ? "Ready" : "Listening (models are still loading)",
                seconds);
        out.flush();
    }

    private String scheme() {
        return server.options().network().tls() == null ? "http" : "https";
    }

    private String morePorts() {
        return server.morePorts().isEmpty()
                ? ""
                : server.morePorts().stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(" and ", ", and on ", ""));
    }

    private void printModels() {
        List<String[]> rows = new ArrayList<>();
        for (ModelStatus model : server.statuses().values()) {
            for (VersionStatus version : model.versions()) {
                rows.add(new String[] {
                    model.name(),
                    Long.toString(version.version()),
                    version.state().toString(),
                    version.sizeBytes() == 0 ? "-" : ByteSize.format(version.sizeBytes()),
                    describe(model, version)
                });
            }
            SlipwayException problem = model.problem();
            if (problem != null) {
                rows.add(new String[] {model.name(), "-", "-", "-", problem.getMessage()});
            }
        }
        int[] widths = new int[4];
        for (String[] row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        out.println(rows.isEmpty() ? "No models yet." : "");
        rows.stream().limit(MODELS_SHOWN).forEach(row -> {
            out.print("  ");
            for (int column = 0; column < widths.length; column++) {
                out.printf("%-" + widths[column] + "s  ", row[column]);
            }
            out.println(row[widths.length]);
        });
        if (rows.size() > MODELS_SHOWN) {
            out.printf("  ... and %d more (all: slipway models)%n", rows.size() - MODELS_SHOWN);
        }
    }

    private String describe(ModelStatus model, VersionStatus version) {
        SlipwayException error = version.error();
        if (error != null) {
            return error.getMessage();
        }
        if (version.state() != VersionState.AVAILABLE) {
            return "";
        }
        try (Handle handle = server.inference().borrow(model.name(), new VersionChoice.Exact(version.version()))) {
            return SignatureText.of(handle.servable().description());
        } catch (SlipwayException e) {
            return e.getMessage();
        }
    }

    /** Makes a request of the model that has an example beside it, else of one whose input is short. */
    private @Nullable Tried tryOne() {
        Tried made = null;
        int failures = 0;
        for (ModelStatus model : server.statuses().values()) {
            try (Handle handle = server.inference().borrow(model.name(), VersionChoice.LATEST)) {
                ModelDescription description = handle.servable().description();
                String example = examples.find(handle.id());
                Signature signature = description.signatures().get(Signature.DEFAULT);
                if (example != null) {
                    return ask(model.name(), example);
                }
                if (made == null && signature != null && ExampleRequest.isShort(signature)) {
                    made = ask(model.name(), ExampleRequest.zeros(signature));
                }
            } catch (SlipwayException e) {
                LOG.log(Level.DEBUG, "no request to show of model " + model.name(), e);
                if (++failures == FAILURES_MAX) {
                    return made;
                }
            }
        }
        return made;
    }

    /** What a caller has to show and to trust; in variables that the command line knows too. */
    private String shown(String model) {
        StringBuilder shown = new StringBuilder();
        TlsSettings tls = server.options().network().tls();
        if (tls != null) {
            shown.append(" --cacert \"$SLIPWAY_CA\"");
            if (tls.clients() == TlsSettings.Clients.REQUIRED) {
                shown.append(" --cert \"$SLIPWAY_CERTIFICATE\" --key \"$SLIPWAY_KEY\"");
            }
        }
        if (!server.letsAnybody(Need.of(Action.PREDICT, model))) {
            shown.append(" -H \"x-api-key: $SLIPWAY_API_KEY\"");
        }
        return shown.toString();
    }

    private Tried ask(String model, String body) {
        String curl = "curl -s%s %s://localhost:%d/v1/models/%s:predict -d '%s'"
                .formatted(shown(model), scheme(), server.restPort(), model, body.replace("'", "'\\''"));
        return new Tried(curl, server.predictJson(model, body));
    }
}

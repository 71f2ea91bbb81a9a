package dev.slipway.server.control;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ConfigCheck;
import dev.slipway.server.config.ConfigDocument;
import dev.slipway.server.config.ConfigFile;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.Secrets;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.config.StartConfig;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Applies configurations: checks the whole, switches, and notes the revision; where a switch fails, it switches back.
 * Thread-safe: changes hold this object's monitor, one after the other; what is current can be read meanwhile.
 */
public final class RunningControl implements Control {
    private static final System.Logger LOG = System.getLogger(RunningControl.class.getName());

    private final Effects effects;
    private final RevisionLog log;
    private final Began began;
    private volatile Revision current;
    private volatile @Nullable SlipwayException fileFault;

    /**
     * What the server was started with.
     *
     * @param file null for none
     * @param start what the file said that can't change while the server runs
     */
    public record Began(@Nullable ConfigFile file, StartConfig start) {
        /** Without a file. */
        public static final Began WITHOUT_FILE = new Began(null, StartConfig.NONE);
    }

    /**
     * Switches to {@code first}, which becomes a revision unless the log's newest is equal to it.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it contradicts itself; whatever the switch throws
     */
    public RunningControl(Effects effects, RevisionLog log, Began began, ServingConfig first) {
        this.effects = effects;
        this.log = log;
        this.began = began;
        requireSound(ConfigCheck.contradictions(first), ErrorCode.INVALID_ARGUMENT);
        effects.switchTo(first);
        List<Revision> kept = log.all();
        boolean isSame = !kept.isEmpty() && kept.get(0).config().equals(first);
        current = isSame ? kept.get(0) : log.add(first, "start");
    }

    @Override
    public Revision current() {
        return current;
    }

    @Override
    public List<Revision> history() {
        return log.all();
    }

    @Override
    public ServingConfig read(String subject, String text) {
        ConfigFile file = began.file();
        Path base = file == null ? Path.of("").toAbsolutePath() : file.folder();
        ConfigDocument document = ConfigYaml.parse(subject, text, base);
        // A text that says nothing of listeners does not ask for others.
        requireSound(document.start().or(began.start()).differences(began.start()), ErrorCode.FAILED_PRECONDITION);
        ServingConfig said = Secrets.restore(document.serving(), current.config());
        return file == null ? said : file.withFlags(said);
    }

    @Override
    public List<SlipwayException> faults() {
        List<SlipwayException> faults = new ArrayList<>(effects.faults());
        SlipwayException file = fileFault;
        if (file != null) {
            faults.add(0, file);
        }
        return faults;
    }

    @Override
    public Change diff(ServingConfig candidate) {
        requireSound(ConfigCheck.contradictions(candidate), ErrorCode.INVALID_ARGUMENT);
        return effects.forecast(current.config(), candidate);
    }

    @Override
    public synchronized Revision apply(UnaryOperator<ServingConfig> edit, String origin) {
        Revision before = current;
        ServingConfig next = edit.apply(before.config());
        if (next.equals(before.config())) {
            return before;
        }
        check(before.config(), next);
        switchOrGoBack(before.config(), next);
        Revision applied;
        try {
            applied = log.add(next, origin);
        } catch (SlipwayException e) {
            effects.switchTo(before.config());
            throw e;
        }
        current = applied;
        LOG.log(Level.INFO, "revision {0} ({1}) is applied", Long.toString(applied.number()), origin);
        return applied;
    }

    private void check(ServingConfig before, ServingConfig next) {
        requireSound(ConfigCheck.contradictions(next), ErrorCode.INVALID_ARGUMENT);
        requireSound(ConfigCheck.missing(next, before), ErrorCode.FAILED_PRECONDITION);
        List<String> rejections = effects.forecast(before, next).steps().stream()
                .filter(step -> step.what() == Change.What.REJECT)
                .map(step -> "model '%s' %s: %s".formatted(step.model(), step.subject(), step.detail()))
                .toList();
        requireSound(rejections, ErrorCode.FAILED_PRECONDITION);
    }

    private void switchOrGoBack(ServingConfig before, ServingConfig next) {
        try {
            effects.switchTo(next);
        } catch (RuntimeException e) {
            effects.switchTo(before);
            throw e instanceof SlipwayException known
                    ? known
                    : new SlipwayException(
                            ErrorCode.INTERNAL, "the configuration can't be applied; the former stays: " + e, e);
        }
    }

    @Override
    public Revision reload(String origin) {
        ConfigFile file = began.file();
        if (file == null) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "there is no file to reload (expected: a server that was started with --config or --model_config_file)");
        }
        try {
            ConfigDocument document = file.read();
            requireSound(
                    document.start().differences(began.start()).stream()
                            .map(difference -> "%s: %s; a restart changes it".formatted(file.path(), difference))
                            .toList(),
                    ErrorCode.FAILED_PRECONDITION);
            if (document.serving().repository().isEmpty()
                    && document.serving().models().isEmpty()) {
                // A file that is being written is empty for a moment: that must not unload everything.
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "%s: asks for no models at all (expected: models, or a repository)".formatted(file.path()));
            }
            Revision revision = apply(config -> document.serving(), origin);
            fileFault = null;
            return revision;
        } catch (SlipwayException e) {
            note(file, e);
            throw e;
        }
    }

    /** Tells the log once of each fault. */
    private void note(ConfigFile file, SlipwayException fault) {
        SlipwayException known = fileFault;
        fileFault = fault;
        if (known == null || !known.getMessage().equals(fault.getMessage())) {
            LOG.log(
                    Level.ERROR,
                    "{0} is not applied; revision {1} stays:\n{2}",
                    file.path(),
                    Long.toString(current.number()),
                    fault.getMessage());
        }
    }

    @Override
    public synchronized Revision rollback(OptionalLong number, String origin) {
        long wanted = number.orElseGet(() -> {
            List<Revision> kept = log.all();
            if (kept.size() < 2) {
                throw new SlipwayException(
                        ErrorCode.NOT_FOUND, "there is no revision before %d".formatted(current.number()));
            }
            return kept.get(1).number();
        });
        Revision earlier = log.get(wanted);
        String from = origin.isEmpty() ? "" : ", " + origin;
        return apply(config -> earlier.config(), "rollback to %d%s".formatted(wanted, from));
    }

    private static void requireSound(List<String> problems, ErrorCode code) {
        if (!problems.isEmpty()) {
            throw new SlipwayException(code, String.join("\n", problems));
        }
    }
}

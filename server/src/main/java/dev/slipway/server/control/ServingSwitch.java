package dev.slipway.server.control;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ModelKey;
import dev.slipway.server.config.OwnFiles;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.config.SourcePlan;
import dev.slipway.source.Progress;
import dev.slipway.source.RemoteSource;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Has a running server do as a configuration says: settings of models first, then which sources look where, so that a
 * version that comes finds its settings. Stands between sources and manager: a model that appears is told its settings
 * before its versions. Thread-safe: switches hold this object's monitor; sources never do.
 */
public final class ServingSwitch implements Effects, Source.Target, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServingSwitch.class.getName());

    /** For a look at all folders; one that takes longer goes on by itself. */
    private static final long LOOK_SECONDS = 30;

    private final Parts parts;
    private final OwnFiles own = new OwnFiles();

    /** What each model was told; models that only the repository knows are in it from when they appear. */
    private final Map<String, ModelConfig> told = new ConcurrentHashMap<>();

    private volatile ServingConfig config;
    private volatile SourcePlan plan;

    /** Touched while this object's monitor is held, as is what follows. */
    private @Nullable FileSystemSource local;

    private List<RemoteSource> remote = List.of();

    /**
     * What a switch acts on.
     *
     * @param models takes the wishes
     * @param configure takes a model's settings, whole: lifecycle and traffic; {@link ModelConfig#DEFAULT} forgets it
     * @param batching takes how requests run, by model, and for others; null for what is so anyway
     * @param budget takes the bytes that models may have together; 0 for what the machine has
     * @param local makes the source of local folders
     * @param remote makes the sources of what is fetched; they are not started
     * @param forecast says what a switch would change
     * @param later runs what may wait for sources
     */
    public record Parts(
            Source.Target models,
            BiConsumer<String, ModelConfig> configure,
            BiConsumer<Map<String, BatchingParameters>, @Nullable BatchingParameters> batching,
            LongConsumer budget,
            Function<FileSystemSource.Options, FileSystemSource> local,
            Function<SourcePlan.Remote, List<RemoteSource>> remote,
            Forecast forecast,
            Executor later) {}

    /** @param first what it will be switched to first: nothing is done yet */
    public ServingSwitch(Parts parts, ServingConfig first) {
        this.parts = parts;
        this.config = first;
        this.plan = SourcePlan.of(first, first.models());
    }

    /** Where local models lie now. */
    public FileSystemSource.Options local() {
        return plan.local();
    }

    /** What holds for a model now: what was said of it, then what its own file says, then the defaults. */
    public ModelConfig of(String model) {
        return config.of(model, own.of(model));
    }

    /** What the configuration says of a model now, whatever its own file says. */
    public ModelConfig said(String model) {
        return config.of(model);
    }

    /** Models that have to be available. */
    public Set<String> required() {
        Set<String> required = new HashSet<>();
        told.forEach((model, settings) -> {
            if (settings.isRequired()) {
                required.add(model);
            }
        });
        return required;
    }

    /** Whether a model is kept unloaded, whoever asks for it. */
    public boolean isUnloaded(String model) {
        ModelConfig settings = told.get(model);
        return settings != null && settings.lifecycle().isUnloaded();
    }

    /** Completes once the first look at all folders, and at all that is elsewhere, is done. */
    public synchronized CompletableFuture<Void> firstLook() {
        List<CompletableFuture<Void>> looks = new ArrayList<>();
        if (local != null) {
            looks.add(local.firstLook());
        }
        remote.forEach(source -> looks.add(source.firstLook()));
        return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new));
    }

    /** How far the fetches that are under way have come. */
    public synchronized Map<ServableId, Progress> progress() {
        Map<ServableId, Progress> progress = new HashMap<>();
        remote.forEach(source -> progress.putAll(source.progress()));
        return progress;
    }

    @Override
    public synchronized void switchTo(ServingConfig next) {
        ServingConfig before = config;
        Set<String> known = new HashSet<>(told.keySet());
        known.addAll(next.models().keySet());
        known.forEach(model -> own.look(next, model));
        SourcePlan planned = SourcePlan.of(next, settings(next));
        boolean isRemoteNew = !planned.remote().equals(plan.remote())
                || (local == null && !planned.remote().isEmpty());
        List<RemoteSource> opened = isRemoteNew ? parts.remote().apply(planned.remote()) : remote;

        config = next;
        // First: what comes by this switch is admitted by what it says.
        parts.budget().accept(next.memoryBudgetBytes());
        known.forEach(this::tell);
        tellBatching();
        if (isRemoteNew) {
            remote.forEach(Source::close);
            dropRemote(before, next, planned);
        }
        SourcePlan former = plan;
        plan = planned;
        FileSystemSource running = local;
        if (running == null) {
            local = parts.local().apply(planned.local());
            local.start(this);
        } else if (!planned.local().equals(former.local())) {
            await(running.switchTo(planned.local()));
        }
        if (isRemoteNew) {
            remote = opened;
            opened.forEach(source -> source.start(this));
        }
    }

    /** Looks at the files beside models again, and does as they say. */
    public synchronized void refresh() {
        if (local != null) {
            own.retain(told.keySet());
            switchTo(config);
        }
    }

    /** What holds for models of which something is said, in the configuration or beside them. */
    private Map<String, ModelConfig> settings(ServingConfig next) {
        Map<String, ModelConfig> settings = new TreeMap<>(next.models());
        own.models().forEach(model -> settings.putIfAbsent(model, next.defaults()));
        settings.replaceAll((model, said) -> said.over(own.of(model)));
        return settings;
    }

    private void dropRemote(ServingConfig before, ServingConfig next, SourcePlan planned) {
        Set<String> gone = new HashSet<>(plan.remote().models().keySet());
        if (!plan.remote().repository().isEmpty()
                && !planned.remote().repository().equals(before.repository())) {
            told.keySet().stream()
                    .filter(model -> before.of(model).location().isEmpty())
                    .forEach(gone::add);
        }
        gone.removeAll(next.models().keySet());
        gone.forEach(model -> aspire(new AspiredVersions(model, List.of())));
    }

    private void await(CompletableFuture<Void> look) {
        try {
            look.get(LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.log(Level.WARNING, "the folders have not answered within {0} s; the look goes on", LOOK_SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SlipwayException known
                    ? known
                    : new SlipwayException(ErrorCode.INTERNAL, "the folders can't be looked at: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted while folders were looked at", e);
        }
    }

    /** Has a model told what holds for it, if that is not what it was told before. */
    private void tell(String model) {
        // Sources tell too: who comes last must have seen what is newest.
        synchronized (told) {
            ModelConfig settings = of(model);
            if (!settings.equals(told.put(model, settings))) {
                parts.configure().accept(model, settings);
            }
        }
    }

    private void tellBatching() {
        synchronized (told) {
            Map<String, BatchingParameters> byModel = new TreeMap<>();
            told.forEach((model, settings) -> {
                BatchingParameters batching = settings.batching();
                if (batching != null && isOwn(model, ModelKey.BATCHING)) {
                    byModel.put(model, batching);
                }
            });
            parts.batching().accept(byModel, config.defaults().batching());
        }
    }

    /** Whether something was said of just this model. */
    private boolean isOwn(String model, ModelKey key) {
        ModelConfig named = config.models().get(model);
        return (named != null && named.said().contains(key))
                || own.of(model).said().contains(key);
    }

    @Override
    public void aspire(AspiredVersions versions) {
        String model = versions.model();
        if (versions.versions().isEmpty()) {
            parts.models().aspire(versions);
            if (!config.models().containsKey(model) && told.remove(model) != null) {
                parts.configure().accept(model, ModelConfig.DEFAULT);
            }
            return;
        }
        // Known from here on: a refresh at this moment must not forget the file that is read next.
        boolean isNew = told.putIfAbsent(model, ModelConfig.DEFAULT) == null;
        // Files that change mostly change together: versions are loaded once, as the file beside them says now.
        boolean isSaidAnew = own.look(config, model);
        if (isNew) {
            tell(model);
            tellBatching();
        }
        parts.models().aspire(versions);
        if (isNew ? own.of(model).said().contains(ModelKey.VERSIONS) : isSaidAnew) {
            // Not from here: the source that tells of the model can't switch while it does.
            parts.later().execute(this::refresh);
        }
    }

    @Override
    public void unseen(String model, SlipwayException reason) {
        parts.models().unseen(model, reason);
    }

    @Override
    public Change forecast(ServingConfig from, ServingConfig to) {
        return parts.forecast().of(from, to, this::settled);
    }

    /** What would hold for a model: a file that lies elsewhere is read for that, and forgotten. */
    private ModelConfig settled(ServingConfig candidate, String model) {
        ServingConfig now = config;
        boolean isSamePlace = told.containsKey(model)
                && candidate.repository().equals(now.repository())
                && candidate.of(model).location().equals(now.of(model).location());
        return isSamePlace ? candidate.of(model, own.of(model)) : OwnFiles.over(candidate, model);
    }

    @Override
    public List<SlipwayException> faults() {
        return own.faults();
    }

    @Override
    public synchronized void close() {
        remote.forEach(Source::close);
        if (local != null) {
            local.close();
        }
    }
}

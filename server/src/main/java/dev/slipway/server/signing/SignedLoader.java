package dev.slipway.server.signing;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.archive.ArchiveBackend;
import dev.slipway.server.provenance.FileState;
import dev.slipway.source.LocalArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets nobody open files that have to be signed before their signature was checked, and takes back what was made of them when
 * they were touched meanwhile. An archive without a signature beside it is taken apart first, and its files checked.
 */
final class SignedLoader implements Loader {
    private static final int DIFFERENCES_SHOWN = 5;

    private final Signatures signatures;
    private final String model;
    private final Path path;
    private final Function<Path, Loader> loaders;

    /** What people said of how it is loaded; null for nothing. */
    private final @Nullable LoadOptions options;

    /** What opened the files last. */
    private volatile @Nullable Opened opened;

    /** The same for an archive whose signature is inside. */
    private volatile @Nullable Loader archive;

    /**
     * What opens files may remember of them: it is asked again only while they are as they were.
     *
     * @param top where they were opened
     * @param states of the files when their signature was checked; null when nobody asked for one
     * @param files that were found to be covered by it; none before that
     */
    private record Opened(Loader loader, Path top, @Nullable Map<Path, FileState> states, List<Path> files) {}

    SignedLoader(
            Signatures signatures,
            String model,
            Path path,
            Function<Path, Loader> loaders,
            @Nullable LoadOptions options) {
        this.signatures = signatures;
        this.model = model;
        this.path = path;
        this.loaders = loaders;
        this.options = options;
    }

    @Override
    public Loader with(LoadOptions said) {
        SignedLoader changed = new SignedLoader(signatures, model, path, loaders, said);
        if (signatures.isRequired(model)) {
            changed.requireOwnParameters();
        }
        Opened known = opened;
        changed.opened = known == null
                ? null
                : new Opened(known.loader().with(said), known.top(), known.states(), known.files());
        return changed;
    }

    @Override
    public String format() {
        Loader known = known();
        return known == null ? "unverified" : known.format();
    }

    @Override
    public @Nullable Path path() {
        Loader known = known();
        Path found = known == null ? null : known.path();
        Opened last = opened;
        // What lies beside a version is looked for where people put it, be that a link.
        return last != null && last.top().equals(found) ? path : found;
    }

    @Override
    public List<Path> files() {
        Opened signed = opened;
        if (signatures.isRequired(model) && !isSignedInside()) {
            // Some loaders look into files to say which they are.
            return signed == null ? List.of() : signed.files();
        }
        Loader known = known();
        return known == null ? List.of() : known.files();
    }

    @Override
    public boolean runsCode() {
        return checked(Loader::runsCode, made -> {});
    }

    @Override
    public ModelDescription describe() {
        return checked(Loader::describe, made -> {});
    }

    @Override
    public Servable load() {
        return checked(Loader::load, Servable::close);
    }

    private <T> T checked(Function<Loader, T> work, Consumer<T> undo) {
        if (!signatures.isRequired(model)) {
            return work.apply(opened(path, null));
        }
        requireOwnParameters();
        if (isSignedInside()) {
            return work.apply(archive());
        }
        Verification before = signatures.verify(path);
        if (!before.differences().isEmpty()) {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, message(before));
        }
        Loader loader = opened(before.files().top(), before.files().states());
        T made = work.apply(loader);
        boolean isSound = false;
        try {
            List<Path> files = loader.files();
            requireWithin(before.files(), files);
            if (!before.files().states().equals(ModelFiles.look(path).states())) {
                throw changed(null);
            }
            opened = new Opened(loader, before.files().top(), before.files().states(), List.copyOf(files));
            isSound = true;
            return made;
        } catch (IOException e) {
            throw changed(e);
        } finally {
            if (!isSound) {
                undo.accept(made);
            }
        }
    }

    /** Parameters choose programs, and the file beside the model, which may say them, is not signed. */
    private void requireOwnParameters() {
        Map<String, String> parameters = options == null ? Map.of() : options.parameters();
        if (!parameters.isEmpty() && !parameters.equals(signatures.parameters(model))) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "parameters %s are said beside a model that has to be signed (expected: in the server's configuration)"
                            .formatted(new TreeSet<>(parameters.keySet())));
        }
    }

    /** Some formats keep weights beside a file, which only a signed folder vouches for. */
    private void requireWithin(ModelFiles signed, List<Path> files) throws IOException {
        if (ArchiveBackend.isArchive(path)) {
            // What it holds was taken apart here.
            return;
        }
        for (Path read : files) {
            if (!signed.covers(read)) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "the model is read from '%s' too, which its signature is not for (expected: a signed folder with all its files)"
                                .formatted(read.getFileName()));
            }
        }
    }

    private boolean isSignedInside() {
        return ArchiveBackend.isArchive(path) && !Files.exists(ModelFiles.signature(path));
    }

    private @Nullable Loader known() {
        if (!signatures.isRequired(model)) {
            return opened(path, null);
        }
        if (isSignedInside()) {
            return archive;
        }
        Opened known = opened;
        return known == null || known.states() == null ? null : known.loader();
    }

    private Loader opened(Path top, @Nullable Map<Path, FileState> states) {
        Opened known = opened;
        if (known == null || !Objects.equals(known.states(), states)) {
            known = new Opened(open(top), top, states, List.of());
            opened = known;
        }
        return known.loader();
    }

    private Loader open(Path files) {
        Loader loader = loaders.apply(files);
        return options == null ? loader : loader.with(options);
    }

    private Loader archive() {
        Loader known = archive;
        if (known == null) {
            known = new LocalArchive(
                    path, signatures.cache(), inside -> new SignedLoader(signatures, model, inside, loaders, options));
            archive = known;
        }
        return known;
    }

    private String message(Verification found) {
        List<String> all = found.differences();
        String shown = String.join("; ", all.subList(0, Math.min(all.size(), DIFFERENCES_SHOWN)));
        return "the model's files are not those that key %s signed: %s%s"
                .formatted(
                        found.keyId(),
                        shown,
                        all.size() > DIFFERENCES_SHOWN
                                ? "; and %d more".formatted(all.size() - DIFFERENCES_SHOWN)
                                : "");
    }

    private static SlipwayException changed(@Nullable IOException cause) {
        return new SlipwayException(
                ErrorCode.UNAVAILABLE,
                "the model's files were touched while they were opened (expected: the files as their signature was checked)",
                cause);
    }
}

package dev.slipway.server.config;

import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.ModelLayout;
import dev.slipway.core.source.ModelLocation;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the models of a source lie now, by name. Used by one thread at a time. */
public final class ModelFolders implements Supplier<Map<String, Path>> {
    private static final System.Logger LOG = System.getLogger(ModelFolders.class.getName());

    private final Supplier<FileSystemSource.Options> source;
    private final ModelLayout layout;
    private Map<String, Path> repository = Map.of();

    /** Settled by the first listing, as in the source. */
    private @Nullable Boolean isSingle;

    private @Nullable Path listed;

    /**
     * @param source where models lie now
     * @param isModel whether a backend knows the directory or file
     */
    public ModelFolders(Supplier<FileSystemSource.Options> source, Predicate<Path> isModel) {
        this.source = source;
        this.layout = new ModelLayout(isModel);
    }

    /** A repository that can't be listed, or lists nothing, is as it was. */
    @Override
    public Map<String, Path> get() {
        FileSystemSource.Options now = source.get();
        Path root = now.repository();
        if (!Objects.equals(root, listed)) {
            listed = root;
            isSingle = null;
            repository = Map.of();
        }
        if (root != null) {
            try {
                boolean single = isSingle == null ? layout.isSingleModel(root) : isSingle;
                Map<String, Path> found = layout.models(root, single);
                if (!found.isEmpty()) {
                    isSingle = single;
                    repository = found;
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "{0} can''t be listed: {1}", root, e);
            }
        }
        Map<String, Path> all = new TreeMap<>(repository);
        for (ModelLocation model : now.models()) {
            all.put(model.name(), model.path());
        }
        return all;
    }
}

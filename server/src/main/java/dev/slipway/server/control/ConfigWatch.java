package dev.slipway.server.control;

import dev.slipway.api.SlipwayException;
import dev.slipway.core.Timer;
import dev.slipway.server.config.ConfigFile;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Looks at the server's file and at those beside models again and again, and has what they say applied. A file counts as
 * changed when its text has: its time tells too little. Used by the timer's thread.
 */
public final class ConfigWatch {
    private static final System.Logger LOG = System.getLogger(ConfigWatch.class.getName());

    private final Control control;
    private final Timer timer;

    /** Stands for a text that could not be read. */
    private static final String UNREADABLE = "\0";

    /** What the file said when it was last applied, well or not. */
    private String seen = "";

    /** What it said at the last look: one that is being written is waited for. */
    private String lastLook = "";

    public ConfigWatch(Control control, Timer timer) {
        this.control = control;
        this.timer = timer;
    }

    /** Begins to look at the server's file; the first look counts as a change, since it may have changed meanwhile. */
    public void watch(ConfigFile file) {
        if (file.poll().compareTo(Duration.ZERO) > 0) {
            again(file.poll(), () -> look(file));
        }
    }

    /** Has {@code refresh} run every {@code poll}; zero or below for never. */
    public void refresh(Runnable refresh, Duration poll) {
        if (poll.compareTo(Duration.ZERO) > 0) {
            again(poll, refresh);
        }
    }

    private void look(ConfigFile file) {
        String text;
        try {
            text = file.text();
        } catch (SlipwayException e) {
            // It is told of when it is applied; what it said stays.
            text = UNREADABLE;
        }
        boolean isAtRest = text.equals(lastLook);
        lastLook = text;
        if (isAtRest && !text.equals(seen)) {
            seen = text;
            control.reload("file");
        }
    }

    private void again(Duration poll, Runnable look) {
        timer.schedule(poll, () -> {
            try {
                look.run();
            } catch (SlipwayException e) {
                LOG.log(Level.DEBUG, "not applied, as was told: {0}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a look at the configuration failed; it is taken again", e);
            }
            again(poll, look);
        });
    }
}

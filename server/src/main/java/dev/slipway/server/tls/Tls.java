package dev.slipway.server.tls;

import dev.slipway.api.SlipwayException;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS. Its files are looked at again and again, by what they hold, so that it does not matter how they
 * are replaced; a change counts for connections that come, and touches none that is there. Files that don't fit leave what
 * was. Thread-safe.
 */
public final class Tls implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Tls.class.getName());
    private static final Duration EXPIRES_SOON = Duration.ofDays(14);

    /** Renegotiation lets a client have one handshake after another for the price of a connection; nobody needs it. */
    private static final String NO_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    private final TlsSettings settings;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "slipway-tls");
        made.setDaemon(true);
        return made;
    });
    private volatile TlsContext current;
    private volatile @Nullable SlipwayException fault;

    /** What {@link #current} was made of; written by one thread at a time. */
    private List<String> texts;

    private boolean warnedOfEnd;

    private Tls(TlsSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        TlsFiles files = TlsFiles.read(settings);
        this.current = TlsContext.of(files, clock.instant());
        this.texts = files.texts();
    }

    /**
     * Reads the files, and goes on looking at them.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when they don't fit: better no server than one that nobody can trust
     */
    @SuppressWarnings("FutureReturnValueIgnored") // Looks end with the thread.
    public static Tls open(TlsSettings settings) {
        if (System.getProperty(NO_RENEGOTIATION) == null) {
            System.setProperty(NO_RENEGOTIATION, "true");
        }
        Tls tls = new Tls(settings, Clock.systemUTC());
        long nanos = settings.reloadInterval().toNanos();
        tls.warnOfEnd();
        tls.thread.scheduleWithFixedDelay(tls::lookAgain, nanos, nanos, TimeUnit.NANOSECONDS);
        return tls;
    }

    /** Of the same, without looks but those that the caller makes. */
    static Tls watched(TlsSettings settings, Clock clock) {
        return new Tls(settings, clock);
    }

    /** For one more connection. */
    public SSLEngine engine() {
        return current.engine();
    }

    /** The server's own, as connections get it that come now. */
    public X509Certificate certificate() {
        return current.certificate();
    }

    /** Until when clients can follow it to somebody they trust. */
    Instant end() {
        return current.end();
    }

    /** What is wrong with the files now; null when nothing is. */
    public @Nullable SlipwayException fault() {
        return fault;
    }

    /** Reads the files again, now. Whatever goes wrong in a look, others follow. */
    public void lookAgain() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a look at the certificates failed; it is taken again", e);
        }
    }

    /** Reads the files again. */
    synchronized void look() {
        try {
            TlsFiles files = TlsFiles.read(settings);
            List<String> found = files.texts();
            if (!found.equals(texts)) {
                current = TlsContext.of(files, clock.instant());
                texts = found;
                warnedOfEnd = false;
                LOG.log(
                        Level.INFO,
                        "certificate of {0} is in use, valid until {1}",
                        certificate().getSubjectX500Principal(),
                        certificate().getNotAfter().toInstant());
            }
            fault = null;
        } catch (SlipwayException e) {
            SlipwayException before = fault;
            fault = e;
            if (before == null || !before.getMessage().equals(e.getMessage())) {
                LOG.log(Level.ERROR, "{0}; the certificate that was in use stays", e.getMessage());
            }
        }
        warnOfEnd();
    }

    private synchronized void warnOfEnd() {
        Instant end = current.end();
        if (!warnedOfEnd && clock.instant().plus(EXPIRES_SOON).isAfter(end)) {
            warnedOfEnd = true;
            LOG.log(
                    Level.WARNING,
                    "certificate of {0}, or one of its issuers', expires at {1} (expected: new ones in its file before that)",
                    certificate().getSubjectX500Principal(),
                    end);
        }
    }

    /** Ends the looks. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}

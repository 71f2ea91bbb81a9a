package dev.slipway.server.access;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Need;
import dev.slipway.access.Principal;
import dev.slipway.access.audit.AuditLog;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.AccessDocument;
import dev.slipway.server.config.AccessFile;
import dev.slipway.server.config.StartConfig;
import dev.slipway.server.limits.Sharing;
import dev.slipway.server.transport.GrpcHandler;
import dev.slipway.server.transport.RestHandler;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What holds of access now: read when the server starts, and again whenever a file changes. Thread-safe. */
public final class AccessControl implements AutoCloseable {
    /** The role of nobody. */
    static final String NOBODY = "nobody";

    private static final System.Logger LOG = System.getLogger(AccessControl.class.getName());

    /** One that looks at files, and one that may wait for issuers of tokens. */
    private static final int THREADS = 2;

    private final @Nullable AccessFile file;
    /** Opened once: that there is a log, and where, is changed by a restart. */
    private final @Nullable AuditLog audit;

    private volatile Identities identities;
    private volatile Policy policy;
    private volatile Sharing sharing = Sharing.NONE;
    private volatile @Nullable String fault;

    /** What the file says and does not hold yet, since what it names is not there; of who looks. */
    private @Nullable AccessDocument waitingFor;

    private final Waiting waiting = new Waiting();
    private @Nullable ScheduledExecutorService threads;

    private AccessControl(Policy policy) {
        this.file = null;
        this.audit = null;
        this.identities = Identities.NOBODY;
        this.policy = policy;
    }

    private AccessControl(AccessFile file) {
        this.file = file;
        AccessDocument said = file.open();
        this.identities = Identities.NOBODY.changed(said);
        AccessDocument.Audit asked = said.audit();
        this.audit = asked == null ? null : AuditLog.open(asked.settings(), new AuditFaults(), Clock.systemUTC());
        this.policy = policy(said);
        this.sharing = said.sharing();
        this.fault = unknownRole();
    }

    /**
     * As somebody said; everything for everybody where nobody did, and only this machine can ask.
     *
     * @param host that is listened on
     * @throws SlipwayException {@code FAILED_PRECONDITION} when others than this machine can ask, and nobody said who may, or the
     *     file of keys is broken; {@code INVALID_ARGUMENT} when that of rules is: better no server than an open one
     */
    public static AccessControl open(StartConfig.Callers callers, String host) {
        String path = callers.file();
        if (path != null) {
            return new AccessControl(new AccessFile(Path.of(path)));
        }
        String role = callers.anonymous();
        if (role == null && !isThisMachine(host)) {
            throw new SlipwayException(ErrorCode.FAILED_PRECONDITION, """
                    listening on %s lets everybody in who can reach it, and nobody said what they may do. Add to slipway.yaml
                      access:
                        anonymous: caller
                    (caller: ask models; admin: everything; nobody), or start with --anonymous=caller; access: {file: access.yaml} \
                    knows keys, tokens and certificates. Without --host, only this machine can ask.""".formatted(host));
        }
        return new AccessControl(role == null ? Policy.OPEN : everybody(role));
    }

    private static Policy everybody(String role) {
        if (role.equals("admin")) {
            return Policy.OPEN;
        } else if (!role.equals(NOBODY) && !AccessRules.BUILT_IN.containsKey(role)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "anonymous is '%s' (expected: reader, caller, deployer, admin or nobody)".formatted(role));
        }
        Map<String, Set<String>> members =
                role.equals(NOBODY) ? Map.of() : Map.of(Principal.ANONYMOUS.name(), Set.of(role));
        return new Policy(Identities.NOBODY.authenticators(), new AccessRules(Map.of(), members), null, Set.of());
    }

    private static boolean isThisMachine(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            // It may be known once it is listened on.
            return false;
        }
    }

    private Policy policy(AccessDocument said) {
        AccessDocument.Audit asked = said.audit();
        return new Policy(identities.authenticators(), said.rules(), audit, asked == null ? Set.of() : asked.actions());
    }

    /** What holds now. */
    public Policy policy() {
        return policy;
    }

    /** How those who ask share what there is, now. */
    public Sharing sharing() {
        return sharing;
    }

    /** Whether somebody who shows nothing may do that. */
    public boolean letsAnybody(Need need) {
        return policy().rules().allows(Principal.ANONYMOUS, need);
    }

    /** The gate before two routers. */
    public Gate gate(RestHandler rest, GrpcHandler grpc) {
        return new Gate(this::policy, rest, grpc, waiting);
    }

    /** Events that are not in the audit log, which they should be in. */
    public long unaudited() {
        return audit == null ? 0 : audit.dropped();
    }

    /** Issuers of tokens whose keys could not be had. */
    public int issuerFaults() {
        return identities.issuerFaults();
    }

    /** What is wrong with the files now; null when nothing is. What they said before counts until they are mended. */
    public @Nullable String fault() {
        return fault;
    }

    /**
     * Looks at the files again and again, where there are any.
     *
     * @param poll between two looks
     */
    @SuppressWarnings("FutureReturnValueIgnored") // Looks end with the threads.
    public synchronized void watch(Duration poll) {
        if (file == null || threads != null) {
            return;
        }
        ScheduledExecutorService started = Executors.newScheduledThreadPool(THREADS, task -> {
            Thread made = new Thread(task, "slipway-access");
            made.setDaemon(true);
            return made;
        });
        long millis = poll.toMillis();
        started.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
        started.scheduleWithFixedDelay(() -> identities.fetch(), 0, millis, TimeUnit.MILLISECONDS);
        threads = started;
    }

    /** Looks at the files once, now. */
    public synchronized void look() {
        AccessFile known = file;
        if (known == null) {
            return;
        }
        try {
            // First: keys that were withdrawn are so also while what the rules name is not there.
            String keys = identities.look();
            AccessDocument said = known.look();
            if (said != null || known.fault() != null) {
                waitingFor = said;
            }
            AccessDocument next = waitingFor;
            if (next != null) {
                identities = identities.changed(next);
                policy = policy(next);
                sharing = next.sharing();
                waitingFor = null;
                keys = identities.look();
                LOG.log(Level.INFO, "who may do what was read anew");
            }
            SlipwayException broken = known.fault();
            if (broken != null) {
                fault = broken.getMessage();
            } else {
                fault = keys == null ? unknownRole() : keys;
            }
        } catch (RuntimeException e) {
            String found = String.valueOf(e.getMessage());
            if (!found.equals(fault)) {
                LOG.log(Level.ERROR, "{0}; what held before stays", found);
            }
            fault = found;
        }
    }

    /** What is wrong with keys' roles; told once. They are not refused: of two files, one is changed after the other. */
    private @Nullable String unknownRole() {
        String found = identities.unknownRole(policy.rules());
        if (found != null && !found.equals(fault)) {
            LOG.log(Level.WARNING, found);
        }
        return found;
    }

    @Override
    public synchronized void close() {
        waiting.close();
        if (audit != null) {
            audit.close();
        }
        if (threads != null) {
            threads.shutdownNow();
        }
    }
}

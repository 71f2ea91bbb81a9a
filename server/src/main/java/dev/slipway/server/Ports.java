package dev.slipway.server;

import dev.slipway.server.config.ClientLimits;
import dev.slipway.server.config.PortKind;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.tls.Tls;
import dev.slipway.server.transport.Transport;
import dev.slipway.server.transport.TransportOptions;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the server listens; every protocol is served on each.
 *
 * @param grpc the first
 * @param rest the second; perhaps the same
 * @param more further ones, in the order of the options, without those that could not be had
 * @param kinds what each is named after
 */
record Ports(int grpc, int rest, List<Integer> more, Map<Integer, PortKind> kinds) {
    private static final System.Logger LOG = System.getLogger(Ports.class.getName());

    /** What a transport is to be made with. */
    static TransportOptions options(ServerOptions options, @Nullable Tls tls) {
        ServerOptions.Network network = options.network();
        ClientLimits clients = options.origin().start().limits().clients();
        boolean one = network.grpcPort() == network.restPort() && network.grpcPort() != 0;
        return new TransportOptions(
                network.host(),
                one ? List.of(network.grpcPort()) : List.of(network.grpcPort(), network.restPort()),
                Runtime.getRuntime().availableProcessors(),
                clients.limits(),
                clients.timeouts(network.requestTimeout()),
                network.access(),
                tls == null ? null : tls::engine);
    }

    /** Opens them; throws as {@link Transport#start}. */
    static Ports open(Transport transport, ServerOptions.Network network) {
        List<Integer> ports = transport.start();
        Map<Integer, PortKind> kinds = new LinkedHashMap<>();
        ports.forEach(port -> kinds.put(port, PortKind.INFERENCE));
        List<Integer> more = new ArrayList<>();
        for (ServerOptions.MorePort wanted : network.more()) {
            if (!kinds.containsKey(wanted.port())) {
                Integer opened = openOne(transport, wanted);
                if (opened != null) {
                    more.add(opened);
                    kinds.put(opened, wanted.kind());
                }
            }
        }
        return new Ports(
                ports.get(0), ports.get(ports.size() - 1), List.copyOf(more), Collections.unmodifiableMap(kinds));
    }

    /** What somebody else has is done without: nobody may have asked for it. */
    private static @Nullable Integer openOne(Transport transport, ServerOptions.MorePort wanted) {
        try {
            return transport.open(wanted.port());
        } catch (Exception e) {
            LOG.log(
                    Level.WARNING,
                    "port {0} can''t be had and is done without: {1} ({2}=PORT names another, 0 none)",
                    Integer.toString(wanted.port()),
                    e.getMessage(),
                    wanted.flag());
            return null;
        }
    }
}

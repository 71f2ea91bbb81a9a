package dev.slipway.server;

import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.transport.Transport;
import dev.slipway.server.transport.TransportLimits;
import dev.slipway.server.transport.TransportOptions;
import dev.slipway.server.transport.TransportTimeouts;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the server listens; every protocol is served on each.
 *
 * @param grpc the first
 * @param rest the second; perhaps the same
 * @param more further ones, in the order of the options, without those that could not be had
 */
record Ports(int grpc, int rest, List<Integer> more) {
    private static final System.Logger LOG = System.getLogger(Ports.class.getName());

    /** What a transport is to be made with. */
    static TransportOptions options(ServerOptions.Network network) {
        boolean one = network.grpcPort() == network.restPort() && network.grpcPort() != 0;
        TransportTimeouts patience = TransportTimeouts.DEFAULT;
        return new TransportOptions(
                network.host(),
                one ? List.of(network.grpcPort()) : List.of(network.grpcPort(), network.restPort()),
                Runtime.getRuntime().availableProcessors(),
                TransportLimits.defaults(),
                new TransportTimeouts(
                        patience.requestRead(),
                        patience.answerRead(),
                        patience.idle(),
                        network.requestTimeout(),
                        patience.requestMax()),
                network.access());
    }

    /** Opens them; throws as {@link Transport#start}. */
    static Ports open(Transport transport, ServerOptions.Network network) {
        List<Integer> ports = transport.start();
        return new Ports(ports.get(0), ports.get(ports.size() - 1), openMore(transport, network, ports));
    }

    /** What somebody else has is done without: nobody may have asked for it. */
    private static List<Integer> openMore(Transport transport, ServerOptions.Network network, List<Integer> ports) {
        List<Integer> opened = new ArrayList<>();
        for (ServerOptions.MorePort wanted : network.more()) {
            if (!ports.contains(wanted.port()) && !opened.contains(wanted.port())) {
                try {
                    opened.add(transport.open(wanted.port()));
                } catch (Exception e) {
                    LOG.log(
                            Level.WARNING,
                            "port {0} can''t be had and is done without: {1} ({2}=PORT names another, 0 none)",
                            Integer.toString(wanted.port()),
                            e.getMessage(),
                            wanted.flag());
                }
            }
        }
        return List.copyOf(opened);
    }
}

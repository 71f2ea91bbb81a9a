package dev.slipway.server.transport;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.netty.util.AsciiString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The gRPC methods there are, found by path. Immutable. */
final class GrpcMethods {

    /**
     * One method.
     *
     * @param name {@code package.Service/Method}
     * @param takesStream whether it takes any number of messages, each handed over as a call
     * @param streamsAnswers whether it answers any number of messages
     * @param isReflection whether the transport itself answers it
     */
    record Method(String name, boolean takesStream, boolean streamsAnswers, boolean isReflection) {}

    private final Map<AsciiString, Method> byPath = new HashMap<>();
    private final List<String> serviceNames;
    private final Reflection reflection;

    GrpcMethods(List<ServiceDescriptor> services) {
        reflection = new Reflection(services);
        services.forEach(service -> add(service, false));
        reflection.services().forEach(service -> add(service, true));
        serviceNames = reflection.serviceNames();
    }

    /** The method at {@code path}, or null. */
    @Nullable
    Method find(CharSequence path) {
        return byPath.get(AsciiString.of(path));
    }

    Reflection reflection() {
        return reflection;
    }

    /** What to say to a client that asks for {@code path}. */
    String unknown(String path) {
        String name = path.startsWith("/") ? path.substring(1) : path;
        int slash = name.indexOf('/');
        String service = slash < 0 ? name : name.substring(0, slash);
        if (serviceNames.contains(service)) {
            List<String> methods = byPath.values().stream()
                    .map(Method::name)
                    .filter(method -> method.startsWith(service + "/"))
                    .map(method -> method.substring(service.length() + 1))
                    .sorted()
                    .toList();
            return "no method '%s' (%s has: %s)".formatted(name, service, String.join(", ", methods));
        }
        return "no method '%s' (services: %s)".formatted(name, String.join(", ", serviceNames));
    }

    private void add(ServiceDescriptor service, boolean isReflection) {
        for (MethodDescriptor method : service.getMethods()) {
            String name = service.getFullName() + "/" + method.getName();
            byPath.put(
                    AsciiString.of("/" + name),
                    new Method(name, method.isClientStreaming(), method.isServerStreaming(), isReflection));
        }
    }
}

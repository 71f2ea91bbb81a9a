package dev.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever is ever added to the SPI, what wraps a model hands it on. */
class ForwardingTest {
    private final Set<String> asked = new TreeSet<>();

    @Test
    void aDescribedModelHandsOnAllButItsDescription() throws Exception {
        ModelDescription other = new ModelDescription("a_b", Map.of(), 1, Map.of());
        DescribedServable described = new DescribedServable(noting(Servable.class), other);
        callAll(Servable.class, described);
        Set<String> expected = methods(Servable.class);
        expected.remove("description");
        assertThat(asked).isEqualTo(expected);
        assertThat(described.description()).isSameAs(other);
    }

    @Test
    void aModelAroundAnotherHandsOnAllThatItDoesNotChange() throws Exception {
        callAll(Servable.class, new ForwardingServable(noting(Servable.class)) {});
        assertThat(asked).isEqualTo(methods(Servable.class));
    }

    @Test
    void aLoaderAroundAnotherHandsOnAllThatItDoesNotChange() throws Exception {
        ForwardingLoader around = new ForwardingLoader(noting(Loader.class)) {
            @Override
            public Loader with(LoadOptions options) {
                return inner().with(options);
            }
        };
        callAll(Loader.class, around);
        assertThat(asked).isEqualTo(methods(Loader.class));
    }

    private <T> T noting(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    asked.add(method.getName());
                    return method.getReturnType() == boolean.class ? (Object) true : null;
                }));
    }

    private static <T> void callAll(Class<T> type, T on) throws Exception {
        for (Method method : type.getMethods()) {
            method.invoke(on, new Object[method.getParameterCount()]);
        }
    }

    private static Set<String> methods(Class<?> type) {
        return Arrays.stream(type.getMethods()).map(Method::getName).collect(Collectors.toCollection(TreeSet::new));
    }
}

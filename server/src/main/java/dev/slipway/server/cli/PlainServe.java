package dev.slipway.server.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arguments of a {@code serve} that says nothing but what to serve and where, as picocli would. Picocli takes
 * 150 ms to do so: its classes are of Java 5, which start-up archives don't take, and it asks annotations by reflection.
 */
public final class PlainServe {
    /** Stands for the name of the argument that has none. */
    private static final String FOLDER = "DIR";

    private PlainServe() {}

    /** @return what is to be called; null when the arguments need picocli: for all else, and whatever may be wrong */
    public static @Nullable ServeCommand read(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("serve")) {
            return null;
        }
        ServeCommand serve = new ServeCommand();
        Set<String> seen = new HashSet<>();
        for (int at = 1; at < arguments.length; at++) {
            String argument = arguments[at];
            boolean isFlag = argument.startsWith("-");
            String name = isFlag ? argument.substring(0, Math.max(0, argument.indexOf('='))) : FOLDER;
            String value = isFlag ? argument.substring(argument.indexOf('=') + 1) : argument;
            if (!seen.add(name) || !isPlain(value) || !set(serve, name, value)) {
                return null;
            }
        }
        return serve;
    }

    /** Whether it means to picocli what it says: no file of arguments, no quotes. */
    private static boolean isPlain(String value) {
        return !value.isEmpty() && value.charAt(0) != '@' && value.charAt(0) != '"' && value.charAt(0) != '\'';
    }

    private static boolean set(ServeCommand serve, String name, String value) {
        try {
            switch (name) {
                case FOLDER -> serve.sourceFlags.folder = Path.of(value);
                case "--model_name" -> serve.sourceFlags.modelName = value;
                case "--model_base_path" -> serve.sourceFlags.modelBasePath = Path.of(value);
                case "--model_config_file" -> serve.sourceFlags.modelConfigFile = Path.of(value);
                case "--config" -> serve.sourceFlags.config = Path.of(value);
                case "--host" -> serve.host = value;
                case "--port" -> serve.port = Integer.parseInt(value);
                case "--rest_api_port" -> serve.restApiPort = Integer.parseInt(value);
                case "--inference_port" -> serve.inferencePort = Integer.parseInt(value);
                case "--management_port" -> serve.managementPort = Integer.parseInt(value);
                default -> {
                    return false;
                }
            }
            return true;
        } catch (NumberFormatException | InvalidPathException e) {
            return false;
        }
    }
}

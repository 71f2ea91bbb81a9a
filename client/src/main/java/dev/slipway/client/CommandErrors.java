package dev.slipway.client;

import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells users in one line what went wrong. */
record CommandErrors(BooleanSupplier debug)
        implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {

    @Override
    public int handleExecutionException(Exception error, CommandLine commandLine, ParseResult parsed) {
        PrintWriter err = commandLine.getErr();
        boolean expected = error instanceof SlipwayException
                || error instanceof IOException
                || error instanceof UncheckedIOException;
        err.println("slipway: " + (expected ? lines(String.valueOf(error.getMessage())) : bug(error)));
        if (debug.getAsBoolean()) {
            error.printStackTrace(err);
        }
        err.flush();
        return ExitCode.SOFTWARE;
    }

    /** One that tells of several faults has a line for each. */
    private static String lines(String message) {
        return message.lines().map(Printable::line).collect(Collectors.joining("\n"));
    }

    private static String bug(Exception error) {
        return "unexpected %s (--debug shows where; please report it)".formatted(Printable.line(error.toString()));
    }

    @Override
    public int handleParseException(ParameterException error, String[] arguments) {
        CommandLine commandLine = error.getCommandLine();
        String verb = commandLine.getCommandSpec().qualifiedName();
        PrintWriter err = commandLine.getErr();
        err.println("%s: %s".formatted(verb, Printable.line(String.valueOf(error.getMessage()))));
        UnmatchedArgumentException.printSuggestions(error, err);
        err.println("'%s --help' tells more.".formatted(verb));
        if (debug.getAsBoolean()) {
            error.printStackTrace(err);
        }
        err.flush();
        return ExitCode.USAGE;
    }
}

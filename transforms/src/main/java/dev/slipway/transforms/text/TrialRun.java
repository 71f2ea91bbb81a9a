package dev.slipway.transforms.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.slipway.api.SlipwayException;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Has a tokenizer tried by {@link TokenizerTrial}. */
final class TrialRun {
    private static final long SECONDS_MAX = 60;
    private static final int SHOWN_MAX = 300;

    /** More than a server ever has. */
    private static final int REMEMBERED_MAX = 1000;

    /** What went well: a version is described before it is loaded, and versions share tokenizers. */
    private static final Set<Trial> WELL = ConcurrentHashMap.newKeySet();

    /** What was tried; a file by what it says. */
    private record Trial(String digest, int tokensMax, boolean addsSpecialTokens) {}

    private TrialRun() {}

    /**
     * @param library the native library's file
     * @param path the tokenizer's
     * @param text what it says
     * @throws SlipwayException {@code FAILED_PRECONDITION} when it does not go well, with the reason
     */
    static void check(Path library, Path path, String text, Lengths lengths, boolean addsSpecialTokens) {
        Trial trial = new Trial(digest(text), lengths.most(), addsSpecialTokens);
        if (WELL.contains(trial)) {
            return;
        }
        run(library, path, lengths, addsSpecialTokens);
        if (WELL.size() >= REMEMBERED_MAX) {
            WELL.clear();
        }
        WELL.add(trial);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void run(Path library, Path path, Lengths lengths, boolean addsSpecialTokens) {
        try {
            Path said = Files.createTempFile("slipway-tokenizer-", ".log");
            try {
                Process process = new ProcessBuilder(command(library, path, lengths, addsSpecialTokens))
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
                process.getOutputStream().close();
                judge(process, said, path);
            } finally {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            throw TokenizerFile.unfit(path, "can't be tried in a process of its own: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TokenizerFile.unfit(path, "was not tried: the load was interrupted");
        }
    }

    private static void judge(Process process, Path said, Path path) throws IOException, InterruptedException {
        boolean isDone;
        try {
            isDone = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
        if (!isDone) {
            throw TokenizerFile.unfit(path, "takes too long (expected: tried in %d seconds)".formatted(SECONDS_MAX));
        }
        List<String> lines = new String(Files.readAllBytes(said), StandardCharsets.UTF_8)
                .lines()
                .toList();
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        if (process.exitValue() == 0 && last.equals(TokenizerTrial.WELL)) {
            return;
        }
        if (process.exitValue() == 0) {
            throw TokenizerFile.unfit(path, shortened(last));
        }
        // Where the library gives up, it says where on one line, and why on the next ones.
        int panic = 0;
        while (panic < lines.size() && !lines.get(panic).contains("panicked at")) {
            panic++;
        }
        String reason = String.join(" ", lines.subList(Math.min(panic + 1, lines.size()), lines.size()));
        throw TokenizerFile.unfit(
                path, "ends the process that tokenizes with it: " + shortened(reason.isEmpty() ? last : reason));
    }

    private static String shortened(String text) {
        return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
    }

    private static List<String> command(Path library, Path path, Lengths lengths, boolean addsSpecialTokens) {
        Set<String> classes = new LinkedHashSet<>();
        for (Class<?> used : List.of(TokenizerTrial.class, SlipwayException.class, TokenizersLibrary.class)) {
            CodeSource source = used.getProtectionDomain().getCodeSource();
            if (source != null) {
                classes.add(Path.of(URI.create(source.getLocation().toString())).toString());
            }
        }
        return List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + (File.separatorChar == '/' ? "/dev/null" : "NUL"),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, classes),
                TokenizerTrial.class.getName(),
                library.toString(),
                path.toString(),
                Integer.toString(lengths.most()),
                Boolean.toString(addsSpecialTokens));
    }
}

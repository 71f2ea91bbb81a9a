package dev.slipway.backend.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes TorchScript archives, good ones and others. */
final class ScriptFile {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    /** A module without weights. @param methods lines of its class, indented by two */
    static ScriptFile of(String methods) {
        return new ScriptFile()
                .entry("data.pkl", module("training", new byte[] {(byte) 0x89}))
                .entry("code/__torch__.py", head("") + methods)
                .entry("constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'})
                .entry("version", "3\n");
    }

    /** A module with an attribute of type int. */
    static ScriptFile counting(String methods) {
        return of("").entry("data.pkl", module("count", new byte[] {'K', 0}))
                .entry("code/__torch__.py", head("  count : int\n") + methods);
    }

    /** A module with a weight of two floats. */
    static ScriptFile weighted(byte[] tensor, String methods) {
        byte[] floats = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40};
        return of("").entry("data.pkl", module("w", tensor))
                .entry("data/0", floats)
                .entry("code/__torch__.py", head("  w : Tensor\n") + methods);
    }

    /** A tensor in a pickle: of so many elements of storage 0 that has so many. */
    static byte[] tensor(int storage, int offset, int size, int stride) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ascii("ctorch._utils\n_rebuild_tensor_v2\n(("));
        text(out, "storage");
        out.writeBytes(ascii("ctorch\nFloatStorage\n"));
        text(out, "0");
        text(out, "cpu");
        out.writeBytes(new byte[] {'K', (byte) storage, 't', 'Q', 'K', (byte) offset});
        out.writeBytes(new byte[] {'K', (byte) size, (byte) 0x85, 'K', (byte) stride, (byte) 0x85, (byte) 0x89});
        out.writeBytes(ascii("ccollections\nOrderedDict\n)RtR"));
        return out.toByteArray();
    }

    private static String head(String attributes) {
        return "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n" + attributes;
    }

    private static byte[] module(String attribute, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x80, 2});
        out.writeBytes(ascii("c__torch__\nM\n)"));
        out.writeBytes(new byte[] {(byte) 0x81, '}', '('});
        text(out, attribute);
        out.writeBytes(value);
        out.writeBytes(ascii("ub."));
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(new byte[] {'X', (byte) text.length(), 0, 0, 0});
        out.writeBytes(ascii(text));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    ScriptFile entry(String name, String text) {
        return entry(name, text.getBytes(StandardCharsets.UTF_8));
    }

    ScriptFile entry(String name, byte[] bytes) {
        entries.put(name, bytes);
        return this;
    }

    ScriptFile without(String name) {
        entries.remove(name);
        return this;
    }

    byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> one : entries.entrySet()) {
                ZipEntry entry = new ZipEntry("m/" + one.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(one.getValue().length);
                CRC32 crc = new CRC32();
                crc.update(one.getValue());
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(one.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    Path write(Path path) throws IOException {
        return Files.write(path, toBytes());
    }
}

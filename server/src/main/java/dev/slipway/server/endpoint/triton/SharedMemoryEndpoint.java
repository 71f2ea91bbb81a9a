package dev.slipway.server.endpoint.triton;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.protocol.openinference.grpc.ExtensionMessages;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryRegisterRequest;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryRegisterResponse;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryStatusRequest;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryStatusResponse;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryUnregisterRequest;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryUnregisterResponse;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import dev.slipway.server.triton.SharedRegions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Triton's extension {@code system_shared_memory}, and what is said of the one for CUDA, which there is not. */
final class SharedMemoryEndpoint {
    private static final String CUDA =
            "CUDA shared memory is not served (expected: system shared memory, or tensors in the request)";

    private final @Nullable SharedRegions regions;

    SharedMemoryEndpoint(@Nullable SharedRegions regions) {
        this.regions = regions;
    }

    private SharedRegions regions() {
        if (regions == null) {
            throw SharedMemory.off();
        }
        return regions;
    }

    static SlipwayException cuda() {
        return new SlipwayException(ErrorCode.UNIMPLEMENTED, CUDA);
    }

    /** @param path {@code [region, NAME,] VERB} */
    void rest(RestRequest request, List<String> path, RestReply reply) {
        boolean isOfOne = path.size() == 3 && path.get(0).equals("region");
        String verb = isOfOne || path.size() == 1 ? path.get(path.size() - 1) : "";
        String name = isOfOne ? path.get(1) : "";
        boolean isKnown = switch (verb) {
            case "status", "unregister" -> true;
            case "register" -> isOfOne;
            default -> false;
        };
        if (!isKnown) {
            throw new SlipwayException(
                    ErrorCode.NOT_FOUND,
                    ("path '%s' is unknown (expected: /v2/systemsharedmemory[/region/NAME]/status,"
                                    + " /v2/systemsharedmemory/region/NAME/register,"
                                    + " /v2/systemsharedmemory[/region/NAME]/unregister)")
                            .formatted(request.path()));
        }
        if (!HttpAnswers.requireMethod(request, verb.equals("status") ? "GET" : "POST", reply)) {
            return;
        }
        switch (verb) {
            case "status" -> HttpAnswers.json(reply, statusJson(name));
            case "register" -> {
                regions().register(readRegister(name, request.body()));
                done(reply);
            }
            default -> {
                regions().unregister(name);
                done(reply);
            }
        }
    }

    private static void done(RestReply reply) {
        HttpAnswers.json(reply, ByteBuffer.wrap("{}".getBytes(StandardCharsets.US_ASCII)));
    }

    private ByteBuffer statusJson(String name) {
        JsonWriter out = new JsonWriter();
        out.beginArray();
        for (SharedRegions.Status region : regions().status(name)) {
            out.beginObject().name("name").string(region.name()).name("key").string(region.key());
            out.name("offset").number(region.offset());
            out.name("byte_size").number(region.byteSize()).endObject();
        }
        return out.endArray().toByteBuffer();
    }

    private static SharedRegions.Status readRegister(String name, ByteBuffer body) {
        String key = "";
        long offset = 0;
        long byteSize = 0;
        JsonReader in = new JsonReader(body);
        in.beginObject();
        while (in.nextName()) {
            switch (in.name()) {
                case "key" -> key = in.string();
                case "offset" -> offset = in.wholeNumber();
                case "byte_size" -> byteSize = in.wholeNumber();
                default -> in.skipValue();
            }
        }
        in.endDocument();
        return new SharedRegions.Status(name, key, offset, byteSize);
    }

    void status(GrpcCall call) {
        String name = ExtensionMessages.read(
                        "SystemSharedMemoryStatusRequest", call.message(), SystemSharedMemoryStatusRequest::parseFrom)
                .getName();
        SystemSharedMemoryStatusResponse.Builder all = SystemSharedMemoryStatusResponse.newBuilder();
        for (SharedRegions.Status region : regions().status(name)) {
            all.putRegions(
                    region.name(),
                    SystemSharedMemoryStatusResponse.RegionStatus.newBuilder()
                            .setName(region.name())
                            .setKey(region.key())
                            .setOffset(region.offset())
                            .setByteSize(region.byteSize())
                            .build());
        }
        call.reply(ExtensionMessages.write(all.build()));
    }

    void register(GrpcCall call) {
        SystemSharedMemoryRegisterRequest request = ExtensionMessages.read(
                "SystemSharedMemoryRegisterRequest", call.message(), SystemSharedMemoryRegisterRequest::parseFrom);
        regions()
                .register(new SharedRegions.Status(
                        request.getName(), request.getKey(), request.getOffset(), request.getByteSize()));
        call.reply(ExtensionMessages.write(SystemSharedMemoryRegisterResponse.getDefaultInstance()));
    }

    void unregister(GrpcCall call) {
        regions()
                .unregister(ExtensionMessages.read(
                                "SystemSharedMemoryUnregisterRequest",
                                call.message(),
                                SystemSharedMemoryUnregisterRequest::parseFrom)
                        .getName());
        call.reply(ExtensionMessages.write(SystemSharedMemoryUnregisterResponse.getDefaultInstance()));
    }
}

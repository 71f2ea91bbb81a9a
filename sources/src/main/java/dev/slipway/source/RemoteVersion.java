package dev.slipway.source;

import dev.slipway.api.ServableId;
import java.util.List;
import java.util.OptionalLong;

/**
 * One state of one version that lies elsewhere.
 *
 * @param id what it is
 * @param fingerprint changes when the files do
 * @param key by which the cache knows it: 64 hexadecimal digits
 * @param files what is to be fetched, at least one
 * @param place of the model below the artifact's folder, with {@code /}; empty for all of it
 * @param packed whether a lone file at {@code place} is to be taken apart, and which of the archive's numbered folders
 *     is then meant
 */
record RemoteVersion(
        ServableId id, String fingerprint, String key, List<RemoteFile> files, String place, Packed packed) {
    /**
     * Whether something is an archive.
     *
     * @param may whether the first file may be one
     * @param folder the numbered folder that counts; empty for the one with the highest number
     */
    record Packed(boolean may, OptionalLong folder) {
        static final Packed NO = new Packed(false, OptionalLong.empty());
    }
}

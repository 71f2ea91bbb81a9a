package dev.slipway.monitoring.parquet;

/**
 * A column of a flat table.
 *
 * @param isOptional whether a row may lack it
 */
public record Column(String name, Kind kind, boolean isOptional) {
    /** What it holds. */
    public enum Kind {
        /** UTF-8; given as bytes. */
        TEXT(6),
        /** 64 bits with sign; given as a {@link Long}. */
        WHOLE(2),
        /** Milliseconds since 1970, UTC; given as a {@link Long}. */
        TIME(2);

        /** As Parquet numbers physical types. */
        final int physical;

        Kind(int physical) {
            this.physical = physical;
        }
    }

    /** As an element of the schema. */
    void describe(CompactThrift out) {
        out.item().i32(1, kind.physical).i32(3, isOptional ? 1 : 0).text(4, name);
        switch (kind) {
            case TEXT -> out.i32(6, 0).struct(10).struct(1).end().end();
            case TIME -> {
                out.i32(6, 9).struct(10).struct(8).isTrue(1);
                out.struct(2).struct(1).end().end().end().end();
            }
            case WHOLE -> {
                // Without more, it is a number with sign.
            }
        }
        out.end();
    }
}

package dev.slipway.monitoring.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;

/** Reads Parquet files with Apache's own library. */
final class ParquetRows {
    private ParquetRows() {}

    /** Texts as strings, numbers as longs; a value that is not there is not in its row. */
    static List<Map<String, Object>> read(Path path) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (ParquetFileReader reader = open(path)) {
            MessageType schema = reader.getFileMetaData().getSchema();
            for (PageReadStore group = reader.readNextRowGroup(); group != null; group = reader.readNextRowGroup()) {
                RecordReader<Group> records = new ColumnIOFactory()
                        .getColumnIO(schema)
                        .getRecordReader(group, new GroupRecordConverter(schema));
                for (long i = 0; i < group.getRowCount(); i++) {
                    rows.add(row(records.read(), schema));
                }
            }
        }
        return rows;
    }

    private static ParquetFileReader open(Path path) throws IOException {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new Gzip())
                .build();
        return ParquetFileReader.open(new LocalInputFile(path), options);
    }

    /** Bytes of each row group before they were compressed, by what is said of groups. */
    static List<Long> groupBytes(Path path) throws IOException {
        return blocks(path).stream().map(BlockMetaData::getTotalByteSize).toList();
    }

    /** The same, by what is said of their columns. */
    static List<Long> columnBytes(Path path) throws IOException {
        return blocks(path).stream()
                .map(block -> block.getColumns().stream()
                        .mapToLong(ColumnChunkMetaData::getTotalUncompressedSize)
                        .sum())
                .toList();
    }

    private static List<BlockMetaData> blocks(Path path) throws IOException {
        try (ParquetFileReader reader = open(path)) {
            return reader.getFooter().getBlocks();
        }
    }

    private static Map<String, Object> row(Group record, MessageType schema) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int field = 0; field < schema.getFieldCount(); field++) {
            if (record.getFieldRepetitionCount(field) > 0) {
                boolean isText = LogicalTypeAnnotation.stringType()
                        .equals(schema.getType(field).getLogicalTypeAnnotation());
                row.put(
                        schema.getFieldName(field),
                        isText ? record.getString(field, 0) : (Object) record.getLong(field, 0));
            }
        }
        return row;
    }

    /** Without Hadoop, which the library would ask. */
    private static final class Gzip implements CompressionCodecFactory {
        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            throw new UnsupportedOperationException("it only reads");
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            if (codec != CompressionCodecName.GZIP) {
                throw new IllegalArgumentException(codec.toString());
            }
            return new Decompressor();
        }

        @Override
        public void release() {}
    }

    private static final class Decompressor implements CompressionCodecFactory.BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput bytes, int plainSize) throws IOException {
            try (InputStream in = new GZIPInputStream(bytes.toInputStream())) {
                return BytesInput.from(in.readNBytes(plainSize));
            }
        }

        @Override
        public void decompress(ByteBuffer input, int packedSize, ByteBuffer output, int plainSize) {
            throw new UnsupportedOperationException("it reads into arrays");
        }

        @Override
        public void release() {}
    }
}

package io.millrace.transport.file;

/** Columns of primitives and text. */
final class PlainColumns {
    private PlainColumns() {}

    static final RecordColumn LONG = new RecordColumn() {
        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            return row.asLong(field);
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putLong((Long) value);
        }
    };

    private static final RecordColumn DOUBLE = new RecordColumn() {
        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            return row.asDouble(field);
        }

        @Override
        public Object writable(Object value) {
            if (((Double) value).isInfinite()) {
                throw new IllegalArgumentException("is infinite; a column holds finite numbers");
            }
            return value;
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putDouble((Double) value);
        }
    };

    private static final RecordColumn BOOLEAN = new RecordColumn() {
        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            Cell cell = row.value(field);
            return switch (cell.text()) {
                case "1", "true" -> true;
                case "0", "false" -> false;
                default -> throw cell.malformed("0 or 1");
            };
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putLong((Boolean) value ? 1 : 0);
        }
    };

    private static final RecordColumn TEXT = new RecordColumn() {
        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            return row.asText(field).toString();
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putText((String) value);
        }
    };

    /** An integer of fewer bits. */
    private abstract static class Narrow implements RecordColumn {
        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putLong(((Number) value).longValue());
        }
    }

    private static final RecordColumn INT = new Narrow() {
        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            return (int) row.asLong(field, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
    };

    private static final RecordColumn SHORT = new Narrow() {
        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            return (short) row.asLong(field, Short.MIN_VALUE, Short.MAX_VALUE);
        }
    };

    private static final RecordColumn BYTE = new Narrow() {
        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            return (byte) row.asLong(field, Byte.MIN_VALUE, Byte.MAX_VALUE);
        }
    };

    /** The column of a type, or null. */
    static RecordColumn of(Class<?> type) {
        if (type == int.class) {
            return INT;
        } else if (type == short.class) {
            return SHORT;
        } else if (type == byte.class) {
            return BYTE;
        } else if (type == double.class) {
            return DOUBLE;
        } else if (type == boolean.class) {
            return BOOLEAN;
        }
        return type == String.class ? TEXT : null;
    }
}

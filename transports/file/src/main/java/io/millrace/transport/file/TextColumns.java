package io.millrace.transport.file;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Columns of values that have a name or a form of their own. */
final class TextColumns {
    private TextColumns() {}

    static final RecordColumn INSTANT = new RecordColumn() {
        private static final long NS_OF_SECOND = 1_000_000_000L;

        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            long ns = row.asExactEpochNs(field);
            return Instant.ofEpochSecond(Math.floorDiv(ns, NS_OF_SECOND), Math.floorMod(ns, NS_OF_SECOND));
        }

        @Override
        public Object writable(Object value) {
            Instant time = (Instant) value;
            boolean before =
                    time.getEpochSecond() < 0; // counted from the next second, so that the first one is reached
            try {
                long ns = Math.multiplyExact(time.getEpochSecond() + (before ? 1 : 0), NS_OF_SECOND);
                return Math.addExact(ns, time.getNano() - (before ? NS_OF_SECOND : 0));
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("is not between the years 1677 and 2262", e);
            }
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putEpochNs((Long) value);
        }
    };

    static final RecordColumn UUID = new RecordColumn() {
        private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            Cell cell = row.value(field);
            String text = cell.text();
            if (!FORM.matcher(text).matches()) {
                throw cell.malformed("a UUID");
            }
            return java.util.UUID.fromString(text);
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putText(value.toString());
        }
    };

    /** An enum constant by its name. */
    static final class Name implements RecordColumn {
        private static final int LISTED_MAX = 8;

        private final Map<String, Object> constants = new LinkedHashMap<>();
        private final String names;

        Name(Class<?> type) {
            for (Object c : type.getEnumConstants()) {
                constants.put(((Enum<?>) c).name(), c);
            }
            String[] first = constants.keySet().stream().limit(LISTED_MAX).toArray(String[]::new);
            names = Arrays.stream(first).reduce((a, b) -> a + " " + b).orElse("nothing")
                    + (constants.size() > LISTED_MAX ? " ..." : "");
        }

        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            Cell cell = row.value(field);
            Object constant = constants.get(row.asText(field).toString());
            if (constant == null) {
                throw cell.malformed("one of " + names);
            }
            return constant;
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putText(((Enum<?>) value).name());
        }
    }
}

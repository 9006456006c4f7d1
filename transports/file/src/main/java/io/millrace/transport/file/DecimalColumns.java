package io.millrace.transport.file;

import java.math.BigDecimal;

/** Columns of exact decimals, such as money: always written with all their decimals. */
final class DecimalColumns {
    private DecimalColumns() {}

    /** A long in units of the last decimal: no object but its box. */
    record Units(int scale) implements RecordColumn {
        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            return row.asDecimal(field, scale);
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putDecimal((Long) value, scale);
        }
    }

    /** A {@code BigDecimal} of a fixed number of decimals. */
    record Exact(int scale) implements RecordColumn {
        /** More digits than this are beyond 64 bits; looked at first: 1e2000000000 would take all memory. */
        private static final int DIGITS_MAX = 19;

        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            return BigDecimal.valueOf(row.asDecimal(field, scale), scale);
        }

        @Override
        public Object writable(Object value) {
            BigDecimal v = (BigDecimal) value;
            long wholeDigits = (long) v.precision() - v.scale();
            try {
                if (v.signum() != 0 && (wholeDigits + scale > DIGITS_MAX || wholeDigits + scale <= 0)) {
                    throw new ArithmeticException();
                }
                return v.signum() == 0 ? 0L : v.movePointRight(scale).longValueExact();
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(
                        "is no number of 64 bits with " + scale + " decimals; round it first, or use a wider @Scale");
            }
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            row.putDecimal((Long) value, scale);
        }
    }
}

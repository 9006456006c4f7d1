package io.millrace.state;

/** Fills the declared fields of one key of a process whose fields have changed; see {@link Migration#rows}. */
@FunctionalInterface
public interface RowMigration {
    /** One key, before and now. Fields are known by the names they are declared with; each is a number of longs. */
    interface Row {
        /**
         * Reads a field as it was.
         *
         * @param field its name before: a long, a time, a boolean (0 or 1), the number of an enum's constant
         * @return its value
         * @throws IllegalArgumentException when there was none of that name, or it is no number
         */
        long was(String field);

        /**
         * Reads a double as it was.
         *
         * @param field its name before
         * @return its value
         */
        default double wasDouble(String field) {
            return Double.longBitsToDouble(was(field));
        }

        /**
         * Writes a field.
         *
         * @param field its name now: a long, a time, a boolean (0 or 1), the number of an enum's constant
         * @param value its value
         * @throws IllegalArgumentException when there is none of that name, or it is no number
         */
        void set(String field, long value);

        /**
         * Writes a double.
         *
         * @param field its name now
         * @param value its value
         */
        default void setDouble(String field, double value) {
            set(field, Double.doubleToLongBits(value));
        }
    }

    /**
     * Fills what is new.
     *
     * @param row holds what was taken over by name already
     */
    void fill(Row row);
}

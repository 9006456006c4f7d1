package io.millrace.state;

/** Fills the declared fields of one key of a process whose fields have changed; see {@link Migration#rows}. */
@FunctionalInterface
public interface RowMigration {
    /**
     * One key, before and now. Fields are identified by the names with which they are declared; each takes a fixed
     * number of longs.
     */
    interface Row {
        /**
         * Reads a field as it was.
         *
         * @param field its name before: a long, a time, a boolean (0 or 1), or the number of an enum's constant
         * @return its value
         * @throws IllegalArgumentException if there was no field of that name, or it is no number
         */
        long was(String field);

        /**
         * Reads a double as it was.
         *
         * @param field its name before
         * @return its value
         * @throws IllegalArgumentException as {@link #was}
         */
        default double wasDouble(String field) {
            return Double.longBitsToDouble(was(field));
        }

        /**
         * Writes a field.
         *
         * @param field its name now: a long, a time, a boolean (0 or 1), or the number of an enum's constant
         * @param value its value
         * @throws IllegalArgumentException if there is no field of that name, or it is no number
         */
        void set(String field, long value);

        /**
         * Writes a double.
         *
         * @param field its name now
         * @param value its value
         * @throws IllegalArgumentException as {@link #set}
         */
        default void setDouble(String field, double value) {
            set(field, Double.doubleToLongBits(value));
        }
    }

    /**
     * Fills the new fields of a key.
     *
     * @param row already contains what was taken over by name
     */
    void fill(Row row);
}

package io.millrace.transport.file;

/** The text of one column in the present row: one object a column, so that two fields never alias. */
final class FieldText implements CharSequence {
    private char[] chars = new char[32];
    private int length;

    /** Takes a field over; {@code escaped} when it holds doubled quotes. */
    void set(byte[] bytes, int from, int to, boolean escaped) {
        if (to - from > chars.length) {
            chars = new char[Math.max(to - from, chars.length * 2)];
        }
        length = Utf8.decode(bytes, from, to, chars);
        if (escaped) {
            halveQuotes();
        }
    }

    private void halveQuotes() {
        int end = 0;
        for (int i = 0; i < length; i++) {
            chars[end++] = chars[i];
            if (chars[i] == '"') {
                i++; // its twin
            }
        }
        length = end;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        if (index >= length) {
            throw new IndexOutOfBoundsException("index " + index + " of " + length);
        }
        return chars[index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().substring(start, end);
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }
}

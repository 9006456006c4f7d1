package io.millrace.sbe;

/** What readers do with an enum value that is newer than they are. */
public enum UnknownValues {
    /** As code from sbe-tool does by default: a message with such a value is refused and becomes a dead letter. */
    REFUSED,
    /**
     * Their code was generated with {@code -Dsbe.decode.unknown.enum.values=true}: they read the value as
     * {@code SBE_UNKNOWN}.
     */
    DECODED
}

package io.millrace.sbe;

/** What readers do with a value of an enum that is younger than they are. */
public enum UnknownValues {
    /** As code does that sbe-tool generates unless it is told otherwise: a message that has one is refused, a dead letter. */
    REFUSED,
    /** Their code was generated with {@code -Dsbe.decode.unknown.enum.values=true}: they read it as {@code SBE_UNKNOWN}. */
    DECODED
}

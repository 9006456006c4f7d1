package io.millrace.testkit.oracle;

import io.millrace.event.EntryForm;
import io.millrace.event.Reason;

/** Something that came out, or should: what is compared. The value is text, so that both sides can be shown. */
record Out(long timeNs, EntryForm form, Reason reason, String value, Object key, int step) {
    /** Nobody asks at which step. */
    static final int ANY_STEP = -1;

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        if (step != ANY_STEP) {
            out.append("step ").append(step).append(' ');
        }
        if (form != null) {
            out.append("at ").append(timeNs).append(' ');
        }
        if (form != null && form != EntryForm.INSERT) {
            out.append(form).append(' ');
        }
        if (reason != null) {
            out.append(reason.text()).append(' ');
        }
        return out.append(value).toString();
    }
}

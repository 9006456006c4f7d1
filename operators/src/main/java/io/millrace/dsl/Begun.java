package io.millrace.dsl;

/** A word that makes nothing until another completes it. Where that never comes the topology would lack it, in silence. */
final class Begun {
    private final String name;
    private final String site;
    private final String lacks;
    private boolean isComplete;

    Begun(String name, String site, String lacks) {
        this.name = name;
        this.site = site;
        this.lacks = lacks;
    }

    void complete() {
        isComplete = true;
    }

    boolean isComplete() {
        return isComplete;
    }

    String problem() {
        return name + " (" + site + "): " + lacks;
    }
}

package io.millrace.engine;

import io.millrace.journal.JournalLog;

/** The open journal of a host, and where its receivers go on. */
record Journaled(JournalLog log, Resumes resumes) {}

package io.millrace.operators.score;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Collects what a model computes into a SHA-256. Every variable-length part is preceded by its length. */
final class ModelDigest {
    private final MessageDigest sha;
    private final ByteBuffer scratch = ByteBuffer.allocate(Double.BYTES);

    ModelDigest(String kind) {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
        text(kind);
    }

    ModelDigest names(List<String> names) {
        number(names.size());
        names.forEach(this::text);
        return this;
    }

    ModelDigest ints(int[] numbers) {
        number(numbers.length);
        for (int n : numbers) {
            number(n);
        }
        return this;
    }

    ModelDigest doubles(double... numbers) {
        number(numbers.length);
        for (double n : numbers) {
            sha.update(scratch.clear().putDouble(n).flip());
        }
        return this;
    }

    String hex() {
        return HexFormat.of().formatHex(sha.digest());
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        sha.update(bytes);
    }

    private void number(int n) {
        sha.update(scratch.clear().putInt(n).flip());
    }
}

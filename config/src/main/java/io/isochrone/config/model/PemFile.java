package io.isochrone.config.model;

/**
 * A file in PEM form (RFC 7468) that the configuration names, and where it does, so that what is wrong inside the file can be told as
 * a problem of the configuration. Two are equal when their paths are: moving a line in the configuration changes nothing.
 *
 * <p>Immutable.
 *
 * @param path where the file is
 * @param source the configuration file's name as the operator gave it; empty when none names it
 * @param line of the value in {@code source}, counted from 1
 * @param column of the value in {@code source}, counted from 1
 * @param key such as {@code router.tls.certificates[0].key}
 */
public record PemFile(String path, String source, int line, int column, String key) {
    /** A file that no configuration file names. */
    public static PemFile of(String path) {
        return new PemFile(path, "", 1, 1, path);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PemFile file && file.path.equals(path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    /** The path. */
    @Override
    public String toString() {
        return path;
    }
}

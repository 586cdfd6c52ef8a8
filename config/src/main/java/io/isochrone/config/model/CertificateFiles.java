package io.isochrone.config.model;

/**
 * A certificate with its private key, as files.
 *
 * <p>Immutable.
 *
 * @param chain the certificate, then those that lead to a certificate authority, in this order
 * @param key the private key, PKCS#8, not encrypted
 */
public record CertificateFiles(PemFile chain, PemFile key) {}

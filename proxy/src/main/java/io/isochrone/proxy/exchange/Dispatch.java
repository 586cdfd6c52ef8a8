package io.isochrone.proxy.exchange;

/** What a dispatcher decided. */
public sealed interface Dispatch permits LocalAnswer, Forwarding {}

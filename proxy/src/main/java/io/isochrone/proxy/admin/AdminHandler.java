package io.isochrone.proxy.admin;

/** Answers the operators' requests for one path. Called on the admin server's workers: may take time, never on traffic loops. */
@FunctionalInterface
public interface AdminHandler {
    /** Answers; whatever it throws becomes a 500. */
    AdminResponse handle(AdminRequest request);
}

package io.isochrone.bench.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: this build and the Java that runs it. Immutable. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = IsochroneMain.class.getPackage().getImplementationVersion();
        return new String[] {
            "isochrone " + (version == null ? "(not from a jar)" : version),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}

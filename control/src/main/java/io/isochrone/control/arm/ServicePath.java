package io.isochrone.control.arm;

import org.jspecify.annotations.Nullable;

/**
 * Which service a path names. Its words are compared without case; what comes out is spelled as in the path.
 *
 * <p>Immutable.
 *
 * @param subscription the subscription's id
 * @param group the resource group
 * @param name the service's own name
 */
public record ServicePath(String subscription, String group, String name) {
    /** The service's id, {@code /subscriptions/…/service/NAME}. */
    public String id() {
        return "/subscriptions/" + subscription + "/resourceGroups/" + group
                + "/providers/Microsoft.ApiManagement/service/" + name;
    }

    /** Reads a service's id, or returns null when it is none. */
    public static @Nullable ServicePath of(String id) {
        String[] words = id.split("/", -1);
        boolean fits = words.length == 9
                && words[0].isEmpty()
                && words[1].equalsIgnoreCase("subscriptions")
                && words[3].equalsIgnoreCase("resourceGroups")
                && words[5].equalsIgnoreCase("providers")
                && words[6].equalsIgnoreCase("Microsoft.ApiManagement")
                && words[7].equalsIgnoreCase("service");
        return fits && !words[2].isEmpty() && !words[4].isEmpty() && !words[8].isEmpty()
                ? new ServicePath(words[2], words[4], words[8])
                : null;
    }
}

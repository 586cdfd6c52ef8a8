/** What the service's own nodes prove to one another. Pure. */
@NullMarked
package io.isochrone.proxy.mark;

import org.jspecify.annotations.NullMarked;

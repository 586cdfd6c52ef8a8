/** Who may do what: tokens, roles, the audit trail, the certificate authority. */
@NullMarked
package io.isochrone.control.access;

import org.jspecify.annotations.NullMarked;

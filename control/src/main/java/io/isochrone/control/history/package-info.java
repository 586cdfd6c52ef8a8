/** What was changed, and back: the history, exports and imports of everything an operator has set, rollback to a revision. */
@NullMarked
package io.isochrone.control.history;

import org.jspecify.annotations.NullMarked;

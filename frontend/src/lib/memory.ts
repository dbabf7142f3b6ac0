/** Forget what GraphiQL kept of somebody's work on this device: the next person at a shared tablet must not read it. */
export function forgetWork(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith('graphiql:')) localStorage.removeItem(key);
  } catch {
    // Where storage is forbidden nothing was kept.
  }
}

/**
 * Forget the tabs that GraphiQL kept of a visit too short to keep the operation in them as well: it would take them for another's work,
 * and begin with an empty operation in a tab beside them.
 */
export function forgetUntouchedTabs(): void {
  try {
    if (localStorage.getItem('graphiql:query') === null) localStorage.removeItem('graphiql:tabState');
  } catch {
    // Where storage is forbidden nothing was kept.
  }
}

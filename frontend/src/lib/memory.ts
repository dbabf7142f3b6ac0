/** Forget what GraphiQL kept of somebody's work on this device: the next person at a shared tablet must not read it. */
export function forgetWork(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith('graphiql:')) localStorage.removeItem(key);
  } catch {
    // Where storage is forbidden nothing was kept.
  }
}

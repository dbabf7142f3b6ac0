/** Leave for another page with a fresh document, so that nothing of the person before stays in memory. */
export function leaveFor(path: string): void {
  window.location.assign(path);
}

/** Keep a way back only when it leads to a page of this host: a foreign address in a link must not become our redirect. */
export function ownPath(text: unknown): string {
  if (typeof text !== 'string' || !text.startsWith('/')) return '/';
  const target = new URL(text, window.location.origin);
  return target.origin === window.location.origin ? target.pathname + target.search + target.hash : '/';
}

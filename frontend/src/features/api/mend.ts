const EDITORS: readonly (readonly [selector: string, name: string])[] = [
  ['.graphiql-query-editor textarea', 'Operation'],
  ['.graphiql-editor-tool .graphiql-editor:nth-child(1) textarea', 'Variables'],
  ['.graphiql-editor-tool .graphiql-editor:nth-child(2) textarea', 'Headers'],
  ['.result-window textarea', 'Answer'],
];

/** Keep GraphiQL's marks for assistive technology right, where axe finds its own wanting, each time it draws anew; gives how to stop. */
export function mend(room: HTMLElement): () => void {
  const observer = new MutationObserver(() => correct(room));
  observer.observe(room, { childList: true, subtree: true, attributeFilter: ['aria-selected'] });
  correct(room);
  return () => observer.disconnect();
}

function correct(room: HTMLElement): void {
  for (const [selector, name] of EDITORS)
    room.querySelector(`${selector}:not([aria-label])`)?.setAttribute('aria-label', name);
  for (const scroll of room.querySelectorAll('.CodeMirror-scroll[tabindex="-1"]')) scroll.setAttribute('tabindex', '0');
  // A tab may not hold buttons: they are a list of buttons, one of which is the current one.
  for (const list of room.querySelectorAll('.graphiql-tabs[role]')) list.removeAttribute('role');
  for (const tab of room.querySelectorAll('.graphiql-tab')) {
    const isCurrent = tab.getAttribute('aria-selected');
    if (isCurrent !== null) tab.querySelector('.graphiql-tab-button')?.setAttribute('aria-current', isCurrent);
    tab.removeAttribute('role');
    tab.removeAttribute('aria-selected');
  }
}

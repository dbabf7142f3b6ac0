// Before the first paint: the chosen language and colour scheme, so that nothing flashes or is announced in the wrong language.
// A file of its own because the content security policy allows no inline script. The keys are those of src/lib/language.ts and Mantine.
(() => {
  const root = document.documentElement;
  let scheme = 'auto';
  try {
    scheme = localStorage.getItem('mantine-color-scheme-value') || 'auto';
    const language = localStorage.getItem('onebanner-language');
    if (language) root.lang = language;
  } catch {
    // Storage may be forbidden: then the browser's own preferences stand.
  }
  const dark = scheme === 'dark' || (scheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();

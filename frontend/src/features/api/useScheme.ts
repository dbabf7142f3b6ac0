import { useEffect, useState } from 'react';

type Scheme = 'light' | 'dark';

/** Give the colour scheme: the person's choice in the web app, else the device's, also when that changes meanwhile. */
export function useScheme(): Scheme {
  const [scheme, setScheme] = useState(schemeNow);
  useEffect(() => {
    const device = window.matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setScheme(schemeNow());
    device.addEventListener('change', follow);
    return () => device.removeEventListener('change', follow);
  }, []);
  useEffect(() => {
    document.documentElement.dataset.mantineColorScheme = scheme;
  }, [scheme]);
  return scheme;
}

function schemeNow(): Scheme {
  const chosen = choice();
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function choice(): string | null {
  try {
    return localStorage.getItem('mantine-color-scheme-value');
  } catch {
    return null;
  }
}

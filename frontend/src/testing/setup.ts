import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { speak } from '@/lib/i18n';
import { server } from './server';

// A machine may be busy with other things: patience costs nothing where all is well.
configure({ asyncUtilTimeout: 60_000 });

// What Mantine asks of a browser and jsdom has not.
window.matchMedia ??= (query: string) =>
  Object.assign(new EventTarget(), { matches: false, media: query }) as MediaQueryList;
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Object.assign(window, { scrollTo: () => undefined });

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => speak('en'));
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
  vi.unstubAllGlobals();
});
afterAll(() => server.close());

import { expect, test } from 'vitest';
import { ownPath } from './paths';

test.each(['/graphiql', '/account/mfa?x=1#y', '/'])('%s is a way back', (path) => {
  expect(ownPath(path)).toBe(path);
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '',
  7,
  undefined,
  { a: 1 },
])('%s is no way back', (path) => {
  expect(ownPath(path)).toBe('/');
});

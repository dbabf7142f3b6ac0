import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { sinsIn } from './house.mjs';

function sinsOf(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'house-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return sinsIn(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('imports downwards are in order', () => {
  expect(
    sinsOf({
      'app/router.tsx': "import { HomePage } from '@/features/members/HomePage';",
      'features/members/HomePage.tsx':
        "import { signOut } from '@/features/accounts/headless';\nimport { Page } from '@/ui/Page';",
      'ui/Page.tsx': "import { send } from '@/lib/http';",
    }),
  ).toEqual([]);
});

test.each([
  ['lib/http.ts', "import { Page } from '@/ui/Page';"],
  ['ui/Page.tsx', "import { HomePage } from '../features/members/HomePage';"],
  ['features/accounts/headless.ts', "import { HomePage } from '@/features/members/HomePage';"],
  ['features/members/HomePage.tsx', "const shell = () => import('@/app/Shell');"],
  ['lib/side.ts', "import '@/app/main';"],
])('%s may not import upwards', (name, text) => {
  expect(sinsOf({ [name]: text })).toHaveLength(1);
});

test('a file of 250 lines is too long', () => {
  expect(sinsOf({ 'lib/long.ts': '\n'.repeat(250) })).toEqual(['lib/long.ts: 250 lines, fewer than 250 are allowed']);
});

test('a feature has the name of a domain app', () => {
  expect(() => sinsOf({ 'features/things/A.ts': "import { b } from '@/features/members/B';" })).toThrow(
    'features/things is not named after a domain app',
  );
});

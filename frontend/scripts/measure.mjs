// Says how much JavaScript a first visit to a page loads, gzipped, and fails where that is over the budget (kilobytes).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const DIST = new URL('../dist/', import.meta.url);
const BUDGETS = [
  { page: 'sign-in', entry: 'index.html', also: ['src/features/accounts/SignInPage.tsx'], budget: 180 },
  { page: 'survey', entry: 'index.html', also: ['src/features/feedback/SurveyPage.tsx'], budget: 180 },
  { page: 'start page', entry: 'index.html', also: ['src/features/members/HomePage.tsx'], budget: 230 },
  { page: 'GraphiQL', entry: 'graphiql.html', also: [], budget: 450 },
];

const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', DIST), 'utf8'));

/** @param {string[]} names */
function loadedBy(names) {
  const files = new Set(['early.js']);
  const seen = new Set();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    files.add(manifest[name].file);
    waiting.push(...(manifest[name].imports ?? []));
  }
  return files;
}

let isOver = false;
for (const { page, entry, also, budget } of BUDGETS) {
  const files = loadedBy([entry, 'src/locales/zh-Hans.po', ...also]);
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, DIST))).length, 0);
  const kilobytes = bytes / 1000;
  isOver ||= kilobytes > budget;
  console.log(`${page}: ${kilobytes.toFixed(1)} KB of JavaScript, gzipped, in ${files.size} files (at most ${budget})`);
}
process.exit(isOver ? 1 : 0);

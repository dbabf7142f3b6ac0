// A headless Chromium that walks through the web app, and what is watched on every page it sees.
import { createRequire } from 'node:module';

const fromFrontEnd = createRequire(new URL('../../../frontend/package.json', import.meta.url));
const { chromium } = fromFrontEnd('playwright-core');
const axe = fromFrontEnd('axe-core');

export const LOCALES = { en: 'en-GB', 'zh-Hans': 'zh-CN', 'zh-Hant': 'zh-TW' };
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };

export const job = JSON.parse(process.argv[2] ?? '{}');

/** Run a walk in one browser; whatever a page complained about meanwhile is a failure too. */
export async function walk(steps) {
  const browser = await chromium.launch({
    executablePath: job.chromium,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    await steps(browser);
  } finally {
    await browser.close();
  }
}

/**
 * Open a fresh profile in a language; its pages fail the walk on script errors, on what the security policy refuses, and on an operation
 * of the web app's own that goes over the line as text instead of by its id.
 */
export async function profile(browser, language, viewport = PHONE) {
  const context = await browser.newContext({ baseURL: job.base, locale: LOCALES[language], viewport });
  // A ceiling only, far above what a busy machine takes: what is waited for is always a state.
  context.setDefaultTimeout(240_000);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`A dialog: ${dialog.message()}`));
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().endsWith('/graphql/') || page.url().endsWith('/graphiql')) return;
    const { query, documentId } = request.postDataJSON();
    if (query !== undefined || !/^sha256:[0-9a-f]{64}$/.test(documentId)) complaints.push(`Sent as text: ${query}`);
  });
  return { context, page, complaints };
}

/** Close a profile, failing when its pages complained. */
export async function leave({ context, complaints }) {
  await context.close();
  must(complaints.length === 0, `The page complained: ${complaints.join(' / ').slice(0, 2_000)}`);
}

export function must(holds, message) {
  if (!holds) throw new Error(message);
}

/** Sign in by the form, as a person does, and wait for the start page. */
export async function signIn(page, email, password = job.password) {
  await page.goto('/sign-in');
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.locator('button[type=submit]').click();
}

export async function seesStartPage(page) {
  await page.waitForURL('/');
  await page.locator('#roles').waitFor();
}

/** Press GraphiQL's button; until both editors are there, GraphiQL passes over a press of it without a word. */
export async function runsOperation(page) {
  await page.locator('.graphiql-query-editor .CodeMirror-code').waitFor();
  await page.locator('.result-window .CodeMirror-code').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: /^Execute query/ }).click();
}

export async function answerHolds(page, text) {
  await page.locator('.result-window').filter({ hasText: text }).waitFor();
}

/** Look at the page as it is, on a phone and on a desk, light and dark: nothing axe forbids, nothing wider than the screen. */
export async function examine(page, what) {
  await page.evaluate(axe.source);
  for (const size of [PHONE, DESK]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForFunction(isPainted, colorScheme);
      const found = await page.evaluate(async () => {
        const { violations } = await globalThis.axe.run();
        const width = document.documentElement.scrollWidth;
        return { violations, isTooWide: width > innerWidth, lang: document.documentElement.lang };
      });
      const where = `${what}, ${found.lang}, ${size.width} px, ${colorScheme}`;
      must(!found.isTooWide, `${where}: wider than the screen`);
      must(found.violations.length === 0, `${where}: ${described(found.violations)}`);
    }
  }
}

/** Tell, inside the page, whether it and GraphiQL in it stand in these colours, with no transition under way. */
function isPainted(scheme) {
  const { classList } = document.body;
  const isOther = classList.contains(scheme === 'dark' ? 'graphiql-light' : 'graphiql-dark');
  const isMoving = document.getAnimations().some((one) => one.playState === 'running' && one.effect.getTiming().iterations === 1);
  return document.documentElement.dataset.mantineColorScheme === scheme && !isOther && !isMoving;
}

function described(violations) {
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`).join('; ');
}

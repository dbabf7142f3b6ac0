// Every page, in every language, on a phone and a desk, light and dark: nothing that axe forbids, nothing wider than the screen.
import { examine, job, LOCALES, leave, must, profile, seesStartPage, signIn, walk } from './browser.mjs';

const FOR_ALL = [
  '/sign-in',
  '/password/forgotten',
  '/password/reset/spent-key',
  '/account/email/spent-key',
  '/invitation/spent-token',
];
const OWN = ['/account/password', '/account/email', '/account/passkeys', '/account/mfa'];

await walk(async (browser) => {
  for (const language of Object.keys(LOCALES)) {
    const visit = await profile(browser, language);
    const { page } = visit;
    for (const path of FOR_ALL) {
      await page.goto(path);
      await page.locator('h1').waitFor();
      await page.locator('[role=status][aria-label]').waitFor({ state: 'detached' });
      await examine(page, path);
    }
    await page.goto('/sign-in');
    await page.locator('button[type=submit]').click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    await examine(page, '/sign-in with errors');
    await signIn(page, job.email);
    await seesStartPage(page);
    // Corpus I08: what somebody is called is text and never code.
    const heading = await page.locator('h1').textContent();
    must(heading?.includes(job.name), `The heading is ${heading}`);
    await examine(page, '/');
    for (const path of OWN) {
      await page.goto('/');
      await page.locator(`a[href="${path}"]`).click();
      await page.locator('main button').first().waitFor();
      await examine(page, path);
    }
    await leave(visit);
  }
});

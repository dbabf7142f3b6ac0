// Signing in by keyboard alone, beginning with the link that skips the header; the focus is always to be seen on something.
import { job, leave, must, profile, seesStartPage, walk } from './browser.mjs';

await walk(async (browser) => {
  const visit = await profile(browser, 'en', { width: 1280, height: 800 });
  const { page } = visit;
  const { keyboard } = page;
  await page.goto('/sign-in');
  await page.locator('input[type=email]').waitFor();
  await keyboard.press('Tab');
  must((await focused(page)) === 'Skip to the page', 'The first stop is not the skip link');
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await keyboard.type(job.email);
  await keyboard.press('Tab');
  await keyboard.type(job.password);
  await keyboard.press('Enter');
  await seesStartPage(page);
  const stops = [];
  for (let stop = 0; stop < 12; stop += 1) {
    await keyboard.press('Tab');
    stops.push(await focused(page));
  }
  const reached = ['Change the password', 'Change the e-mail address', 'Passkeys', 'Second step of sign-in', 'Sign out'];
  for (const wanted of [...reached, 'Sign out everywhere']) {
    must(stops.includes(wanted), `${wanted} is not reached by Tab: ${stops.join(', ')}`);
  }
  await leave(visit);
});

function focused(page) {
  return page.evaluate(() => document.activeElement?.textContent ?? '');
}

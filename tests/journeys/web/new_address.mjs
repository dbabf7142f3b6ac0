// The link to a new address confirms by a press, and once; from then on the new address signs in, the old one no longer.
import { examine, job, leave, profile, seesStartPage, signIn, walk } from './browser.mjs';

await walk(async (browser) => {
  const visit = await profile(browser, 'zh-Hant');
  const { page } = visit;
  await page.goto(`/account/email/${job.key}`);
  await page.getByText(job.newEmail).waitFor();
  await examine(page, 'a new address');
  await page.locator('main button').click();
  await page.locator('main [role=status]').waitFor();
  await page.goto(`/account/email/${job.key}`);
  await page.locator('main [role=alert]').waitFor();
  await examine(page, 'a spent link to a new address');
  await signIn(page, job.email);
  await page.locator('[aria-invalid=true]').waitFor();
  await signIn(page, job.newEmail);
  await seesStartPage(page);
  await leave(visit);
});

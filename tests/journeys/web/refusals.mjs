// A wrong password is told, the sixth one locks, and the lock holds for the right password too (corpus A01).
import { job, leave, must, profile, signIn, walk } from './browser.mjs';

await walk(async (browser) => {
  const visit = await profile(browser, 'en');
  const { page } = visit;
  await signIn(page, job.email, 'not the password');
  await page.getByText('The e-mail address or the password is not right.').waitFor();
  must(await page.locator('input[autocomplete=current-password]').evaluate((field) => field === document.activeElement), 'The wrong field has not the focus');
  for (let attempt = 2; attempt <= 6; attempt += 1) {
    const answered = page.waitForResponse('**/auth/login');
    await page.locator('button[type=submit]').click();
    await answered;
  }
  await page.locator('input[autocomplete=current-password]').fill(job.password);
  await page.locator('button[type=submit]').click();
  await page.getByText('locked for a while').waitFor();
  await leave(visit);
});

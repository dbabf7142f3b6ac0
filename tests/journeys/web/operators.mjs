// GraphiQL on the public host: the operators' API, by token alone.
import { examine, job, leave, profile, walk } from './browser.mjs';

await walk(async (browser) => {
  const visit = await profile(browser, 'en', { width: 1280, height: 800 });
  const { page } = visit;
  await page.goto(job.public);
  await page.waitForURL(`${job.public}/graphiql`);
  await page.getByText("Operators' API.").waitFor();
  await page.getByRole('button', { name: /^Execute query/ }).click();
  await page.locator('.result-window').filter({ hasText: 'UNAUTHENTICATED' }).waitFor();
  await examine(page, "the operators' GraphiQL");
  await leave(visit);
});

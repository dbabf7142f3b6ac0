// GraphiQL on the public host: the operators' API, by token alone.
import { answerHolds, examine, job, leave, profile, runsOperation, walk } from './browser.mjs';

await walk(async (browser) => {
  const visit = await profile(browser, 'en', { width: 1280, height: 800 });
  const { page } = visit;
  await page.goto(job.public);
  await page.waitForURL(`${job.public}/graphiql`);
  await page.getByText("Operators' API.").waitFor();
  await runsOperation(page);
  await answerHolds(page, 'UNAUTHENTICATED');
  await examine(page, "the operators' GraphiQL");
  await leave(visit);
});
